using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.SageMaker;

public sealed class TuningJobTests : IAsyncLifetime
{
    private SageMakerCloud cloud = null!;

    public async ValueTask InitializeAsync() => cloud = await SageMakerCloud.StartAsync();

    public async ValueTask DisposeAsync() => await cloud.DisposeAsync();

    [Theory]
    [InlineData("Random")]
    [InlineData("Bayesian")]
    public async Task Create_RangeOfValues_TrainsThemAndFindsTheBest(string strategy)
    {
        var events = new ConcurrentQueue<string>();
        using var _ = cloud.Get<CloudEventBus>().Subscribe(e =>
        {
            if (e.DetailType == "SageMaker HyperParameter Tuning Job State Change")
                events.Enqueue(e.Detail.Text("HyperParameterTuningJobStatus")!);
        });
        await cloud.CallAsync("CreateHyperParameterTuningJob", Job("t", strategy, most: 5, parallel: 2));
        var tuning = await EndAsync("t");

        tuning.Text("HyperParameterTuningJobStatus").Should().Be("Completed", tuning.ToJsonString());
        tuning.Object("TrainingJobStatusCounters")!.Whole("Completed").Should().Be(5);
        tuning.Object("ObjectiveStatusCounters")!.Whole("Succeeded").Should().Be(5);
        events.Should().StartWith("InProgress").And.EndWith("Completed");
        var jobs = await TrialsAsync("t", "FinalObjectiveMetricValue", "Descending");
        jobs.Should().HaveCount(5).And.OnlyContain(j => j.Text("ObjectiveStatus") == "Succeeded" && j.Text("TuningJobName") == "t");
        jobs.Select(j => double.Parse(j.Object("TunedHyperParameters")!.Text("value")!, System.Globalization.CultureInfo.InvariantCulture))
            .Should().OnlyHaveUniqueItems().And.BeInDescendingOrder().And.OnlyContain(v => v >= 0.1 && v <= 0.9);
        tuning.Object("BestTrainingJob")!.Text("TrainingJobName").Should().Be(jobs[0].Text("TrainingJobName"));

        var child = await cloud.CallAsync("DescribeTrainingJob", new() { ["TrainingJobName"] = jobs[0].Text("TrainingJobName") });
        child.Text("TuningJobArn").Should().Be(tuning.Text("HyperParameterTuningJobArn"));
        child.Object("HyperParameters")!.Text("_tuning_objective_metric").Should().Be("accuracy");
        (await cloud.CallAsync("ListTags", new() { ["ResourceArn"] = child.Text("TrainingJobArn") })).Objects("Tags").Single().Text("Key").Should().Be("team");
    }

    [Fact]
    public async Task Create_GridWithEarlyStopping_StopsWhatIsWorseThanTheMedian()
    {
        var job = Job("t", "Grid", most: null, parallel: 1);
        var config = job.Object("HyperParameterTuningJobConfig")!;
        config["TrainingJobEarlyStoppingType"] = "Auto";
        config["ParameterRanges"] = new JsonObject { ["CategoricalParameterRanges"] = new JsonArray(new JsonObject { ["Name"] = "value", ["Values"] = new JsonArray("0.9", "0.8", "0.7", "0.1") }) };
        job.Object("TrainingJobDefinition")!["StaticHyperParameters"] = new JsonObject { ["hold"] = "0.1" };
        await cloud.CallAsync("CreateHyperParameterTuningJob", job);
        var tuning = await EndAsync("t");

        tuning.Text("HyperParameterTuningJobStatus").Should().Be("Completed", tuning.ToJsonString());
        tuning.Object("TrainingJobStatusCounters")!.Whole("Completed").Should().Be(3);
        tuning.Object("TrainingJobStatusCounters")!.Whole("Stopped").Should().Be(1);
        (await TrialsAsync("t", "CreationTime", "Ascending"))[3].Object("FinalHyperParameterTuningJobObjectiveMetric")!.Number("Value").Should().Be(0.1);
    }

    [Fact]
    public async Task Restart_WhileItTunes_GoesOnWithTheSameTrainingJobs()
    {
        var job = Job("t", "Random", most: 6, parallel: 2);
        job.Object("TrainingJobDefinition")!["StaticHyperParameters"] = new JsonObject { ["wait"] = "1" };
        await cloud.CallAsync("CreateHyperParameterTuningJob", job);
        await TrainAsync();
        var before = await TrialsAsync("t", "Name", "Ascending");
        await cloud.RestartAsync();
        await TrainAsync();
        (await TrialsAsync("t", "Name", "Ascending")).Select(j => j.Text("TrainingJobName")).Should().Equal(before.Select(j => j.Text("TrainingJobName"))).And.HaveCount(2);

        (await cloud.RefusedAsync("DeleteHyperParameterTuningJob", Name("t"))).Message.Should().Contain("InProgress");
        await cloud.CallAsync("StopHyperParameterTuningJob", Name("t"));
        var tuning = await EndAsync("t");
        tuning.Text("HyperParameterTuningJobStatus").Should().Be("Stopped");
        tuning.Object("TrainingJobStatusCounters")!.Whole("Stopped").Should().Be(2);
        await cloud.CallAsync("DeleteHyperParameterTuningJob", Name("t"));
        (await cloud.RefusedAsync("DescribeHyperParameterTuningJob", Name("t"))).Code.Should().Be("ResourceNotFound");

        Task TrainAsync() => cloud.UntilAsync("ListTrainingJobs", new() { ["StatusEquals"] = "InProgress" },
            l => l.Objects("TrainingJobSummaries").Count(j => j.Text("SecondaryStatus") is null or "Training") == 2 && l.Objects("TrainingJobSummaries").Count() == 2);
    }

