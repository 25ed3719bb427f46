using MLOps.Cloud.Approvals;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.DecisionHost;

/// <summary>One approval of a cloud that outlives the portal: each answer that it took is a line of a file.</summary>
internal sealed class RememberedApproval(string file, KillPoints points) : IApprovalCommands
{
    /// <summary>The cloud took the answer, and the portal does not hear of it.</summary>
    public const string AnswerLost = "the answer is lost";

    private const string Token = "t1";
    private readonly Lock gate = new();

    public Task<ApprovalOutcome> AnswerAsync(string connection, ApprovalAnswer answer, CancellationToken cancelled = default)
    {
        lock (gate)
        {
            if (Taken() is { } before)
                return Task.FromResult<ApprovalOutcome>(before);
            if (answer.ExecutionId != IrisStory.Candidate || answer.TokenDigest != Token)
                return Task.FromResult<ApprovalOutcome>(new ApprovalOutcome.Superseded("another"));
            File.AppendAllText(file, $"{answer.Approved}\t{answer.Summary}\n");
            points.Reach(AnswerLost);
            return Task.FromResult<ApprovalOutcome>(new ApprovalOutcome.Done(DateTimeOffset.UtcNow));
        }
    }

    public Task<ApprovalStanding> FindAsync(string connection, string pipeline, string stage, string action, string executionId, CancellationToken cancelled = default)
    {
        lock (gate)
        {
            return Task.FromResult(Taken() is { } taken
                ? new ApprovalStanding(null, taken)
                : new ApprovalStanding(new PendingApproval(connection, pipeline, stage, action, executionId) { Since = DateTimeOffset.UtcNow, TokenDigest = Token }, null));
        }
    }

    private ApprovalOutcome.AlreadyAnswered? Taken() =>
        File.Exists(file) && File.ReadAllLines(file) is [var first, ..] && first.Split('\t') is [var approved, var summary]
            ? new ApprovalOutcome.AlreadyAnswered(bool.Parse(approved), "arn:aws:sts::123456789012:assumed-role/portal/mlops", DateTimeOffset.UtcNow, summary) : null;
}
