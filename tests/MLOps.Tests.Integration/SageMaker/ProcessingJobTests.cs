using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.SageMaker;

public sealed class ProcessingJobTests : IAsyncLifetime
{
    // An argument has at most 256 characters: the program comes with the data.
    private const string Run = "import os; exec(open(os.environ.get('SAGEMAKER_BASE_DIR', '/opt/ml') + '/processing/in/program').read())";

    private const string Count = """
        import os, pathlib, sys
        base = pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
        rows = (base / "processing/in/rows.csv").read_text()
        (base / "processing/out/deep").mkdir()
        (base / "processing/out/deep/count").write_text(f"{len(rows)} {sys.argv[1]} {os.environ['GREETING']}")
        (base / "output/message").write_text("counted")
        sys.exit(int(os.environ.get("CODE", "0")))
        """;

    private SageMakerCloud cloud = null!;

    public async ValueTask InitializeAsync() => cloud = await SageMakerCloud.StartAsync();

    public async ValueTask DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task Create_ProgramThatCounts_UploadsItsOutputAndMessage()
    {
        await cloud.CallAsync("CreateProcessingJob", await JobAsync("p", Count));
        var job = await EndAsync("p");
        job.Text("ProcessingJobStatus").Should().Be("Completed", job.ToJsonString());
        job.Text("ExitMessage").Should().Be("counted");
        Encoding.UTF8.GetString(await cloud.GetAsync("results/deep/count")).Should().Be("6 argument hello");
        (await cloud.CallAsync("ListProcessingJobs", [])).Objects("ProcessingJobSummaries").Single().Text("ExitMessage").Should().Be("counted");
    }

    [Fact]
    public async Task Create_ProgramThatFails_KeepsItsOutputAndMessage()
    {
        var request = await JobAsync("p", Count);
        request.Object("Environment")!["CODE"] = "5";
        await cloud.CallAsync("CreateProcessingJob", request);
        var job = await EndAsync("p");
        job.Text("ProcessingJobStatus").Should().Be("Failed");
        job.Text("FailureReason").Should().Be("AlgorithmError: See job logs for more information, exit code: 5");
        job.Text("ExitMessage").Should().Be("counted");
        (await cloud.GetAsync("results/deep/count")).Should().NotBeEmpty();
    }

    [Fact]
    public async Task Stop_ProgramThatWaits_Stops()
    {
        await cloud.CallAsync("CreateProcessingJob", await JobAsync("p", "import time\nprint('waiting', flush=True)\ntime.sleep(600)"));
        await cloud.UntilAsync("DescribeProcessingJob", Name("p"), j => j["ProcessingStartTime"] is not null);
        await cloud.CallAsync("StopProcessingJob", Name("p"));
        (await EndAsync("p")).Text("ProcessingJobStatus").Should().Be("Stopped");
    }

    [Fact]
    public async Task Create_RequestThatMakesNoSense_IsRefused()
    {
        var request = Job("p");
        request.Objects("ProcessingInputs").Single().Object("S3Input")!["LocalPath"] = "/opt/ml/processing/../model";
        (await cloud.RefusedAsync("CreateProcessingJob", request)).Message.Should().Contain("must be below /opt/ml/processing");
        request = Job("p");
        request.Object("AppSpecification")!["ImageUri"] = "123456789012.dkr.ecr.us-east-1.amazonaws.com/nothing:1";
        (await cloud.RefusedAsync("CreateProcessingJob", request)).Message.Should().Contain("not found");
    }

    private async Task<JsonObject> JobAsync(string name, string program)
    {
        await cloud.PutAsync("iris/train/program", program);
        return Job(name);
    }

    private static JsonObject Job(string name) => new()
    {
        ["ProcessingJobName"] = name,
        ["RoleArn"] = SageMakerCloud.Role,
        ["AppSpecification"] = new JsonObject
        {
            ["ImageUri"] = SageMakerCloud.Image,
            ["ContainerEntrypoint"] = new JsonArray("python3", "-c", Run),
            ["ContainerArguments"] = new JsonArray("argument"),
        },
        ["Environment"] = new JsonObject { ["GREETING"] = "hello" },
        ["ProcessingInputs"] = new JsonArray(new JsonObject
        {
            ["InputName"] = "rows",
            ["S3Input"] = new JsonObject { ["S3Uri"] = "s3://data/iris/train", ["LocalPath"] = "/opt/ml/processing/in", ["S3DataType"] = "S3Prefix", ["S3InputMode"] = "File" },
        }),
        ["ProcessingOutputConfig"] = new JsonObject
        {
            ["Outputs"] = new JsonArray(new JsonObject
            {
                ["OutputName"] = "counts",
                ["S3Output"] = new JsonObject { ["S3Uri"] = "s3://data/results", ["LocalPath"] = "/opt/ml/processing/out", ["S3UploadMode"] = "EndOfJob" },
            }),
        },
        ["ProcessingResources"] = new JsonObject
        {
            ["ClusterConfig"] = new JsonObject { ["InstanceCount"] = 1, ["InstanceType"] = "ml.m5.large", ["VolumeSizeInGB"] = 5 },
        },
    };

    private static JsonObject Name(string name) => new() { ["ProcessingJobName"] = name };

    private Task<JsonObject> EndAsync(string name) => cloud.UntilAsync("DescribeProcessingJob", Name(name), j => j.Text("ProcessingJobStatus") is "Completed" or "Failed" or "Stopped");
}
