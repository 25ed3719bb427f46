using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.SageMaker;

public sealed class TrainingJobTests : IAsyncLifetime
{
    private const string Group = "/aws/sagemaker/TrainingJobs";
    private SageMakerCloud cloud = null!;

    public async ValueTask InitializeAsync() => cloud = await SageMakerCloud.StartAsync();

    public async ValueTask DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task Create_ProgramThatTrains_CompletesWithMetricsLogsEventsAndArtifacts()
    {
        var events = new ConcurrentQueue<string>();
        using var subscription = cloud.Get<CloudEventBus>().Subscribe(e =>
        {
            if (e.DetailType == "SageMaker Training Job State Change")
                events.Enqueue(e.Detail.Required("SecondaryStatus"));
        });
        var from = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await cloud.CallAsync("CreateTrainingJob", Job("good", ("value", "0.75")));
        var job = await EndAsync("good");

        job.Text("TrainingJobStatus").Should().Be("Completed", job.ToJsonString());
        string[] path = ["Starting", "Downloading", "Training", "Uploading", "Completed"];
        job.Objects("SecondaryStatusTransitions").Select(t => t.Text("Status")).Should().Equal(path);
        job.Objects("SecondaryStatusTransitions").Should().OnlyContain(t => t.Number("EndTime") >= t.Number("StartTime"));
        events.Should().Equal(path);
        job.Objects("FinalMetricDataList").Single().Number("Value").Should().Be(0.75);
        cloud.Get<IMetricStore>().Total(SageMakerCloud.Scope, Group, "accuracy", [("TrainingJobName", "good")], from, from.AddHours(1)).Should().Be((1.25, 2L));
        (await cloud.LogAsync(Group, "good/algo-1-")).Should().Contain("training good 6");
        job.Object("ModelArtifacts")!.Text("S3ModelArtifacts").Should().Be("s3://data/out/good/output/model.tar.gz");
        (await UnpackAsync("out/good/output/model.tar.gz")).Should().ContainKey("weights").WhoseValue.Should().Be("0.75");
        (await UnpackAsync("out/good/output/output.tar.gz")).Should().ContainKey("report");
        job.Whole("BillableTimeInSeconds").Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task Create_ProgramThatFails_FailsWithItsOwnReason()
    {
        await cloud.CallAsync("CreateTrainingJob", Job("bad", ("fail", "C must be a number" + new string('!', 2000))));
        var job = await EndAsync("bad");

        job.Text("TrainingJobStatus").Should().Be("Failed");
        job.Text("FailureReason").Should().StartWith("AlgorithmError: C must be a number!!").And.EndWith(", exit code: 3").And.Subject.Length.Should().BeLessThan(1060);
    }

    [Fact]
    public async Task Stop_RunningJob_EndsItGently()
    {
        await cloud.CallAsync("CreateTrainingJob", Job("stopped", ("wait", "1")));
        await LoggedAsync("stopped/", "waiting");
        await cloud.CallAsync("StopTrainingJob", new() { ["TrainingJobName"] = "stopped" });
        var job = await EndAsync("stopped");

        job.Text("TrainingJobStatus").Should().Be("Stopped");
        (await cloud.LogAsync(Group, "stopped/")).Should().Contain("asked to stop");
        (await UnpackAsync("out/stopped/output/model.tar.gz")).Should().ContainKey("partial", "what it saved in its last moments is kept");
        (await cloud.RefusedAsync("StopTrainingJob", new() { ["TrainingJobName"] = "stopped" })).Message.Should().Contain("in status Stopped");
    }

    [Fact]
    public async Task Create_JobThatTakesTooLong_IsStoppedAtItsLimit()
    {
        var input = Job("long", ("wait", "1"));
        input["StoppingCondition"] = new JsonObject { ["MaxRuntimeInSeconds"] = 1 };
        await cloud.CallAsync("CreateTrainingJob", input);
        var job = await EndAsync("long");

        job.Text("TrainingJobStatus").Should().Be("Stopped");
        job.Text("SecondaryStatus").Should().Be("MaxRuntimeExceeded");
    }

    [Fact]
    public async Task Restart_JobWasRunning_RunsAgainUnderItsName()
    {
        await cloud.CallAsync("CreateTrainingJob", Job("again", ("wait", "1")));
        await LoggedAsync("again/", "waiting");
        await cloud.RestartAsync();
        var job = await cloud.UntilAsync("DescribeTrainingJob", new() { ["TrainingJobName"] = "again" }, j => j.Text("SecondaryStatus") == "Training");

        job.Objects("SecondaryStatusTransitions").Select(t => t.Text("Status")).Should()
            .Equal("Starting", "Downloading", "Training", "Restarting", "Downloading", "Training");
        await cloud.CallAsync("StopTrainingJob", new() { ["TrainingJobName"] = "again" });
        (await EndAsync("again")).Text("TrainingJobStatus").Should().Be("Stopped");
    }

    [Fact]
    public async Task Create_WhatCannotRun_IsRefusedAsAwsDoes()
    {
        var missingData = Job("a");
        missingData["InputDataConfig"]![0]!["DataSource"]!["S3DataSource"]!["S3Uri"] = "s3://data/nothing";
        (await cloud.RefusedAsync("CreateTrainingJob", missingData)).Message.Should().StartWith("No S3 objects found under S3 URL \"s3://data/nothing\"");
        var missingImage = Job("a");
        missingImage["AlgorithmSpecification"]!["TrainingImage"] = "123456789012.dkr.ecr.us-east-1.amazonaws.com/other:1";
        (await cloud.RefusedAsync("CreateTrainingJob", missingImage)).Message.Should().Be("Requested image 123456789012.dkr.ecr.us-east-1.amazonaws.com/other:1 not found.");
        var missingRole = Job("a");
        missingRole["RoleArn"] = "arn:aws:iam::123456789012:role/nobody";
        (await cloud.RefusedAsync("CreateTrainingJob", missingRole)).Message.Should().StartWith("Could not assume role");
        var twoMachines = Job("a");
        twoMachines["ResourceConfig"]!["InstanceCount"] = 2;
        (await cloud.RefusedAsync("CreateTrainingJob", twoMachines)).Code.Should().Be("ResourceLimitExceeded");
        var badRegex = Job("a");
        badRegex["AlgorithmSpecification"]!["MetricDefinitions"]![0]!["Regex"] = "(";
        (await cloud.RefusedAsync("CreateTrainingJob", badRegex)).Message.Should().Contain("accuracy");
        (await cloud.RefusedAsync("DescribeTrainingJob", new() { ["TrainingJobName"] = "a" })).Message.Should().Be("Requested resource not found.");
        await cloud.CallAsync("CreateTrainingJob", Job("a"));
        (await cloud.RefusedAsync("CreateTrainingJob", Job("a"))).Code.Should().Be("ResourceInUse");
        await EndAsync("a");
    }

    internal static JsonObject Job(string name, params (string Name, string Value)[] hyperparameters) => new()
    {
        ["TrainingJobName"] = name,
        ["RoleArn"] = SageMakerCloud.Role,
        ["HyperParameters"] = new JsonObject(hyperparameters.Select(h => KeyValuePair.Create(h.Name, (JsonNode?)h.Value))),
        ["AlgorithmSpecification"] = new JsonObject
        {
            ["TrainingImage"] = SageMakerCloud.Image,
            ["TrainingInputMode"] = "File",
            ["MetricDefinitions"] = new JsonArray(new JsonObject { ["Name"] = "accuracy", ["Regex"] = "accuracy=([0-9.]+)" }),
        },
        ["InputDataConfig"] = new JsonArray(new JsonObject
        {
            ["ChannelName"] = "train",
            ["DataSource"] = new JsonObject { ["S3DataSource"] = new JsonObject { ["S3DataType"] = "S3Prefix", ["S3Uri"] = "s3://data/iris/train" } },
        }),
        ["OutputDataConfig"] = new JsonObject { ["S3OutputPath"] = "s3://data/out" },
        ["ResourceConfig"] = new JsonObject { ["InstanceType"] = "ml.m5.large", ["InstanceCount"] = 1, ["VolumeSizeInGB"] = 5 },
        ["StoppingCondition"] = new JsonObject { ["MaxRuntimeInSeconds"] = 60 },
    };

    private Task<JsonObject> EndAsync(string name) => cloud.UntilAsync("DescribeTrainingJob", new() { ["TrainingJobName"] = name },
        j => j.Text("TrainingJobStatus") is "Completed" or "Failed" or "Stopped");

    private async Task LoggedAsync(string prefix, string line)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await FoundAsync())
            await Task.Delay(25, limit.Token);

        async Task<bool> FoundAsync()
        {
            try
            {
                return (await cloud.LogAsync(Group, prefix)).Contains(line);
            }
            catch (AwsException e) when (e.Code == "ResourceNotFoundException")
            {
                return false; // nothing was logged yet
            }
        }
    }

    private async Task<Dictionary<string, string>> UnpackAsync(string key)
    {
        await using var gzip = new GZipStream(new MemoryStream(await cloud.GetAsync(key)), CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        var files = new Dictionary<string, string>();
        while (await tar.GetNextEntryAsync() is { } entry)
            if (entry.DataStream is { } data)
                files[entry.Name.Replace("./", "")] = await new StreamReader(data).ReadToEndAsync();
        return files;
    }
}
