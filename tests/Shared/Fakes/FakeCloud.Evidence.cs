using MLOps.Cloud.Cases;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Prices;
using MLOps.Cloud.Tags;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Tests.Fakes;

public sealed partial class FakeCloud : ICaseSource, ITrainingDataReader, IPriceTable, IEndpointTraffic, ITagReader, ITagCommands
{
    /// <summary>When set, the cases cannot be read.</summary>
    public MLOps.Cloud.Faults.CloudFault? CasesFault { get; set; }

    /// <summary>The data of every job.</summary>
    public TrainingData Data { get; set; } = new([new ChannelData("train", "s3://mlops/data/iris/train", 1, 2811, "Xc91", null)]);

    /// <summary>The requests to every endpoint; not known where null.</summary>
    public TrafficReport? Traffic { get; set; }

    TimeSpan IEndpointTraffic.IdleAfter => TimeSpan.FromDays(7);

    async IAsyncEnumerable<Watched<TrafficReport>> IEndpointTraffic.WatchAsync(string connection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancelled)
    {
        yield return new(Traffic, Fault);
        await Task.Delay(Timeout.Infinite, cancelled);
    }

    /// <summary>What carries which tag: kind, name, key and value.</summary>
    public List<(TaggedKind Kind, string Name, string Key, string Value)> Tags { get; } = [];

    Task<IReadOnlySet<string>> ITagReader.FindAsync(string connection, TaggedKind kind, string key, string? value, CancellationToken cancelled) =>
        Read(() => Answer<IReadOnlySet<string>>(Tags.Where(t => t.Kind == kind && t.Key == key && (value is null || t.Value == value)).Select(t => t.Name).ToHashSet(), "tags"));

    Task<IReadOnlyList<string>> ITagReader.KeysAsync(string connection, CancellationToken cancelled) =>
        Read(() => Answer<IReadOnlyList<string>>([.. Tags.Select(t => t.Key).Distinct()], "tags"));

    /// <summary>The tags of resources by ARN.</summary>
    public Dictionary<string, IReadOnlyList<ResourceTag>> TagsOf { get; } = [];

    Task<IReadOnlyList<ResourceTag>> ITagReader.OfAsync(string connection, string arn, CancellationToken cancelled) => Read(() => Answer(TagsOf.GetValueOrDefault(arn), arn));

    Task ITagCommands.SetAsync(string connection, string arn, ResourceTag tag, CancellationToken cancelled) => Told($"tag {arn} {tag.Key}={tag.Value}", 0);

    Task ITagCommands.RemoveAsync(string connection, string arn, string key, CancellationToken cancelled) => Told($"untag {arn} {key}", 0);

    PriceSource IPriceTable.Source => new("a test", new DateOnly(2026, 1, 1), "USD");

    bool ICaseSource.Knows(string place) => place.StartsWith("upload:", StringComparison.Ordinal);

    Task<CaseSet> ICaseSource.ReadAsync(string place, SignOffEvidence candidate, int most, CancellationToken cancelled) => CasesFault is not null
        ? Task.FromException<CaseSet>(new MLOps.Cloud.Faults.CloudException(CasesFault))
        : Read(() => CaseFile.Read(place, candidate.Candidate.Files[place["upload:".Length..]], most));

    Task<TrainingData> ITrainingDataReader.ReadAsync(string connection, TrainingJobDetail job, CancellationToken cancelled) => Task.FromResult(Data);

    InstancePrice? IPriceTable.Find(string instanceType, string region, InstanceUse use) => new(0.115m, region, true);
}
