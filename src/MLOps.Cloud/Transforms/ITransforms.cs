using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Training;

namespace MLOps.Cloud.Transforms;

/// <summary>Reads batch transform jobs in depth, on demand. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface ITransformReader
{
    Task<TransformJobDetail> DetailAsync(string connection, string job, CancellationToken cancelled = default);

    /// <summary>The objects that the job has written so far, at most 1,000; another job with the same output may have written some of them.</summary>
    Task<IReadOnlyList<ObjectInfo>> OutputsAsync(string connection, TransformJobDetail job, CancellationToken cancelled = default);

    /// <summary>The job's log; with <paramref name="follow"/> it goes on until the job has ended.</summary>
    IAsyncEnumerable<LogLine> LogAsync(string connection, string job, bool follow, CancellationToken cancelled = default);
}

/// <summary>What can be done to batch transform jobs. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface ITransformCommands
{
    Task CreateAsync(string connection, TransformDraft draft, CancellationToken cancelled = default);

    Task StopAsync(string connection, string job, CancellationToken cancelled = default);
}

/// <summary>Checks drafts of batch transforms against the limits of the API.</summary>
public static class TransformChecks
{
    public static IReadOnlyList<DraftFault> Of(TransformDraft draft) =>
    [
        .. DraftChecks.Name(nameof(draft.Name), draft.Name, 63),
        .. DraftChecks.If(draft.Model.Length == 0, nameof(draft.Model), "Choose a model."),
        .. DraftChecks.If(!DraftChecks.IsS3(draft.Input), nameof(draft.Input), "Give the input's place in S3 as s3://bucket/prefix."),
        .. DraftChecks.If(!DraftChecks.IsS3(draft.Output), nameof(draft.Output), "Give a place in S3 for the answers as s3://bucket/prefix."),
        .. DraftChecks.Range(nameof(draft.InstanceCount), "instances", draft.InstanceCount, 1, 1000),
        .. DraftChecks.Range(nameof(draft.AtOnce), "requests at once", draft.AtOnce, 1, 100),
        .. DraftChecks.Range(nameof(draft.MaxPayloadMegabytes), "MB a request", draft.MaxPayloadMegabytes, 0, 100),
        .. DraftChecks.If(draft.AtOnce * draft.MaxPayloadMegabytes > 100, nameof(draft.AtOnce), "Requests at once × MB a request must not be over 100."),
        .. DraftChecks.If(draft.Single && !draft.Lines, nameof(draft.Single), "One record a request needs records: split the input by line."),
        .. DraftChecks.If(draft.InputFilter.Length > 0 && !draft.InputFilter.StartsWith('$'), nameof(draft.InputFilter), "A filter is a JSONPath: it begins with $."),
        .. DraftChecks.If(draft.OutputFilter.Length > 0 && !draft.OutputFilter.StartsWith('$'), nameof(draft.OutputFilter), "A filter is a JSONPath: it begins with $."),
        .. DraftChecks.Tags(nameof(draft.Tags), draft.Tags),
    ];
}