    [Fact]
    public async Task Create_EveryTrainingJobFails_FailsAfterFive()
    {
        var job = Job("t", "Random", most: 20, parallel: 1);
        job.Object("TrainingJobDefinition")!["StaticHyperParameters"] = new JsonObject { ["fail"] = "no luck" };
        await cloud.CallAsync("CreateHyperParameterTuningJob", job);
        var tuning = await EndAsync("t");
        tuning.Text("HyperParameterTuningJobStatus").Should().Be("Failed");
        tuning.Text("FailureReason").Should().StartWith("No training job succeeded after 5 attempts.");
        tuning.Object("TrainingJobStatusCounters")!.Whole("NonRetryableError").Should().Be(5);
    }

    [Fact]
    public async Task Create_TargetReached_CompletesAtOnce()
    {
        var job = Job("t", "Random", most: 100, parallel: 1);
        job.Object("HyperParameterTuningJobConfig")!["TuningJobCompletionCriteria"] = new JsonObject { ["TargetObjectiveMetricValue"] = 0.05 };
        await cloud.CallAsync("CreateHyperParameterTuningJob", job);
        var tuning = await EndAsync("t");
        tuning.Text("HyperParameterTuningJobStatus").Should().Be("Completed");
        tuning.Object("TrainingJobStatusCounters")!.Whole("Completed").Should().Be(1);
    }

    [Fact]
    public async Task Create_RequestThatMakesNoSense_IsRefused()
    {
        await RefusedAsync(j => j.Object("HyperParameterTuningJobConfig")!.Object("HyperParameterTuningJobObjective")!["MetricName"] = "other", "not among the metric definitions");
        await RefusedAsync(j => j.Object("HyperParameterTuningJobConfig")!["Strategy"] = "Grid", "categorical ranges alone");
        await RefusedAsync(j => j.Object("HyperParameterTuningJobConfig")!["Strategy"] = "Hyperband", "HyperbandStrategyConfig");
        await RefusedAsync(j => j.Object("TrainingJobDefinition")!["StaticHyperParameters"] = new JsonObject { ["value"] = "1" }, "in one of them");
        await RefusedAsync(j => j.Object("TrainingJobDefinition")!["RoleArn"] = "arn:aws:iam::123456789012:role/nobody", "Could not assume role");
        await RefusedAsync(j => j.Object("HyperParameterTuningJobConfig")!.Object("ResourceLimits")!.Remove("MaxNumberOfTrainingJobs"), "MaxNumberOfTrainingJobs is required");

        async Task RefusedAsync(Action<JsonObject> spoil, string why)
        {
            var job = Job("t", "Random", most: 2, parallel: 1);
            spoil(job);
            (await cloud.RefusedAsync("CreateHyperParameterTuningJob", job)).Message.Should().Contain(why);
        }
    }

    internal static JsonObject Job(string name, string strategy, int? most, int parallel)
    {
        var training = TrainingJobTests.Job("unused");
        var limits = new JsonObject { ["MaxParallelTrainingJobs"] = parallel };
        if (most is not null)
            limits["MaxNumberOfTrainingJobs"] = most;
        return new JsonObject
        {
            ["HyperParameterTuningJobName"] = name,
            ["HyperParameterTuningJobConfig"] = new JsonObject
            {
                ["Strategy"] = strategy,
                ["HyperParameterTuningJobObjective"] = new JsonObject { ["Type"] = "Maximize", ["MetricName"] = "accuracy" },
                ["ResourceLimits"] = limits,
                ["ParameterRanges"] = new JsonObject
                {
                    ["ContinuousParameterRanges"] = new JsonArray(new JsonObject { ["Name"] = "value", ["MinValue"] = "0.1", ["MaxValue"] = "0.9" }),
                },
            },
            ["TrainingJobDefinition"] = training.Pick("AlgorithmSpecification", "RoleArn", "InputDataConfig", "OutputDataConfig", "ResourceConfig", "StoppingCondition"),
            ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "team", ["Value"] = "iris" }),
        };
    }

    private static JsonObject Name(string name) => new() { ["HyperParameterTuningJobName"] = name };

    private Task<JsonObject> EndAsync(string name) => cloud.UntilAsync("DescribeHyperParameterTuningJob", Name(name),
        j => j.Text("HyperParameterTuningJobStatus") is "Completed" or "Failed" or "Stopped");

    private async Task<List<JsonObject>> TrialsAsync(string name, string sortBy, string order)
    {
        var input = Name(name);
        (input["SortBy"], input["SortOrder"], input["MaxResults"]) = (sortBy, order, 2);
        var found = new List<JsonObject>();
        do
        {
            var page = await cloud.CallAsync("ListTrainingJobsForHyperParameterTuningJob", (JsonObject)input.DeepClone());
            found.AddRange(page.Objects("TrainingJobSummaries"));
            input["NextToken"] = page.Text("NextToken");
        }
        while (input["NextToken"] is not null);
        return found;
    }
}
