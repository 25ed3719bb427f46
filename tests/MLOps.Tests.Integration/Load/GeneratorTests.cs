using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Load;
using MLOps.LoadGenerator;
using MLOps.Tests.Integration.Cloud;
using MLOps.Tests.Integration.SageMaker;

namespace MLOps.Tests.Integration.Load;

/// <summary>The load generator as a process against a local cloud.</summary>
public sealed class GeneratorTests(GeneratorTests.TargetFixture target) : IClassFixture<GeneratorTests.TargetFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ToItsEnd_TellsStepsAndTotals()
    {
        var events = await RunAsync(Request(4, 60));
        var ended = events.OfType<LoadEnded>().Should().ContainSingle().Subject;
        (ended.Reason, ended.Done, ended.Errors).Should().Be(("done", 60, 0));
        ended.Latency.P50.Should().BePositive().And.BeLessThanOrEqualTo(ended.Latency.P99);
        events.OfType<LoadStep>().Select(s => s.Concurrency).Should().Equal(1, 2, 4);
        events.OfType<LoadStep>().Sum(s => s.Requests).Should().Be(60);
        events.OfType<LoadTick>().Should().NotBeEmpty();
    }

    [Fact]
    public async Task Run_ModelThatRefuses_CountsErrorsByTheirKind()
    {
        var ended = (await RunAsync(Request(2, 20) with { Bodies = ["status:500"u8.ToArray(), "fine"u8.ToArray()] })).OfType<LoadEnded>().Single();
        (ended.Done, ended.Errors).Should().Be((20, 10));
        ended.Kinds.Should().ContainKey("model 500").WhoseValue.Should().Be(10);
        ended.FirstError.Should().Contain("no good");
    }

    [Fact]
    public async Task Run_Cancelled_EndsAtOnceWithWhatWasMeasured()
    {
        using var cancel = new CancellationTokenSource();
        var events = new List<LoadEvent>();
        var watch = Stopwatch.StartNew();
        await target.Generator.RunAsync(ConnectedCloud.Name, Request(2, 1_000_000), told =>
        {
            lock (events)
                events.Add(told);
            if (told is LoadTick { Done: > 0 })
                cancel.Cancel();
        }, cancel.Token);
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(60));
        events.OfType<LoadEnded>().Should().ContainSingle().Which.Reason.Should().Be("cancelled");
        Generators().Should().BeEmpty();
    }

    [Fact]
    public async Task Run_TimeIsUp_Ends() =>
        (await RunAsync(Request(1, 1_000_000) with { MaxSeconds = 1 })).OfType<LoadEnded>().Single().Reason.Should().Be("time");

    [Fact]
    public async Task Run_NoSuchConnection_IsRefused() =>
        (await ((Func<Task>)(() => target.Generator.RunAsync("elsewhere", Request(1, 1), _ => { }, Cancelled))).Should().ThrowAsync<CloudException>()).Which.Fault.Kind.Should().Be(CloudFaultKind.NotFound);

    [Fact]
    public async Task Process_PortalIsGone_EndsBeforeItsRequestsDo()
    {
        // What the kernel does when the portal is killed: the pipe's other end is closed.
        using var process = Start();
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(Order(), LoadEvent.Json).AsMemory(), Cancelled);
        await process.StandardInput.FlushAsync(Cancelled);
        (await process.StandardOutput.ReadLineAsync(Cancelled)).Should().NotBeNull("it runs");
        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        process.ExitCode.Should().Be(3);
    }

    [Fact]
    public async Task Process_OrderThatIsNone_SaysSo()
    {
        using var process = Start();
        await process.StandardInput.WriteLineAsync("{}".AsMemory(), Cancelled);
        process.StandardInput.Close();
        LoadEvent.Read((await process.StandardOutput.ReadLineAsync(Cancelled))!).Should().BeOfType<LoadRefused>();
        await process.WaitForExitAsync(Cancelled);
        process.ExitCode.Should().Be(1);
    }

    private static LoadRequest Request(int concurrency, int requests) => new("iris", concurrency, requests, [Encoding.UTF8.GetBytes("1,2")]) { ContentType = "text/csv" };

    private LoadOrder Order() => new()
    {
        Endpoint = "iris", Bodies = [[49]], Concurrency = 2, Requests = 1_000_000, Region = "us-east-1", EndpointUrl = target.Address, Credentials = new("123456789012", "local", ""),
    };

    private async Task<List<LoadEvent>> RunAsync(LoadRequest request)
    {
        var events = new List<LoadEvent>();
        await target.Generator.RunAsync(ConnectedCloud.Name, request, told =>
        {
            lock (events)
                events.Add(told);
        }, Cancelled);
        return events;
    }

    private static Process Start() => Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "MLOps.LoadGenerator.dll")])
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
    })!;

    /// <summary>The generators that this process has started and that still run.</summary>
    private static List<string> Generators()
    {
        var found = new List<string>();
        foreach (var folder in Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                var line = File.ReadAllText(Path.Combine(folder, "cmdline"));
                var parent = File.ReadAllText(Path.Combine(folder, "stat")).Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
                if (line.Contains("MLOps.LoadGenerator.dll", StringComparison.Ordinal) && parent == $"{Environment.ProcessId}")
                    found.Add(line);
            }
            catch (IOException)
            {
                continue; // it has ended meanwhile
            }
        }
        return found;
    }

    /// <summary>A connected cloud with the endpoint <c>iris</c>.</summary>
    public sealed class TargetFixture : IAsyncLifetime
    {
        private TinyCloud? tiny;

        internal ILoadGenerator Generator => tiny!.Cloud.Get<ILoadGenerator>();

        internal string Address => tiny!.Cloud.Address;

        public async ValueTask InitializeAsync()
        {
            tiny = await TinyCloud.StartAsync();
            await tiny.TrainAsync("iris");
            await tiny.Cloud.UntilAsync<MLOps.Cloud.Training.TrainingJobSummary>(s => s.Items.Any(j => j is { Name: "iris", Status: "Completed" }));
            await tiny.ServeAsync("iris", "iris");
            await tiny.Cloud.UntilAsync<MLOps.Cloud.Endpoints.EndpointSummary>(s => s.Items.Any(e => e is { Name: "iris", Status: "InService" }));
        }

        public async ValueTask DisposeAsync()
        {
            if (tiny is not null)
                await tiny.DisposeAsync();
        }
    }
}
