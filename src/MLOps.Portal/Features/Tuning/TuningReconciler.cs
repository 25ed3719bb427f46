using MLOps.Cloud.Tuning;
using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Tuning;

/// <summary>Finds out whether a tuning job was launched, stopped or deleted.</summary>
internal sealed class TuningReconciler(ITuningReader reader) : IReconciler
{
    private const string Job = "tuning job";

    public IReadOnlyCollection<string> Kinds { get; } = ["launch", "stop", "delete"];

    /// <summary>What is done to a job, such as <c>launch</c>.</summary>
    public static Deed Deed(string verb, string job) => new Deed($"{verb} {Job} {job}").With((Job, job));

    public async Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        if (!intent.Details.TryGetValue(Job, out var name))
            return null;
        var job = (await Lookup.FindAsync(() => reader.DetailAsync(intent.Connection, name, cancelled)))?.Job;
        return intent.Kind switch
        {
            "launch" => Lookup.Made(intent, $"{Job} {name}", job?.Created),
            "delete" => Lookup.Gone($"{Job} {name}", job?.Status),
            _ => Lookup.Stopped(intent, $"{Job} {name}", job?.Status, "StopHyperParameterTuningJob"),
        };
    }
}
