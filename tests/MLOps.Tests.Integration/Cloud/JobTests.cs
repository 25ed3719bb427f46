using MLOps.Cloud.Tags;
using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Tuning;
using MLOps.Cloud.Values;
using static MLOps.Tests.Integration.Cloud.ConnectedCloud;

namespace MLOps.Tests.Integration.Cloud;

/// <summary>Tuning and batch transform jobs as the portal launches and reads them.</summary>
public sealed class JobTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tuning_Launched_TellsWhatItWasAskedItsBilledJobsAndItsTags()
    {
        await using var tiny = await TinyCloud.StartAsync();
        await tiny.TrainAsync("first", ("value", "0.75"));
        await tiny.Cloud.UntilAsync<TrainingJobSummary>(s => s.Items.Any(j => j.Status == "Completed"));
        var training = TrainingJobDraft.Of(await tiny.Cloud.Get<ITrainingReader>().DetailAsync(Name, "first", Cancelled), "tuned") with
        {
            Hyperparameters = [new("hold", "0.1")],
            Channels = [new("train", $"s3://{TinyCloud.Bucket}/iris/train", "text/csv", "File", "FullyReplicated")],
            Tags = [new("team", "research")],
        };
        var draft = new TuningDraft("tuned", training)
        {
            Strategy = "Random", Metric = "accuracy", MostJobs = 3, Parallel = 2, Ranges = [new("value", "Continuous") { Low = "0.1", High = "0.9", Scaling = "Linear" }],
        };
        await tiny.Cloud.Get<ITuningCommands>().CreateAsync(Name, draft, Cancelled);
        await tiny.Cloud.UntilAsync<TuningJobSummary>(s => s.Items.Any(j => j.Status == "Completed"));

        var reader = tiny.Cloud.Get<ITuningReader>();
        var detail = await reader.DetailAsync(Name, "tuned", Cancelled);
        detail.Request.Should().Be(draft with { Training = training with { Tags = [] } });
        detail.Tags.Should().Equal(new ResourceTag("team", "research"));
        var jobs = await reader.JobsAsync(Name, detail, Cancelled);
        jobs.Select(j => j.Name).Should().Equal(detail.Trials.Select(t => t.Job)).And.HaveCount(3);
        jobs.Should().OnlyContain(j => j.InstanceType == "ml.m5.large" && j.InstanceCount == 1 && j.BillableSeconds > 0);
        (await tiny.Cloud.Get<ITagReader>().FindAsync(Name, TaggedKind.TuningJob, "team", "research", Cancelled)).Should().BeEquivalentTo("tuned");
    }

    [Fact]
    public async Task Transform_Launched_TellsWhatItWasAskedWithItsTagsAndLog()
    {
        await using var tiny = await TinyCloud.StartAsync();
        await tiny.TrainAsync("first", ("value", "0.75"));
        await tiny.Cloud.UntilAsync<TrainingJobSummary>(s => s.Items.Any(j => j.Status == "Completed"));
        await tiny.ServeAsync("model", "first");
        var draft = new TransformDraft("batch", "model") { Input = $"s3://{TinyCloud.Bucket}/iris/train", Output = $"s3://{TinyCloud.Bucket}/answers", Tags = [new("team", "research")] };
        await tiny.Cloud.Get<ITransformCommands>().CreateAsync(Name, draft, Cancelled);
        await tiny.Cloud.UntilAsync<TransformJobSummary>(s => s.Items.Any(j => j.Status == "Completed"));

        var reader = tiny.Cloud.Get<ITransformReader>();
        var detail = await reader.DetailAsync(Name, "batch", Cancelled);
        detail.Request.Should().Be(draft);
        detail.Started.Should().BeOnOrBefore(detail.Job.Ended!.Value);
        (await tiny.Cloud.Get<ITagReader>().FindAsync(Name, TaggedKind.TransformJob, "team", null, Cancelled)).Should().BeEquivalentTo("batch");
        var lines = new List<string>();
        await foreach (var line in reader.LogAsync(Name, "batch", follow: true, Cancelled))
            lines.Add(line.Message);
        lines.Should().Contain("serving 0.75", "the model's own words are there").And.Contain(l => l.StartsWith("[sagemaker logs]: MaxConcurrentTransforms=1", StringComparison.Ordinal), "and those of SageMaker");
    }
}
