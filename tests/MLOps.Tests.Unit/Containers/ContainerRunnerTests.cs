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

public sealed class ContainerRunnerTests : IAsyncLifetime
{
    private const string Program = """
        import os, pathlib, sys, signal, time
        base = pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
        what = sys.argv[1]
        print("cwd", pathlib.Path("data.txt").read_text())
        print("env", os.environ["FROM_IMAGE"], os.environ["FROM_JOB"], os.environ.get("SECRET"))
        (base / "model").mkdir()
        (base / "model" / "m").write_text(what)
        if what == "look":
            for p in ("/opt/program/data.txt", os.environ["STATE"], "/home", "/usr/bin/env", "/usr/local/share/added"):
                print(p, os.path.exists(p) and (not os.path.isdir(p) or len(os.listdir(p))))
            print("pids", len([p for p in os.listdir("/proc") if p.isdigit()]))
            print("nets", open("/proc/net/dev").read().count(":"))
        if what == "wait":
            signal.signal(signal.SIGTERM, lambda *a: (print("asked to stop"), sys.exit(9)))
            print("ready")
            while True: time.sleep(0.05)
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("containers-").FullName;
    private readonly ConcurrentQueue<string> lines = [];
    private StateFolder state = null!;
    private ProcessLauncher launcher = null!;

    public ValueTask InitializeAsync()
    {
        state = new StateFolder(Options.Create(new LocalCloudOptions { StateFolder = Path.Combine(folder, "state") }));
        launcher = new ProcessLauncher(state, TimeProvider.System, NullLogger<ProcessLauncher>.Instance);
        foreach (var (path, text) in new[] { ("opt/program/main.py", Program), ("opt/program/data.txt", "here"), ("usr/local/share/added/x", "1") })
        {
            var file = Path.Combine(folder, "files", path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await launcher.DisposeAsync();
        Directory.Delete(folder, true);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("process")]
    public async Task Start_Image_SeesItsFilesEnvironmentAndMlFolder(string runner)
    {
        await using var process = await Runner(runner).StartAsync(Spec("train"));
        (await process.Exited).Should().Be(0, string.Join("\n", lines));

        lines.Should().Contain("cwd here").And.Contain("env image job None");
        (await File.ReadAllTextAsync(Path.Combine(folder, "ml", "model", "m"), TestContext.Current.CancellationToken)).Should().Be("train");
    }

    [Fact]
    public async Task Start_Bubblewrap_HidesTheHost()
    {
        Assert.SkipWhen(Programs.Find("bwrap") is null, "bubblewrap is not installed");
        await using var process = await Runner("bubblewrap").StartAsync(Spec("look"));
        (await process.Exited).Should().Be(0, string.Join("\n", lines));

        lines.Should().Contain("/opt/program/data.txt True")
            .And.Contain($"{state.Root} False")
            .And.Contain("/home False")
            .And.Contain("/usr/bin/env True", "the host's own files stay beside those that the image adds")
            .And.Contain("/usr/local/share/added 1")
            .And.Contain("nets 1", "a training job has the loopback interface alone");
        lines.Single(l => l.StartsWith("pids")).Should().Be("pids 2");
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("process")]
    public async Task Stop_ProgramThatHandlesTerm_EndsByItself(string runner)
    {
        await using var process = await Runner(runner).StartAsync(Spec("wait"));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!lines.Contains("ready"))
            await Task.Delay(20, limit.Token);
        await process.StopAsync(TimeSpan.FromSeconds(20));

        lines.Should().Contain("asked to stop");
        (await process.Exited).Should().Be(9);
    }

    [Fact]
    public async Task Start_UnknownRunner_SaysWhatMayBe() =>
        await Runner("rkt").Invoking(r => r.StartAsync(Spec("train"))).Should().ThrowAsync<InvalidOperationException>().WithMessage("*auto, bubblewrap, docker or process*");

    private ContainerRunner Runner(string runner)
    {
        var options = Options.Create(new LocalCloudOptions { ImageRunner = runner });
        var environments = new ContainerEnvironment(new PythonLocator(options), NullLogger<ContainerEnvironment>.Instance);
        return new ContainerRunner(options, launcher, environments, state, new DockerEngine(options, launcher, state), NullLogger<ContainerRunner>.Instance);
    }

    private ContainerSpec Spec(string command)
    {
        var image = new ImageManifest("sha256:0", Path.Combine(folder, "files"),
            new Dictionary<string, string> { ["FROM_IMAGE"] = "image", ["PYTHONUNBUFFERED"] = "1" }, "/opt/program",
            ["python3", "/opt/program/main.py"], [], new Dictionary<string, string>());
        return new ContainerSpec("test", image, [command], Directory.CreateDirectory(Path.Combine(folder, "ml")).FullName,
            new Dictionary<string, string> { ["FROM_JOB"] = "job", ["STATE"] = state.Root }) { OnLine = lines.Enqueue };
    }
}
