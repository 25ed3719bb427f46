using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.EndpointConfigs;
using MLOps.LocalCloud.Services.SageMaker.Models;

namespace MLOps.LocalCloud.Services.SageMaker.Endpoints;

/// <summary>
/// All that an endpoint needs to serve: a copy of its configuration and models, which may be deleted while it serves.
/// </summary>
/// <param name="Id">Names the deployment's folder.</param>
internal sealed record EndpointPlan(string Id, string ConfigName, IReadOnlyList<VariantPlan> Variants, CapturePlan? Capture)
{
    /// <summary>How it answers where it is asynchronous.</summary>
    public AsyncPlan? Async { get; init; }

    /// <summary>The plan of a configuration as it stands now.</summary>
    /// <exception cref="AwsException">The configuration or a model is gone.</exception>
    public static EndpointPlan Make(Scope scope, string configName, EndpointConfigTable configs, ModelTable models, double now)
    {
        var config = configs.Get(scope, configName);
        return new EndpointPlan(Guid.NewGuid().ToString("n")[..12], configName,
            [.. config.Objects("ProductionVariants").Select(v => VariantPlan.Make(v, models.Get(scope, v.Required("ModelName")), now))],
            CapturePlan.Make(config.Object("DataCaptureConfig")))
        {
            Async = AsyncPlan.Make(config.Object("AsyncInferenceConfig")),
        };
    }

    /// <summary>Reads a plan out of an endpoint's document; null where there is none.</summary>
    public static EndpointPlan? Read(JsonObject endpoint, string member) => endpoint[member].Deserialize<EndpointPlan>();

    public JsonNode ToJson() => JsonSerializer.SerializeToNode(this)!;

    /// <summary>How many instances it has in all.</summary>
    public int Instances => Variants.Sum(v => v.Instances);

    /// <summary>A part of its instances, at least one a variant where any is left to run.</summary>
    public EndpointPlan Scaled(double share) => this with
    {
        Variants = [.. Variants.Select(v => v with { Instances = share <= 1e-9 ? 0 : Math.Clamp((int)Math.Round(v.Instances * share), 1, v.Instances) })],
    };
}

/// <summary>One production variant of a plan. Instances and weight are the desired ones.</summary>
/// <param name="ModelData">The S3 URI of the model; null where the image holds it.</param>
/// <param name="Packed">Whether it is one <c>.tar.gz</c>, or else all objects below the URI as they are.</param>
/// <param name="StartupSeconds">How long an instance may take to answer its first ping.</param>
internal sealed record VariantPlan(
    string Name, string Model, string InstanceType, int Instances, double Weight, string Image, string ResolvedImage, double ResolutionTime,
    string? ModelData, bool Packed, IReadOnlyDictionary<string, string> Environment, int StartupSeconds, bool RandomRouting)
{
    /// <summary>SageMaker's default for the first ping.</summary>
    public const int DefaultStartupSeconds = 480;

    public static VariantPlan Make(JsonObject variant, JsonObject model, double now)
    {
        var container = ModelOperations.Container(model);
        var source = container.Object("ModelDataSource")?.Object("S3DataSource");
        var environment = (container.Object("Environment") ?? []).ToDictionary(e => e.Key, e => e.Value!.GetValue<string>());
        return new VariantPlan(
            variant.Required("VariantName"), model.Required("ModelName"), variant.Required("InstanceType"), variant.Whole("InitialInstanceCount") ?? 1,
            variant.Number("InitialVariantWeight") ?? 1, container.Required("Image"), model.Required("ResolvedImage"), now,
            container.Text("ModelDataUrl") ?? source?.Text("S3Uri"), source?.Text("CompressionType") != "None", environment,
            variant.Whole("ContainerStartupHealthCheckTimeoutInSeconds") ?? DefaultStartupSeconds,
            variant.Object("RoutingConfig")?.Text("RoutingStrategy") == "RANDOM");
    }
}

/// <summary>What of the traffic is kept in S3.</summary>
internal sealed record CapturePlan(int Percent, string Destination, bool Input, bool Output, IReadOnlyList<string> CsvTypes, IReadOnlyList<string> JsonTypes, string KmsKey)
{
    public static CapturePlan? Make(JsonObject? config)
    {
        if (config?.Flag("EnableCapture") != true)
            return null;
        var modes = config.Objects("CaptureOptions").Select(o => o.Text("CaptureMode")).ToList();
        var types = config.Object("CaptureContentTypeHeader");
        return new CapturePlan(
            config.Whole("InitialSamplingPercentage") ?? 100, config.Required("DestinationS3Uri"),
            modes.Any(m => m is "Input" or "InputAndOutput"), modes.Any(m => m is "Output" or "InputAndOutput"),
            [.. types?.Texts("CsvContentTypes") ?? []], [.. types?.Texts("JsonContentTypes") ?? []], config.Text("KmsKeyId") ?? "");
    }
}
