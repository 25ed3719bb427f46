using System.IO.Compression;
using System.Text;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Tags;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Tests.Integration.Cloud;

public sealed class ReadingTests
{
    private const string Name = ConnectedCloud.Name;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Training_RunsToItsEnd_InventoryDetailMetricsAndLogTellIt()
    {
        await using var tiny = await TinyCloud.StartAsync();
        await tiny.TrainAsync("good", ("value", "0.75"));

        var lines = new List<string>();
        await foreach (var line in tiny.Cloud.Get<ITrainingReader>().LogAsync(Name, "good", follow: true, Cancelled))
            lines.Add(line.Message);
        lines.Should().Contain("metric accuracy=0.75").And.OnlyHaveUniqueItems("what was shown is not shown again");

        var job = (await tiny.Cloud.UntilAsync<TrainingJobSummary>(s => s.Items.Any(j => j is { Status: "Completed", IsDescribed: true }))).Items.Single();
        job.Metrics.Select(m => (m.Name, m.Value)).Should().Equal(("accuracy", 0.75));
        job.Image.Should().Be(TinyCloud.Image);

        var detail = await tiny.Cloud.Get<ITrainingReader>().DetailAsync(Name, "good", Cancelled);
        detail.Timeline.Select(t => t.Status).Should().Equal("Starting", "Downloading", "Training", "Uploading", "Completed");
        detail.Hyperparameters.Should().ContainSingle(h => h.Name == "value" && h.Value == "0.75");
        detail.Channels.Should().ContainSingle(c => c.Name == "train" && c.S3Uri == "s3://data/iris/train");
        detail.ModelArtifact.Should().EndWith("good/output/model.tar.gz");

        var series = (await tiny.Cloud.Get<ITrainingReader>().MetricsAsync(Name, "good", Cancelled)).Should().ContainSingle().Subject;
        series.Points.Select(p => p.Value).Should().Equal(0.5, 0.75);

        await tiny.TrainAsync("bad", ("fail", "C must be a number"));
        var failed = (await tiny.Cloud.UntilAsync<TrainingJobSummary>(s => s.Items.Any(j => j is { Name: "bad", Status: "Failed", IsDescribed: true }))).Items;
        failed.Select(j => j.Name).Should().Equal(["bad", "good"], "the newest stands first");
        failed[0].FailureReason.Should().Contain("C must be a number");
    }

    [Fact]
    public async Task Training_Stopped_SaysSoAtOnce()
    {
        await using var tiny = await TinyCloud.StartAsync();
        await tiny.TrainAsync("endless", ("wait", "1"));
        await tiny.Cloud.UntilAsync<TrainingJobSummary>(s => s.Items.Any(j => j.SecondaryStatus == "Training"));

        await tiny.Cloud.Get<ITrainingCommands>().StopAsync(Name, "endless", Cancelled);

        tiny.Cloud.Get<IInventory<TrainingJobSummary>>().Current(Name).Items.Single().Status.Should().BeOneOf("Stopping", "Stopped");
        await tiny.Cloud.UntilAsync<TrainingJobSummary>(s => s.Items.Any(j => j.Status == "Stopped"));
        var missing = () => tiny.Cloud.Get<ITrainingReader>().DetailAsync(Name, "nothing", Cancelled);
        (await missing.Should().ThrowAsync<CloudException>()).Which.Fault.Kind.Should().Be(CloudFaultKind.NotFound);
    }

