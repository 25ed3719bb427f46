using MLOps.Cloud.Faults;
using MLOps.Cloud.Promotion;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Shared.Clouds;

/// <summary>Where an endpoint stands.</summary>
/// <param name="Because">A sentence that says why it counts as production where its name does not; else empty.</param>
public sealed record Standing(Surroundings Where, string Because = "")
{
    /// <summary>The policy of what changes by hand what serves there.</summary>
    public string ByHand => Policies.ByHand(Where);
}

/// <summary>
/// Finds out where endpoints stand. Its name or its connection's label may say that one is production; else the pipelines' definitions tell: what
/// is deployed behind an approval is production. Where that cannot be found out, it counts as production.
/// </summary>
public sealed class Whereabouts(IDeployingStages stages, Places places)
{
    /// <summary>Where it seems to stand, without asking anybody: what a list shows beside its name.</summary>
    public Surroundings AtAGlance(string endpoint) => stages.SeemsGuarded(places.Connection, endpoint) ? Surroundings.Production : SurroundingsOf.Name(endpoint, places.Cloud);

    /// <summary>Where an endpoint of the cloud that is being looked at stands.</summary>
    public async Task<Standing> OfAsync(string endpoint, CancellationToken cancelled)
    {
        var named = SurroundingsOf.Name(endpoint, places.Cloud);
        if (named == Surroundings.Production)
            return new(named);
        try
        {
            return await stages.FindAsync(places.Connection, endpoint, cancelled) switch
            {
                { IsGuarded: true, IsCertain: true } stage => new(Surroundings.Production, $"{stage.Pipeline} deploys it in {stage.Stage}, behind the approval {stage.Approval}."),
                // Which of its endpoints such a pipeline deploys before the approval is told by their names alone.
                { IsGuarded: true } stage when named != Surroundings.Development => new(Surroundings.Production, $"What it serves comes from {stage.Pipeline}, which asks for the approval {stage.Approval}."),
                _ => new(named),
            };
        }
        catch (CloudException missing) when (missing.Fault.Kind == CloudFaultKind.NotFound)
        {
            return new(named);
        }
        catch (CloudException away)
        {
            return new(Surroundings.Production, $"Whether a pipeline deploys it behind an approval cannot be told now: {away.Fault.Message}");
        }
    }
}
