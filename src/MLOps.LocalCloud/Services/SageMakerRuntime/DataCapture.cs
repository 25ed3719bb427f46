using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.LocalCloud.Services.SageMakerRuntime;

/// <summary>
/// Keeps a sample of an endpoint's traffic in S3 as its DataCaptureConfig says: JSON lines under
/// <c>DESTINATION/ENDPOINT/VARIANT/yyyy/MM/dd/HH/</c>, as SageMaker writes them.
/// </summary>
internal sealed class DataCapture(S3Objects objects, TimeProvider time, ILogger<DataCapture> logger) : BackgroundService
{
    private const int Waiting = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Channel<Record> records = Channel.CreateBounded<Record>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Takes one invocation, where it is in the sample. Never waits; under more load than S3 takes, records are dropped.</summary>
    public void Take(OperationCall call, Fleet fleet, LiveVariant variant, byte[] input, string? answerType, byte[] answer)
    {
        if (fleet.Plan.Capture is not { } plan || Random.Shared.Next(100) >= plan.Percent)
            return;
        var data = new JsonObject();
        if (plan.Input)
            data["endpointInput"] = Part("INPUT", call.Input.Text("ContentType"), input, plan);
        if (plan.Output)
            data["endpointOutput"] = Part("OUTPUT", answerType, answer, plan);
        var now = time.GetUtcNow();
        var metadata = new JsonObject { ["eventId"] = Guid.NewGuid().ToString(), ["inferenceTime"] = now.ToString("yyyy-MM-ddTHH:mm:ssZ") };
        if (call.Input.Text("InferenceId") is { } inference)
            metadata["inferenceId"] = inference;
        if (call.Input.Text("CustomAttributes") is { } attributes)
            metadata["customAttributes"] = new JsonArray(attributes);
        var line = new JsonObject { ["captureData"] = data, ["eventMetadata"] = metadata, ["eventVersion"] = "0" }.ToJsonString();
        var place = S3Location.Parse(plan.Destination)!.Below($"{call.Input.Required("EndpointName")}/{variant.Name}/{now:yyyy/MM/dd/HH}");
        records.Writer.TryWrite(new Record(call.Scope, place, now, line));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
            await WriteAsync();
        }
    }

    private static JsonObject Part(string mode, string? type, byte[] content, CapturePlan plan)
    {
        var kind = (type ?? "").Split(';')[0].Trim();
        var encoding =
            kind == "text/csv" || plan.CsvTypes.Contains(kind) ? "CSV" :
            kind is "application/json" or "application/jsonlines" || plan.JsonTypes.Contains(kind) ? "JSON" : "BASE64";
        return new JsonObject
        {
            ["observedContentType"] = type ?? "application/octet-stream",
            ["mode"] = mode,
            ["data"] = encoding == "BASE64" ? Convert.ToBase64String(content) : Encoding.UTF8.GetString(content),
            ["encoding"] = encoding,
        };
    }

    private async Task WriteAsync()
    {
        var waiting = new List<Record>();
        while (waiting.Count < Waiting && records.Reader.TryRead(out var record))
            waiting.Add(record);
        foreach (var file in waiting.GroupBy(r => (r.Scope, r.Place)))
        {
            var name = $"{file.First().At:mm-ss-fff}-{Guid.NewGuid()}.jsonl";
            try
            {
                var content = string.Concat(file.Select(r => r.Line + "\n"));
                await objects.UploadAsync(file.Key.Scope, file.Key.Place.Below(name), Encoding.UTF8.GetBytes(content), CancellationToken.None);
            }
            catch (AwsException e)
            {
                logger.LogWarning("{Count} captured requests cannot be stored under {Place}: {Message}", file.Count(), file.Key.Place, e.Message);
            }
        }
    }

    private sealed record Record(Scope Scope, S3Location Place, DateTimeOffset At, string Line);
}
