using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Transforms;

/// <summary>What a batch transform job was asked to do.</summary>
/// <param name="Lines">Whether each line is a record; else the whole object is one.</param>
/// <param name="Single">Whether a request holds one record; else as many as fit.</param>
/// <param name="MostBytes">The greatest body of a request.</param>
/// <param name="AtOnce">How many requests are under way together.</param>
internal sealed record TransformPlan(
    S3Location Source, bool IsManifest, string? ContentType, bool Compressed, bool Lines, bool Single, long MostBytes, int AtOnce,
    S3Location Target, string? Accept, bool Newlines, TimeSpan Patience, int Retries, DataFilter? InputFilter, DataFilter? OutputFilter, bool Join)
{
    /// <summary>SageMaker's default for MaxPayloadInMB.</summary>
    public const int DefaultPayload = 6;

    private const int DefaultPatience = 600;
    private const int DefaultRetries = 3;

    public static TransformPlan Read(JsonObject job)
    {
        var (input, output) = (job.Object("TransformInput")!, job.Object("TransformOutput")!);
        var data = input.Object("DataSource")!.Object("S3DataSource")!;
        var (client, processing) = (job.Object("ModelClientConfig"), job.Object("DataProcessing"));
        var megabytes = job.Whole("MaxPayloadInMB") ?? DefaultPayload;
        return new TransformPlan(
            S3Location.Parse(data.Required("S3Uri"))!, data.Text("S3DataType") == "ManifestFile", input.Text("ContentType"),
            input.Text("CompressionType") == "Gzip", input.Text("SplitType") == "Line", job.Text("BatchStrategy") == "SingleRecord",
            megabytes == 0 ? long.MaxValue : megabytes * 1024L * 1024, Math.Max(1, job.Whole("MaxConcurrentTransforms") ?? 1),
            S3Location.Parse(output.Required("S3OutputPath"))!, output.Text("Accept"), output.Text("AssembleWith") == "Line",
            TimeSpan.FromSeconds(client?.Whole("InvocationsTimeoutInSeconds") ?? DefaultPatience), client?.Whole("InvocationsMaxRetries") ?? DefaultRetries,
            DataFilter.Of(processing?.Text("InputFilter")), DataFilter.Of(processing?.Text("OutputFilter")), processing?.Text("JoinSource") == "Input");
    }

    /// <summary>Whether answers are taken apart into records.</summary>
    public bool ReadsAnswers => Join || OutputFilter is not null;
}
