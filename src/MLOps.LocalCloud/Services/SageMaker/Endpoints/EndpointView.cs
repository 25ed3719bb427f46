using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.SageMaker.Endpoints;

/// <summary>What DescribeEndpoint shows: the stored document, and the instances that are healthy at this moment.</summary>
internal static class EndpointView
{
    public static JsonObject Of(JsonObject endpoint, LiveEndpoint? live)
    {
        var shown = endpoint.Pick("EndpointName", "EndpointArn", "EndpointConfigName", "EndpointStatus", "FailureReason", "CreationTime", "LastModifiedTime", "LastDeploymentConfig");
        var active = EndpointPlan.Read(endpoint, EndpointTable.Active);
        if (active is not null)
        {
            var serving = live?.Serving;
            shown["ProductionVariants"] = new JsonArray([.. active.Variants.Select(v => Variant(v, serving?.Variants.FirstOrDefault(l => l.Name == v.Name)))]);
            if (active.Capture is { } capture)
                shown["DataCaptureConfig"] = new JsonObject
                {
                    ["EnableCapture"] = true,
                    ["CaptureStatus"] = "Started",
                    ["CurrentSamplingPercentage"] = capture.Percent,
                    ["DestinationS3Uri"] = capture.Destination,
                    ["KmsKeyId"] = capture.KmsKey,
                };
        }
        if (EndpointPlan.Read(endpoint, EndpointTable.Pending) is { } pending)
            shown["PendingDeploymentSummary"] = Pending(pending, endpoint);
        return shown;
    }

    private static JsonObject Variant(VariantPlan plan, LiveVariant? live) => new()
    {
        ["VariantName"] = plan.Name,
        ["DeployedImages"] = new JsonArray(Image(plan)),
        ["CurrentWeight"] = live?.Weight ?? plan.Weight,
        ["DesiredWeight"] = plan.Weight,
        ["CurrentInstanceCount"] = live?.HealthyCount ?? 0,
        ["DesiredInstanceCount"] = plan.Instances,
    };

    private static JsonObject Pending(EndpointPlan plan, JsonObject endpoint) => new()
    {
        ["EndpointConfigName"] = plan.ConfigName,
        ["StartTime"] = endpoint["LastModifiedTime"].Copy(),
        ["ProductionVariants"] = new JsonArray([.. plan.Variants.Select(v => new JsonObject
        {
            ["VariantName"] = v.Name,
            ["DeployedImages"] = new JsonArray(Image(v)),
            ["CurrentWeight"] = 0.0,
            ["DesiredWeight"] = v.Weight,
            ["CurrentInstanceCount"] = 0,
            ["DesiredInstanceCount"] = v.Instances,
            ["InstanceType"] = v.InstanceType,
            ["VariantStatus"] = new JsonArray(new JsonObject { ["Status"] = "Creating", ["StartTime"] = endpoint["LastModifiedTime"].Copy() }),
        })]),
    };

    private static JsonObject Image(VariantPlan plan) => new()
    {
        ["SpecifiedImage"] = plan.Image,
        ["ResolvedImage"] = plan.ResolvedImage,
        ["ResolutionTime"] = plan.ResolutionTime,
    };
}
