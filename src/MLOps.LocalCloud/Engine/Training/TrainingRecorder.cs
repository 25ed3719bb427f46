using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Training;

/// <summary>Keeps what one attempt of a job writes: its log stream, and its metrics in CloudWatch.</summary>
internal sealed class TrainingRecorder
{
    public const string Space = "/aws/sagemaker/TrainingJobs";

    private readonly TrainingTools tools;
    private readonly Scope scope;
    private readonly string job;
    private readonly MetricWatch metrics;
    private readonly Lock gate = new();

    public TrainingRecorder(TrainingTools tools, Scope scope, string job, IEnumerable<JsonObject> definitions)
    {
        this.tools = tools;
        this.scope = scope;
        this.job = job;
        metrics = new MetricWatch(definitions);
        Stream = $"{job}/algo-1-{tools.Time.GetUtcNow().ToUnixTimeSeconds()}";
    }

    /// <summary>The attempt's log stream.</summary>
    public string Stream { get; }

    /// <summary>Takes a line of the program.</summary>
    public void Take(string line)
    {
        tools.Logs.Append(scope, Space, Stream, line);
        lock (gate)
        {
            var now = tools.Time.GetUtcNow();
            foreach (var (name, value) in metrics.Read(line, now, warning => tools.Logs.Append(scope, Space, Stream, warning)))
            {
                tools.Metrics.Record(scope, new MetricSample(Space, name, [("TrainingJobName", job)], value, "None", now));
                tools.Observations.Record(scope, job, name, value);
            }
        }
    }

    /// <summary>The job's FinalMetricDataList.</summary>
    public JsonArray Final()
    {
        lock (gate)
            return metrics.Final();
    }
}
