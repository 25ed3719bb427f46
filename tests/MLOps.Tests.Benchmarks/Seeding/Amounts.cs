namespace MLOps.Tests.Benchmarks.Seeding;

/// <summary>How many things a local cloud is filled with.</summary>
internal sealed record Amounts
{
    public int Jobs { get; init; } = 10_000;

    public int Endpoints { get; init; } = 1_000;

    public int Pipelines { get; init; } = 500;

    public int Models { get; init; } = 1_000;
}
