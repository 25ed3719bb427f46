using System.Text;
using System.Text.Json.Nodes;
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
