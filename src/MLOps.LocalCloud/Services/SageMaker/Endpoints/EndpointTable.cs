using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Endpoints.Deployment;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.SageMaker.Endpoints;

/// <summary>
/// Endpoints, and the one way in which their status changes. A document holds the plan that serves (<c>Active</c>) and
/// the one that is to take its place (<c>Pending</c>) beside what Describe shows.
/// </summary>
internal sealed class EndpointTable(DocumentStore store, TimeProvider time, CloudEventBus events) : ResourceTable(
    store, "endpoint", "endpoint", "EndpointStatus", "EndpointName", "EndpointArn", "CreationTime", "LastModifiedTime", "EndpointStatus")
{
    public const string Active = "Active";
    public const string Pending = "Pending";
    public const string Progress = "Progress";

    /// <summary>Whether an endpoint is busy with a change, so that AWS refuses another.</summary>
    public static bool InProgress(JsonObject endpoint) => endpoint.Text("EndpointStatus") is "Creating" or "Updating" or "RollingBack" or "Deleting" or "SystemUpdating";

    public AwsException Busy(Scope scope, string name) => AwsException.Validation($"Cannot update in-progress endpoint \"{Arn(scope, name)}\".");

    /// <summary>Adds a new endpoint; false where the name is taken.</summary>
    public bool TryBegin(Scope scope, string name, JsonObject endpoint)
    {
        var now = time.GetUtcNow().ToEpoch();
        endpoint["CreationTime"] = now;
        endpoint["LastModifiedTime"] = now;
        if (!TryAdd(scope, name, endpoint))
            return false;
        Announce(scope, endpoint);
        return true;
    }

    /// <summary>Gives an endpoint a status and tells the world; null where it is gone. What <paramref name="change"/> throws is thrown and nothing is changed.</summary>
    public JsonObject? Enter(Scope scope, string name, string status, Action<JsonObject>? change = null)
    {
        var endpoint = Update(scope, name, document =>
        {
            change?.Invoke(document);
            document["EndpointStatus"] = status;
            document["LastModifiedTime"] = time.GetUtcNow().ToEpoch();
        });
        if (endpoint is not null)
            Announce(scope, endpoint);
        return endpoint;
    }

    /// <summary>Writes down how far a deployment has come and tells the world; an endpoint that is not deploying stays as it is.</summary>
    public void Advance(Scope scope, string name, Func<DeploymentProgress, DeploymentProgress> next)
    {
        var told = false;
        var endpoint = Update(scope, name, document =>
        {
            if (DeploymentProgress.Read(document, Progress) is not { } progress)
                return;
            document[Progress] = next(progress).ToJson();
            told = true;
        });
        if (told)
            AnnounceDeployment(scope, endpoint!);
    }

    /// <summary>Removes an endpoint that is deleting.</summary>
    public void End(Scope scope, string name) => Remove(scope, name);

    private void Announce(Scope scope, JsonObject endpoint)
    {
        var detail = endpoint.Pick("EndpointName", "EndpointArn", "EndpointConfigName", "FailureReason");
        detail["EndpointStatus"] = Shouted(endpoint.Required("EndpointStatus"));
        foreach (var moment in (string[])["CreationTime", "LastModifiedTime"])
            detail[moment] = (long)((endpoint.Number(moment) ?? 0) * 1000);
        detail["ProductionVariants"] = new JsonArray([.. (EndpointPlan.Read(endpoint, Active) ?? EndpointPlan.Read(endpoint, Pending))?.Variants
            .Select(v => new JsonObject { ["VariantName"] = v.Name, ["DesiredInstanceCount"] = v.Instances, ["DesiredWeight"] = v.Weight }) ?? []]);
        detail["Tags"] = new JsonObject(endpoint.Objects("Tags").Select(t => KeyValuePair.Create(t.Required("Key"), t["Value"].Copy())));
        events.Publish(new CloudEvent(scope, "aws.sagemaker", "SageMaker Endpoint State Change", detail, [endpoint.Required("EndpointArn")]));
    }

    /// <summary>A deployment's state as EventBridge shows it.</summary>
    private void AnnounceDeployment(Scope scope, JsonObject endpoint)
    {
        var progress = DeploymentProgress.Read(endpoint, Progress)!;
        var detail = endpoint.Pick("EndpointName", "EndpointArn", "EndpointConfigName");
        detail["EndpointStatus"] = Shouted(endpoint.Required("EndpointStatus"));
        detail["CreationTime"] = progress.Started.ToUnixTimeMilliseconds();
        detail["LastModifiedTime"] = progress.PhaseStarted.ToUnixTimeMilliseconds();
        var summary = EndpointView.Pending(EndpointPlan.Read(endpoint, Pending)!, progress, null);
        detail["PendingDeploymentSummary"] = summary;
        detail["ProductionVariants"] = new JsonArray([.. EndpointPlan.Read(endpoint, Active)?.Variants.Select(v => new JsonObject
        {
            ["VariantName"] = v.Name,
            ["DesiredInstanceCount"] = v.Instances,
            ["DesiredWeight"] = v.Weight,
        }) ?? []]);
        events.Publish(new CloudEvent(scope, "aws.sagemaker", "SageMaker Endpoint Deployment State Change", detail, [endpoint.Required("EndpointArn")]));
    }

    /// <summary>Events have statuses as IN_SERVICE where the API has InService.</summary>
    private static string Shouted(string status)
    {
        var text = new StringBuilder();
        foreach (var letter in status)
        {
            if (char.IsUpper(letter) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToUpperInvariant(letter));
        }
        return text.ToString();
    }
}
