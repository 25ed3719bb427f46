using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.Endpoints;

/// <summary>How an asynchronous endpoint answers, as its AsyncInferenceConfig says. Places are S3 URIs, topics ARNs of SNS; empty where not set.</summary>
/// <param name="AtOnce">Requests that one instance works on at a time.</param>
/// <param name="Includes">The notifications that carry the answer itself.</param>
internal sealed record AsyncPlan(string Output, string Failure, int AtOnce, string SuccessTopic, string ErrorTopic, IReadOnlyList<string> Includes)
{
    /// <summary>Where nothing is said SageMaker chooses; this is the local cloud's choice.</summary>
    private const int DefaultAtOnce = 4;

    public static AsyncPlan? Make(JsonObject? config)
    {
        if (config?.Object("OutputConfig") is not { } output)
            return null;
        var topics = output.Object("NotificationConfig");
        return new AsyncPlan(
            output.Required("S3OutputPath"), output.Text("S3FailurePath") ?? "",
            config.Object("ClientConfig")?.Whole("MaxConcurrentInvocationsPerInstance") ?? DefaultAtOnce,
            topics?.Text("SuccessTopic") ?? "", topics?.Text("ErrorTopic") ?? "", [.. topics?.Texts("IncludeInferenceResponseIn") ?? []]);
    }

    /// <summary>Refuses a configuration that could not be carried out.</summary>
    /// <exception cref="AwsException">What is wrong.</exception>
    public static void Check(JsonObject config)
    {
        if (config.Object("AsyncInferenceConfig") is not { } asked)
            return;
        var output = asked.Object("OutputConfig") ?? [];
        if (S3Location.Parse(output.Text("S3OutputPath")) is null)
            throw AwsException.Validation("AsyncInferenceConfig.OutputConfig.S3OutputPath must be of the form s3://bucket/prefix.");
        if (output.Text("S3FailurePath") is { Length: > 0 } failure && S3Location.Parse(failure) is null)
            throw AwsException.Validation("AsyncInferenceConfig.OutputConfig.S3FailurePath must be of the form s3://bucket/prefix.");
        if (config.Objects("ProductionVariants").Count() > 1)
            throw AwsException.Validation("An endpoint configuration with AsyncInferenceConfig takes one production variant.");
        Unsupported.Refuse(config, "CreateEndpointConfig with AsyncInferenceConfig", "DataCaptureConfig");
    }
}
