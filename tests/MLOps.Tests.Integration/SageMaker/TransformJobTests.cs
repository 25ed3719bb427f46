using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.SageMaker;

public sealed class TransformJobTests : IAsyncLifetime
{
    private const string Group = "/aws/sagemaker/TransformJobs";
    private SageMakerCloud cloud = null!;

    public async ValueTask InitializeAsync()
    {
        cloud = await SageMakerCloud.StartAsync();
        await cloud.ModelAsync("m", "answer");
    }

    public async ValueTask DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task Create_LinesJoinedWithTheirInput_WritesOneOutputForEachInput()
    {
        await cloud.PutAsync("in/one.csv", "a,1\nb,2\n");
        await cloud.PutAsync("in/deep/two.csv", "c,3\n");
        var job = Job("t");
        job.Object("TransformInput")!["SplitType"] = "Line";
        job.Object("TransformOutput")!["AssembleWith"] = "Line";
        job["BatchStrategy"] = "SingleRecord";
        job["MaxConcurrentTransforms"] = 4;
        job["DataProcessing"] = new JsonObject { ["InputFilter"] = "$[1:]", ["JoinSource"] = "Input", ["OutputFilter"] = "$[0,-1]" };
        await cloud.CallAsync("CreateTransformJob", job);
        var ended = await EndAsync("t");

        ended.Text("TransformJobStatus").Should().Be("Completed", ended.ToJsonString());
        Encoding.UTF8.GetString(await cloud.GetAsync("out/one.csv.out")).Should().Be("a,answer|1\nb,answer|2\n");
        Encoding.UTF8.GetString(await cloud.GetAsync("out/deep/two.csv.out")).Should().Be("c,answer|3\n");
        ended.Number("TransformEndTime").Should().BeGreaterThanOrEqualTo(ended.Number("TransformStartTime")!.Value);
        await LoggedAsync("t/", l => l == "serving answer");
        await LoggedAsync("t/", l => l == "[sagemaker logs]: MaxConcurrentTransforms=4, MaxPayloadInMB=6, BatchStrategy=SINGLE_RECORD");
        var streams = (await cloud.CallAsync("logs", "DescribeLogStreams", new() { ["logGroupName"] = Group })).Objects("logStreams").Select(s => s.Required("logStreamName")).ToList();
        streams.Should().HaveCount(2).And.Contain(s => Regex.IsMatch(s, "^t/i-[0-9a-f]{17}$")).And.Contain(s => Regex.IsMatch(s, "^t/i-[0-9a-f]{17}/data-log$"));
    }

    [Fact]
    public async Task Create_WholeObjects_SendsEachAsItIs()
    {
        await cloud.PutAsync("in/photo", [1, 2, 3, 0, 255]);
        await cloud.CallAsync("CreateTransformJob", Job("t"));
        (await EndAsync("t")).Text("TransformJobStatus").Should().Be("Completed");
        (await cloud.GetAsync("out/photo.out")).Should().Equal([.. "answer|"u8, 1, 2, 3, 0, 255]);
    }

    [Fact]
    public async Task Create_ModelRefuses_FailsWithItsWordsInTheDataLog()
    {
        await cloud.PutAsync("in/bad", "status:415");
        await cloud.CallAsync("CreateTransformJob", Job("t"));
        var ended = await EndAsync("t");
        ended.Text("TransformJobStatus").Should().Be("Failed");
        ended.Text("FailureReason").Should().StartWith("ClientError: Bad HTTP status received from algorithm: 415: no good");
        await LoggedAsync("t/", l => l.Contains("data/in/bad: Bad HTTP status received from algorithm: 415"));
    }

    [Fact]
    public async Task Create_ModelThatCannotServe_Fails()
    {
        await cloud.ModelAsync("broken", "broken");
        await cloud.PutAsync("in/x", "x");
        var job = Job("t");
        job["ModelName"] = "broken";
        await cloud.CallAsync("CreateTransformJob", job);
        (await EndAsync("t")).Text("FailureReason").Should().Contain("ended with exit code 1 before it answered its first ping");
    }

    [Fact]
    public async Task Stop_WhileItTransforms_Stops()
    {
        await cloud.PutAsync("in/x", string.Concat(Enumerable.Repeat("slow\n", 200)));
        var job = Job("t");
        job.Object("TransformInput")!["SplitType"] = "Line";
        job["BatchStrategy"] = "SingleRecord";
        await cloud.CallAsync("CreateTransformJob", job);
        await cloud.UntilAsync("DescribeTransformJob", Name("t"), j => j["TransformStartTime"] is not null);
        await cloud.CallAsync("StopTransformJob", Name("t"));
        (await EndAsync("t")).Text("TransformJobStatus").Should().Be("Stopped");
        (await cloud.RefusedAsync("StopTransformJob", Name("t"))).Message.Should().Contain("Stopped");
    }

    [Fact]
    public async Task Create_RequestThatMakesNoSense_IsRefused()
    {
        var job = Job("t");
        job["ModelName"] = "nothing";
        (await cloud.RefusedAsync("CreateTransformJob", job)).Message.Should().Contain("Could not find model");
        job = Job("t");
        job["DataProcessing"] = new JsonObject { ["InputFilter"] = "$features" };
        (await cloud.RefusedAsync("CreateTransformJob", job)).Message.Should().Contain("InputFilter");
        job = Job("t");
        job.Object("TransformInput")!["SplitType"] = "Line";
        job["DataProcessing"] = new JsonObject { ["JoinSource"] = "Input" };
        (await cloud.RefusedAsync("CreateTransformJob", job)).Message.Should().Contain("must be the same");
    }

    private static JsonObject Job(string name) => new()
    {
        ["TransformJobName"] = name,
        ["ModelName"] = "m",
        ["TransformInput"] = new JsonObject
        {
            ["ContentType"] = "text/csv",
            ["DataSource"] = new JsonObject { ["S3DataSource"] = new JsonObject { ["S3DataType"] = "S3Prefix", ["S3Uri"] = "s3://data/in/" } },
        },
        ["TransformOutput"] = new JsonObject { ["S3OutputPath"] = "s3://data/out" },
        ["TransformResources"] = new JsonObject { ["InstanceType"] = "ml.m5.large", ["InstanceCount"] = 1 },
    };

    private static JsonObject Name(string name) => new() { ["TransformJobName"] = name };

    private Task<JsonObject> EndAsync(string name) => cloud.UntilAsync("DescribeTransformJob", Name(name), j => j.Text("TransformJobStatus") is "Completed" or "Failed" or "Stopped");

    private async Task LoggedAsync(string prefix, Func<string, bool> line)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await cloud.LogAsync(Group, prefix)).Any(line))
            await Task.Delay(25, limit.Token);
    }
}
