using MLOps.LocalCloud.Engine.Endpoints;

namespace MLOps.LocalCloud.Services.SageMakerRuntime;

/// <summary>What a model answered.</summary>
internal sealed record Invocation(LiveVariant Variant, Instance Instance, int Status, string? ContentType, string? CustomAttributes, byte[] Body, TimeSpan Latency);
