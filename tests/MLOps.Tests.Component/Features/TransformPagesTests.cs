using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Tags;
using MLOps.Cloud.Values;
using MLOps.Portal.Features.Transforms;
using MLOps.Portal.Shared.Logs;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class TransformPagesTests : IObjectStore
{
    [Fact]
    public async Task Job_Ended_TellsItsCostAndItsTags()
    {
        await using var portal = Portal(Cloud());
        var page = portal.Open<TransformJobPage>("/transforms/x", p => p.Add(c => c.Name, "batch"));
        // Half an hour from its start to its end on two instances; the minutes before the start are not billed.
        page.FindAll("dl.facts dt").Single(t => t.TextContent == "Cost").NextElementSibling!.TextContent.Should().Contain("about $0.115").And.Contain("30 min 00 s billed × 2");
        page.Find("ul.tags").TextContent.Should().Contain("team").And.Contain("= research");
    }

    [Fact]
    public async Task Job_Tag_IsTakenOff()
    {
        var cloud = Cloud();
        await using var portal = Portal(cloud);
        var page = portal.Open<TransformJobPage>("/transforms/x", p => p.Add(c => c.Name, "batch"));
        page.Find("button[aria-label='Remove tag team']").Click();
        cloud.Calls.Should().Contain($"untag {cloud.TransformDetails["batch"].Job.Arn} team");
    }

    [Fact]
    public async Task Job_Log_IsShown()
    {
        var cloud = Cloud();
        cloud.Lines.Add(new(FakeCloud.Now, "serving logistic in 2 processes", "batch/i-1"));
        await using var portal = Portal(cloud);
        var page = portal.Open<TransformJobPage>("/transforms/x", p => p.Add(c => c.Name, "batch"));
        page.WaitForAssertion(() => page.FindComponent<LogView>().Find("[role=status]").TextContent.Should().Be("1 line"));
    }

    [Fact]
    public async Task Job_NotStarted_HasNoCost()
    {
        var cloud = Cloud();
        cloud.TransformDetails["batch"] = new(new("local", "batch", "InProgress") { Created = FakeCloud.Now }) { Request = new("batch", "m") };
        await using var portal = Portal(cloud);
        var page = portal.Open<TransformJobPage>("/transforms/x", p => p.Add(c => c.Name, "batch"));
        page.FindAll("dl.facts dt").Should().NotContain(t => t.TextContent == "Cost");
    }

    [Fact]
    public async Task List_ByTag_IsThoseThatCarryIt()
    {
        var cloud = Cloud();
        cloud.Transforms.Set(new("local", "batch", "Completed"), new("local", "other", "Completed"));
        cloud.Tags.Add((TaggedKind.TransformJob, "batch", "team", "research"));
        await using var portal = Portal(cloud);
        var page = portal.Open<TransformsPage>("/transforms?tag=team");
        page.WaitForAssertion(() => page.FindAll("tbody .lead").Select(e => e.TextContent.Trim()).Should().Equal("batch"));
    }

    [Fact]
    public async Task New_FromAJob_AsksTheSameAgainWithItsOwnTags()
    {
        var cloud = Cloud();
        await using var portal = Portal(cloud);
        var page = portal.Open<NewTransformPage>("/transforms/new?from=batch");
        page.FindAll("button").Single(b => b.TextContent.Contains("Launch the batch transform")).Click();
        var draft = cloud.Transformed.Should().ContainSingle().Which;
        draft.Should().Be(cloud.TransformDetails["batch"].Request with { Name = draft.Name, Tags = [new("team", "research")] });
    }

    private PortalContext Portal(FakeCloud cloud) => new(cloud, more: services => services.AddSingleton<IObjectStore>(this));

    private static FakeCloud Cloud()
    {
        var cloud = new FakeCloud();
        cloud.TransformDetails["batch"] = new(new("local", "batch", "Completed") { Created = FakeCloud.Now.AddMinutes(-40), Ended = FakeCloud.Now })
        {
            Started = FakeCloud.Now.AddMinutes(-30),
            Request = new("batch", "m")
            {
                Input = "s3://bucket/in", Output = "s3://bucket/out", InstanceCount = 2, Join = true, Environment = [new("A", "1")],
                Tags = [new("team", "research"), new("mlops:execution", "1"), new("aws:createdBy", "x")],
            },
        };
        return cloud;
    }

    Task<byte[]> IObjectStore.ReadAsync(string connection, ObjectRef source, int maxBytes, CancellationToken cancelled) => throw new NotSupportedException();

    Task<ObjectContent> IObjectStore.OpenAsync(string connection, ObjectRef source, CancellationToken cancelled) => throw new NotSupportedException();

    Task<IReadOnlyDictionary<string, string>> IObjectStore.ReadZipAsync(string connection, ObjectRef source, CancellationToken cancelled) => throw new NotSupportedException();

    Task<Page<ObjectInfo>> IObjectStore.ListAsync(string connection, string bucket, string prefix, string? next, CancellationToken cancelled) => throw new NotSupportedException();

    Task<IReadOnlyList<ObjectInfo>> IObjectStore.VersionsAsync(string connection, string bucket, string key, CancellationToken cancelled) => throw new NotSupportedException();

    Task<string> IObjectStore.WriteAsync(string connection, string bucket, string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancelled) => throw new NotSupportedException();
}