    [Fact]
    public async Task Endpoint_InService_AnswersAndShowsItsModelAndMetrics()
    {
        await using var tiny = await TinyCloud.StartAsync();
        await tiny.TrainAsync("good", ("value", "0.75"));
        await tiny.Cloud.UntilAsync<TrainingJobSummary>(s => s.Items.Any(j => j.Status == "Completed"));
        await tiny.ServeAsync("echo", "good");
        var endpoint = (await tiny.Cloud.UntilAsync<EndpointSummary>(s => s.Items.Any(e => e.Status == "InService"))).Items.Single();
        endpoint.Variants.Should().ContainSingle(v => v.Name == "Champion" && v.Model == "echo" && v.CurrentInstances == 1 && v.CurrentWeight == 0.9 && v.ImageDigest.StartsWith("sha256:"));
        (await tiny.Cloud.UntilAsync<ModelSummary>(s => s.Items.Count == 1)).Items.Single().TrainingJob.Should().Be("good");

        var invoker = tiny.Cloud.Get<IEndpointInvoker>();
        var answer = await invoker.InvokeAsync(Name, new InvocationRequest("echo", "1,2"u8.ToArray()) { CustomAttributes = "algorithm=logistic" }, Cancelled);
        (answer.StatusCode, answer.Text, answer.Variant, answer.CustomAttributes).Should().Be((200, "0.75|1,2", "Champion", "algorithm=logistic"));
        answer.Latency.Should().BePositive();

        var refused = await invoker.InvokeAsync(Name, new InvocationRequest("echo", "status:415"u8.ToArray()), Cancelled);
        (refused.IsSuccess, refused.StatusCode, refused.Text).Should().Be((false, 415, "no good"));

        var tooLarge = () => invoker.InvokeAsync(Name, new InvocationRequest("echo", new byte[IEndpointInvoker.MaxBodyBytes + 1]), Cancelled);
        (await tooLarge.Should().ThrowAsync<CloudException>()).Which.Fault.Kind.Should().Be(CloudFaultKind.Invalid);
        var unknown = () => invoker.InvokeAsync(Name, new InvocationRequest("nothing", "1"u8.ToArray()), Cancelled);
        (await unknown.Should().ThrowAsync<CloudException>()).Which.Fault.Message.Should().Contain("nothing");

        var metrics = await tiny.Cloud.Get<IEndpointReader>().MetricsAsync(Name, "echo", TimeSpan.FromMinutes(30), Cancelled);
        metrics.Variants.Single().Series.Single(s => s.Id == "invocations").Points.Sum(p => p.Value).Should().Be(2);
        metrics.Variants.Single().Series.Single(s => s.Id == "latency-p99").Points.Should().OnlyContain(p => p.Value > 0 && p.Value < 60_000);

        await foreach (var traffic in tiny.Cloud.Get<IEndpointTraffic>().WatchAsync(Name, Cancelled))
        {
            traffic.Value!.Of("echo").Should().Match<EndpointTraffic>(t => t.Day == 2 && t.Hours[23] + t.Hours[22] == 2 && t.Hours.Count == 24 && !t.IsIdle);
            break;
        }

        await tiny.Cloud.Get<IEndpointCommands>().DeleteAsync(Name, "echo", Cancelled);
        await tiny.Cloud.UntilAsync<EndpointSummary>(s => s.Items.Count == 0);
    }

