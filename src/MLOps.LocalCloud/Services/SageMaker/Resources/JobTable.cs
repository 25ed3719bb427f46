using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.SageMaker.Resources;

/// <summary>Jobs with one status and nothing beneath it, whose members all begin with one word: <c>TransformJobStatus</c>.</summary>
/// <param name="word"><c>Transform</c> or <c>Processing</c>.</param>
/// <param name="also">What summaries show besides name, ARN, times, status and failure.</param>
internal abstract class JobTable(DocumentStore store, TimeProvider time, CloudEventBus events, string type, string word, params string[] also) : ResourceTable(
    store, type, $"{word.ToLowerInvariant()} job", $"{word}JobStatus",
    [$"{word}JobName", $"{word}JobArn", "CreationTime", $"{word}EndTime", "LastModifiedTime", $"{word}JobStatus", "FailureReason", .. also])
{
    private readonly string statusMember = $"{word}JobStatus";

    public override JsonObject Get(Scope scope, string name) => Find(scope, name) ??
        throw new AwsException("ResourceNotFound", $"Could not find the {Title} with the name {name}.");

    public string Status(JsonObject job) => job.Text(statusMember) ?? "";

    public bool HasEnded(JsonObject job) => Status(job) is "Completed" or "Failed" or "Stopped";

    /// <summary>Adds a new job and tells the world.</summary>
    /// <exception cref="AwsException">The name is taken.</exception>
    public void Begin(Scope scope, string name, JsonObject job)
    {
        job[$"{word}JobArn"] = Arn(scope, name);
        var now = time.GetUtcNow().ToEpoch();
        job["CreationTime"] = now;
        job["LastModifiedTime"] = now;
        job[statusMember] = "InProgress";
        if (!TryAdd(scope, name, job))
            throw new AwsException("ResourceInUse", $"Job name must be unique within an AWS account and region, and a job with this name already exists ({Arn(scope, name)})");
        Announce(scope, job);
    }

    /// <summary>Moves a job on and tells the world. One that has ended, or is stopping and is asked to go on, stays as it is: the answer is then false.</summary>
    public bool Enter(Scope scope, string name, string status, Action<JsonObject, double>? change = null)
    {
        var moved = false;
        var job = Update(scope, name, job =>
        {
            if (HasEnded(job) || (status == "InProgress" && Status(job) == "Stopping"))
                return;
            moved = true;
            var now = time.GetUtcNow().ToEpoch();
            job[statusMember] = status;
            job["LastModifiedTime"] = now;
            if (status is "Completed" or "Failed" or "Stopped")
                job[$"{word}EndTime"] = now;
            change?.Invoke(job, now);
        });
        if (moved)
            Announce(scope, job!);
        return moved;
    }

    /// <summary>Ends a job that failed.</summary>
    public void Fail(Scope scope, string name, string reason) => Enter(scope, name, "Failed", (job, _) => job["FailureReason"] = reason);

    private void Announce(Scope scope, JsonObject job)
    {
        var detail = (JsonObject)job.DeepClone();
        foreach (var moment in (string[])["CreationTime", "LastModifiedTime", $"{word}StartTime", $"{word}EndTime"])
            if (job.Number(moment) is { } seconds)
                detail[moment] = (long)(seconds * 1000);
        detail["Tags"] = new JsonObject(job.Objects("Tags").Select(t => KeyValuePair.Create(t.Required("Key"), t["Value"].Copy())));
        events.Publish(new CloudEvent(scope, "aws.sagemaker", $"SageMaker {word} Job State Change", detail, [job.Required($"{word}JobArn")]));
    }
}
