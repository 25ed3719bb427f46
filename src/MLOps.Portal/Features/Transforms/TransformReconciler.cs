using MLOps.Cloud.Transforms;
using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Transforms;

/// <summary>Finds out whether a batch transform was launched or stopped.</summary>
internal sealed class TransformReconciler(ITransformReader reader) : IReconciler
{
    private const string Job = "transform job";

    public IReadOnlyCollection<string> Kinds { get; } = ["launch", "stop"];

    /// <summary>What is done to a job, such as <c>launch</c>.</summary>
    public static Deed Deed(string verb, string job) => new Deed($"{verb} {Job} {job}").With((Job, job));

    public async Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        if (!intent.Details.TryGetValue(Job, out var name))
            return null;
        var job = (await Lookup.FindAsync(() => reader.DetailAsync(intent.Connection, name, cancelled)))?.Job;
        return intent.Kind == "launch" ? Lookup.Made(intent, $"{Job} {name}", job?.Created) : Lookup.Stopped(intent, $"{Job} {name}", job?.Status, "StopTransformJob");
    }
}