    [Fact]
    public async Task Tags_OfJobsAndPipelines_FindThem()
    {
        await using var tiny = await TinyCloud.StartAsync();
        foreach (var i in Enumerable.Range(0, 3))
            await tiny.TrainAsync($"job-{i}", ("value", "0.75"));
        var arns = (await tiny.Cloud.UntilAsync<TrainingJobSummary>(s => s.Items.Count == 3 && s.Items.All(j => j.Arn.Length > 0))).Items.ToDictionary(j => j.Name, j => j.Arn);
        var commands = tiny.Cloud.Get<ITagCommands>();
        await commands.SetAsync(Name, arns["job-0"], new("team", "research"), Cancelled);
        await commands.SetAsync(Name, arns["job-1"], new("team", "desk"), Cancelled);
        await commands.SetAsync(Name, arns["job-1"], new("stage", "dev"), Cancelled);

        var tags = tiny.Cloud.Get<ITagReader>();
        (await tags.FindAsync(Name, TaggedKind.TrainingJob, "team", null, Cancelled)).Should().BeEquivalentTo("job-0", "job-1");
        (await tags.FindAsync(Name, TaggedKind.TrainingJob, "team", "desk", Cancelled)).Should().BeEquivalentTo("job-1");
        (await tags.FindAsync(Name, TaggedKind.Endpoint, "team", null, Cancelled)).Should().BeEmpty("an endpoint is no job");
        (await tags.FindAsync(Name, TaggedKind.Pipeline, "team", null, Cancelled)).Should().BeEmpty();
        (await tags.KeysAsync(Name, Cancelled)).Should().Equal("stage", "team");
        (await tags.OfAsync(Name, arns["job-1"], Cancelled)).Should().BeEquivalentTo([new ResourceTag("team", "desk"), new ResourceTag("stage", "dev")]);
        await commands.RemoveAsync(Name, arns["job-1"], "team", Cancelled);
        await commands.RemoveAsync(Name, arns["job-1"], "team", Cancelled);
        (await tags.FindAsync(Name, TaggedKind.TrainingJob, "team", null, Cancelled)).Should().BeEquivalentTo("job-0");
    }

    [Fact]
    public async Task Inventory_CloudGoesAway_IsStaleUntilItIsBack()
    {
        await using var cloud = await ConnectedCloud.StartAsync();
        await cloud.UntilAsync<TrainingJobSummary>(s => s is { IsLoading: false, Fault: null });
        var port = new Uri(cloud.Get<ICloudConnections>().Default.EndpointUrl).Port;

        await cloud.StopLocalAsync();
        var stale = await cloud.UntilAsync<TrainingJobSummary>(s => s.IsStale);
        stale.Fault!.Kind.Should().Be(CloudFaultKind.Unreachable);
        await cloud.StartLocalAsync(port);

        (await cloud.UntilAsync<TrainingJobSummary>(s => !s.IsStale)).AsOf.Should().BeAfter(stale.AsOf!.Value);
        (await cloud.Get<ICloudConnections>().IdentifyAsync(Name, Cancelled)).Account.Should().Be("123456789012");
    }

    [Fact]
    public async Task Objects_VersionsOfAZip_AreReadByTheirIds()
    {
        await using var tiny = await TinyCloud.StartAsync();
        var store = tiny.Cloud.Get<IObjectStore>();
        var first = await store.WriteAsync(Name, TinyCloud.Bucket, "jobs/job.zip", Zip("one"), "application/zip", Cancelled);
        await store.WriteAsync(Name, TinyCloud.Bucket, "jobs/job.zip", Zip("two"), "application/zip", Cancelled);

        (await store.ReadZipAsync(Name, new ObjectRef(TinyCloud.Bucket, "jobs/job.zip", first), Cancelled))["trainingjob.json"].Should().Be("one");
        (await store.ReadZipAsync(Name, ObjectRef.Parse("s3://data/jobs/job.zip")!, Cancelled))["trainingjob.json"].Should().Be("two");
        (await store.VersionsAsync(Name, TinyCloud.Bucket, "jobs/job.zip", Cancelled)).Should().HaveCount(2).And.ContainSingle(v => v.IsLatest);
        var noZip = () => store.ReadZipAsync(Name, new ObjectRef(TinyCloud.Bucket, "iris/train/rows.csv"), Cancelled);
        (await noZip.Should().ThrowAsync<CloudException>()).Which.Fault.Kind.Should().Be(CloudFaultKind.Invalid);
        var missing = () => store.ReadAsync(Name, new ObjectRef(TinyCloud.Bucket, "nothing"), cancelled: Cancelled);
        (await missing.Should().ThrowAsync<CloudException>()).Which.Fault.Kind.Should().Be(CloudFaultKind.NotFound);
    }

    private static byte[] Zip(string text)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry("trainingjob.json").Open())
            entry.Write(Encoding.UTF8.GetBytes(text));
        return stream.ToArray();
    }
}
