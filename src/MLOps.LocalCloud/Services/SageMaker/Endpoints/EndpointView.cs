using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Engine.Endpoints.Deployment;
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
        if (active?.Async is { } asynchronous)
            shown["AsyncInferenceConfig"] = Asynchronous(asynchronous);
        if (EndpointPlan.Read(endpoint, EndpointTable.Pending) is { } pending)
            shown["PendingDeploymentSummary"] = Pending(
                pending, DeploymentProgress.Read(endpoint, EndpointTable.Progress) ?? DeploymentProgress.Begin(DeploymentPolicy.AtOnce, endpoint.Time("LastModifiedTime")!.Value),
                live?.Change?.Green);
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

    /// <summary>What is to take the place of what serves, and how far it has come.</summary>
    /// <param name="green">Its fleet where it runs; null where only the plan is known.</param>
    public static JsonObject Pending(EndpointPlan plan, DeploymentProgress progress, Fleet? green) => new()
    {
        ["EndpointConfigName"] = plan.ConfigName,
        ["StartTime"] = progress.Started.ToEpoch(),
        ["ProductionVariants"] = new JsonArray([.. plan.Variants.Select(v => new JsonObject
        {
            ["VariantName"] = v.Name,
            ["DeployedImages"] = new JsonArray(Image(v)),
            ["CurrentWeight"] = v.Weight * progress.Share,
            ["DesiredWeight"] = v.Weight,
            ["CurrentInstanceCount"] = green?.Variants.FirstOrDefault(l => l.Name == v.Name)?.HealthyCount ?? 0,
            ["DesiredInstanceCount"] = v.Instances,
            ["InstanceType"] = v.InstanceType,
            ["VariantStatus"] = new JsonArray(new JsonObject
            {
                ["Status"] = progress.Phase,
                ["StatusMessage"] = Message(progress),
                ["StartTime"] = progress.PhaseStarted.ToEpoch(),
            }),
        })]),
    };

    private static string Message(DeploymentProgress progress) => progress.Phase switch
    {
        "Creating" => "Starting the instances of the new fleet",
        "Baking" => $"{progress.Share * 100:0.#} percent of the traffic is on the new fleet; watching it for {progress.WaitSeconds} seconds",
        _ => $"Moving {progress.Share * 100:0.#} percent of the traffic to the new fleet",
    };

    private static JsonObject Asynchronous(AsyncPlan plan)
    {
        var output = new JsonObject { ["S3OutputPath"] = plan.Output };
        if (plan.Failure.Length > 0)
            output["S3FailurePath"] = plan.Failure;
        if (plan.SuccessTopic.Length + plan.ErrorTopic.Length > 0)
        {
            var topics = new JsonObject { ["IncludeInferenceResponseIn"] = new JsonArray([.. plan.Includes.Select(i => JsonValue.Create(i))]) };
            if (plan.SuccessTopic.Length > 0)
                topics["SuccessTopic"] = plan.SuccessTopic;
            if (plan.ErrorTopic.Length > 0)
                topics["ErrorTopic"] = plan.ErrorTopic;
            output["NotificationConfig"] = topics;
        }
        return new JsonObject { ["ClientConfig"] = new JsonObject { ["MaxConcurrentInvocationsPerInstance"] = plan.AtOnce }, ["OutputConfig"] = output };
    }

    private static JsonObject Image(VariantPlan plan) => new()
    {
        ["SpecifiedImage"] = plan.Image,
        ["ResolvedImage"] = plan.ResolvedImage,
        ["ResolutionTime"] = plan.ResolutionTime,
    };
}
