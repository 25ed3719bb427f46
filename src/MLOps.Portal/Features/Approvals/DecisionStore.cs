using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Approvals.Gathering;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Approvals;

/// <summary>Who decided what, by which evidence. A decision is on record before the cloud is told.</summary>
public sealed class DecisionStore(IDbContextFactory<DecisionDbContext> databases, TimeProvider time)
{
    /// <summary>The outcome of a decision that the cloud took.</summary>
    public const string Done = nameof(MLOps.Cloud.Approvals.ApprovalOutcome.Done);

    public async Task<long> BeginAsync(ClaimsPrincipal person, SignOffPlace place, bool approved, string comment, GatheredEvidence evidence, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        var decision = new Decision
        {
            Connection = place.Connection, Pipeline = place.Pipeline, Stage = place.Stage, Action = place.Action, ExecutionId = place.ExecutionId,
            Approved = approved, Comment = comment, EvidenceDigest = evidence.Digest, Evidence = evidence.Canonical,
            UserId = person.Id(), UserName = person.DisplayName(), DecidedAt = time.GetUtcNow(),
        };
        database.Decisions.Add(decision);
        await database.SaveChangesAsync(cancelled);
        return decision.Id;
    }

    public async Task CompleteAsync(long id, string outcome, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        var now = time.GetUtcNow();
        await database.Decisions.Where(d => d.Id == id).ExecuteUpdateAsync(set => set.SetProperty(d => d.Outcome, outcome).SetProperty(d => d.CompletedAt, now), cancelled);
    }

    /// <summary>The decision about that approval that counts, or whose counting is not known; null where the portal took none.</summary>
    public async Task<Decision?> FindAsync(SignOffPlace place, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        return await database.Decisions.AsNoTracking()
            .Where(d => d.Connection == place.Connection && d.Pipeline == place.Pipeline && d.Stage == place.Stage && d.Action == place.Action && d.ExecutionId == place.ExecutionId)
            .Where(d => d.Outcome == Done || d.Outcome == "")
            .OrderByDescending(d => d.Outcome == Done).ThenByDescending(d => d.DecidedAt).FirstOrDefaultAsync(cancelled);
    }

    /// <summary>Ends what a person's decision left open, after it was looked up.</summary>
    public async Task SettleAsync(SignOffPlace place, string userId, string outcome, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        var now = time.GetUtcNow();
        await database.Decisions
            .Where(d => d.Connection == place.Connection && d.Pipeline == place.Pipeline && d.Stage == place.Stage && d.Action == place.Action && d.ExecutionId == place.ExecutionId)
            .Where(d => d.UserId == userId && d.Outcome == "")
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.Outcome, outcome).SetProperty(d => d.CompletedAt, now), cancelled);
    }

    /// <summary>The newest decisions that counted.</summary>
    public async Task<IReadOnlyList<Decision>> LatestAsync(string connection, int count, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        return await database.Decisions.AsNoTracking().Where(d => d.Connection == connection && d.Outcome == Done).OrderByDescending(d => d.DecidedAt).Take(count).ToListAsync(cancelled);
    }
}
