using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.Tests.Integration.SageMaker;

/// <summary>The local cloud as a program of its own, killed while it trains and serves.</summary>
public sealed class KillTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler());

    [Theory]
    [InlineData("auto")]
    [InlineData("process")]
    public async Task Kill_WhileTrainingAndServing_LeavesNoProcessAndLosesNothing(string runner)
    {
        await using var cloud = await PreparedAsync(runner);
        var marker = ProcessLedger.MarkerOf(new StateFolder(Options.Create(new LocalCloudOptions { StateFolder = cloud.StateFolder })));
        await cloud.EndAsync();

        var port = FreePort();
        await using (var first = Start(cloud, runner, port))
        {
            await BusyAsync(port);
            Descendants(marker).Should().HaveCountGreaterThanOrEqualTo(2, "the serving process and the training job run");
            StartUntold(Descendants(marker)[0]);
            await first.KillAsync();
        }
        await UntilAsync(() => Task.FromResult(Descendants(marker).Count == 0), "no process of a killed local cloud stays");

        await using (var second = Start(cloud, runner, port))
        {
            await BusyAsync(port);
            var job = await CallAsync(port, "DescribeTrainingJob", "TrainingJobName");
            job.Objects("SecondaryStatusTransitions").Select(t => t.Text("Status")).Should().Contain("Restarting");
            await second.KillAsync();
        }
        await UntilAsync(() => Task.FromResult(Descendants(marker).Count == 0), "no process of a killed local cloud stays");
    }

    private static async Task<SageMakerCloud> PreparedAsync(string runner)
    {
        var cloud = await SageMakerCloud.StartAsync(runner, tiny: false);
        var store = (ImageStore)cloud.Get<IImageStore>();
        var tree = store.Scratch();
        TinyImage.WriteTo(tree);
        var image = store.Seal(tree, new ImageConfiguration
        {
            WorkingDirectory = "/opt/program",
            EntryPoint = ["python3", "/opt/program/main.py"],
            Environment = new() { ["PYTHONUNBUFFERED"] = "1" },
        });
        await cloud.CallAsync("ecr", "CreateRepository", new() { ["repositoryName"] = "tiny" });
        cloud.Get<ImageRegistry>().Push(SageMakerCloud.Scope, "tiny", "latest", image.Digest, 1);
        await cloud.DeployAsync("it");
        await cloud.CallAsync("CreateTrainingJob", TrainingJobTests.Job("it", ("wait", "1")));
        return cloud;
    }

    /// <summary>Waits until the endpoint has its instance and the training job trains.</summary>
    private static Task BusyAsync(int port) => UntilAsync(async () =>
    {
        try
        {
            var endpoint = await CallAsync(port, "DescribeEndpoint", "EndpointName");
            var job = await CallAsync(port, "DescribeTrainingJob", "TrainingJobName");
            return endpoint.Objects("ProductionVariants").Single().Whole("CurrentInstanceCount") == 1 && job.Text("SecondaryStatus") == "Training";
        }
        catch (HttpRequestException)
        {
            return false; // it is starting
        }
    }, "the local cloud takes up what it did");

    private static async Task<JsonObject> CallAsync(int port, string operation, string member)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/")
        {
            Content = new StringContent(new JsonObject { [member] = "it" }.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.1"),
        };
        request.Headers.Add("X-Amz-Target", $"SageMaker.{operation}");
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=test/20250101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.Should().Be(HttpStatusCode.OK, text);
        return (JsonObject)JsonNode.Parse(text)!;
    }

    private static Program Start(SageMakerCloud cloud, string runner, int port)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "MLOps.LocalCloud.dll"),
            $"--LocalCloud:StateFolder={cloud.StateFolder}", $"--LocalCloud:Port={port}", $"--LocalCloud:ImageRunner={runner}"])
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return new Program(process);
    }

    /// <summary>As a process is that is started in the very moment of the kill: it has the mark of its run, and no net was told of it.</summary>
    private static void StartUntold(int sibling)
    {
        var start = new ProcessStartInfo("setsid", ["sleep", "300"]);
        foreach (var line in File.ReadAllText($"/proc/{sibling}/environ").Split('\0').Where(l => l.StartsWith(ProcessLedger.MarkerName, StringComparison.Ordinal)))
            start.Environment[line.Split('=')[0]] = line.Split('=', 2)[1];
        Process.Start(start)!.Dispose();
    }

    private static List<int> Descendants(string marker) =>
        [.. ProcessTable.WithEnvironment($"{ProcessLedger.MarkerName}={marker}").Where(id => ProcessTable.Find(id)?.Alive == true)];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task UntilAsync(Func<Task<bool>> reached, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await reached())
        {
            limit.IsCancellationRequested.Should().BeFalse(what);
            await Task.Delay(50);
        }
    }

    /// <summary>The program, which does not outlive the test however that ends.</summary>
    private sealed class Program(Process process) : IAsyncDisposable
    {
        public async Task KillAsync()
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (!process.HasExited)
                await KillAsync();
            process.Dispose();
        }
    }
}
