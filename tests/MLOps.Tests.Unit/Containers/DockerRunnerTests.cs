using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Engine.Containers;
using MLOps.LocalCloud.Engine.Containers.Engines;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.State;

namespace MLOps.Tests.Unit.Containers;

/// <summary>What the engine's command line is asked for, by a program in its place that writes down every call.</summary>
public sealed class DockerRunnerTests : IAsyncDisposable
{
    private const string Image = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    private readonly string folder = Directory.CreateTempSubdirectory("docker-").FullName;
    private readonly StateFolder state;
    private readonly ProcessLauncher launcher;
    private readonly ConcurrentQueue<string> lines = new();

    public DockerRunnerTests()
    {
        state = new StateFolder(Options.Create(new LocalCloudOptions { StateFolder = Path.Combine(folder, "state") }));
        launcher = new ProcessLauncher(state, TimeProvider.System, NullLogger<ProcessLauncher>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await launcher.DisposeAsync();
        Directory.Delete(folder, true);
    }

    [Fact]
    public async Task Start_TrainingJob_RunsAContainerWithoutNetworkAndWithoutSecretsOnItsCommandLine()
    {
        await using var process = await Runner("""echo "started with $TOKEN"; exit 3""").StartAsync(Spec(port: null));
        (await process.Exited).Should().Be(3);

        lines.Should().Contain("started with secret", "the value reaches the container by the command's environment");
        var run = Calls().Single(c => c.StartsWith("run ", StringComparison.Ordinal));
        run.Should().Contain($"--volume {Path.Combine(folder, "ml")}:/opt/ml").And.Contain("--network none").And.Contain("--env TOKEN").And.NotContain("secret")
            .And.Contain("--label mlops.localcloud=").And.EndWith($"--entrypoint python3 {Image} /opt/program/main.py train");
    }

    [Theory]
    [InlineData("publish", "--publish 127.0.0.1:31234:8080", "8080 on 0.0.0.0")]
    [InlineData("host", "--network host", "31234 on 127.0.0.1")]
    public async Task Start_Serving_ListensWhereRequestsReachIt(string network, string argument, string listens)
    {
        await using var process = await Runner("echo \"$SAGEMAKER_BIND_TO_PORT on $SAGEMAKER_BIND_TO_HOST\"", network).StartAsync(Spec(port: 31234));
        await process.Exited;

        Calls().Single(c => c.StartsWith("run ", StringComparison.Ordinal)).Should().Contain(argument);
        lines.Should().Contain(listens);
    }

    [Fact]
    public async Task Stop_WithGrace_StopsTheContainerAndWaitsForItsExitCode()
    {
        await using var process = await Runner("echo ready; while [ ! -e stopped ]; do sleep 0.05; done; exit 9").StartAsync(Spec(port: null));
        await ReadyAsync();
        await process.StopAsync(TimeSpan.FromSeconds(20));

        (await process.Exited).Should().Be(9);
        Calls().Should().Contain(c => c.StartsWith("stop -t 20 mlops-", StringComparison.Ordinal)).And.NotContain(c => c.StartsWith("rm ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_WithoutGrace_RemovesTheContainerWithItsCommand()
    {
        var process = await Runner("echo ready; while :; do sleep 0.05; done").StartAsync(Spec(port: null));
        await ReadyAsync();
        await process.DisposeAsync();

        process.Exited.IsCompleted.Should().BeTrue();
        Calls().Should().Contain(c => c.StartsWith("rm --force --volumes mlops-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sweep_ContainersOfAnEarlierRun_AreRemovedByTheirLabel()
    {
        (await Engine("exit 0").SweepAsync()).Should().Be(2);
        Calls().Should().Contain(c => c.StartsWith("ps --all --quiet --filter label=mlops.localcloud=", StringComparison.Ordinal)).And.Contain("rm --force --volumes left-1 left-2");
    }

    [Fact]
    public async Task Start_NoEngine_SaysWhatToDo()
    {
        var options = Options.Create(new LocalCloudOptions { ImageRunner = "docker", DockerCommand = Path.Combine(folder, "missing") });
        await Choosing(options, new DockerEngine(options, launcher, state)).Invoking(r => r.StartAsync(Spec(port: null)))
            .Should().ThrowAsync<InvalidOperationException>().WithMessage("*missing*LocalCloud:DockerCommand*Start the engine*");
    }

    [Fact]
    public async Task Start_ImageOfTheStore_AsksForANewBuild() =>
        await Runner("exit 0").Invoking(r => r.StartAsync(Spec(port: null, image: ""))).Should().ThrowAsync<InvalidOperationException>().WithMessage("*was not built by the Docker engine*");

    private ContainerRunner Runner(string run, string network = "publish")
    {
        var options = Settings(run, network);
        return Choosing(options, new DockerEngine(options, launcher, state));
    }

    private DockerEngine Engine(string run) => new(Settings(run, "publish"), launcher, state);

    private ContainerRunner Choosing(IOptions<LocalCloudOptions> options, DockerEngine engine) => new(
        options, launcher, new ContainerEnvironment(new PythonLocator(options), NullLogger<ContainerEnvironment>.Instance), state, engine, NullLogger<ContainerRunner>.Instance);

    private IOptions<LocalCloudOptions> Settings(string run, string network)
    {
        var program = Path.Combine(folder, "docker");
        File.WriteAllText(program, $"""
            #!/bin/sh
            cd {folder}
            echo "$*" >> calls
            case "$1" in
              version) echo 27.0.0 ;;
              ps) echo left-1; echo left-2 ;;
              stop) touch stopped ;;
              run) {run} ;;
            esac
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return Options.Create(new LocalCloudOptions { ImageRunner = "docker", DockerCommand = program, DockerNetwork = network });
    }

    private ContainerSpec Spec(int? port, string image = Image)
    {
        var manifest = new ImageManifest("sha256:0", folder, new Dictionary<string, string>(), "/", ["python3", "/opt/program/main.py"], [], new Dictionary<string, string>()) { EngineImage = image };
        return new ContainerSpec("test", manifest, ["train"], Directory.CreateDirectory(Path.Combine(folder, "ml")).FullName, new Dictionary<string, string> { ["TOKEN"] = "secret" })
        {
            Port = port,
            OnLine = lines.Enqueue,
        };
    }

    private IReadOnlyList<string> Calls() => File.ReadAllLines(Path.Combine(folder, "calls"));

    private async Task ReadyAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!lines.Contains("ready"))
            await Task.Delay(20, limit.Token);
    }
}
