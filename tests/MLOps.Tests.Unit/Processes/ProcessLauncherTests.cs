using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.State;

namespace MLOps.Tests.Unit.Processes;

public sealed class ProcessLauncherTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("launcher-").FullName;
    private readonly ConcurrentQueue<string> lines = [];
    private ProcessLauncher launcher = null!;

    public ValueTask InitializeAsync()
    {
        launcher = New();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await launcher.DisposeAsync();
        Directory.Delete(folder, true);
    }

    [Fact]
    public async Task Start_ProgramThatWritesAndFails_HandsOverLinesInOrderAndTheExitCode()
    {
        await using var process = launcher.Start(Shell("echo one; echo two >&2; printf three; exit 7"));

        (await process.Exited).Should().Be(7);

        lines.Should().Equal("one", "two", "three");
    }

    [Fact]
    public async Task Start_Environment_HoldsOnlyWhatWasGiven()
    {
        await using var process = launcher.Start(Shell("env") with { Environment = new Dictionary<string, string> { ["A"] = "x y;$z" } });
        await process.Exited;

        lines.Should().Contain("A=x y;$z").And.Contain(l => l.StartsWith("PATH="));
        lines.Should().NotContain(l => l.StartsWith("DOTNET_"));
    }

    [Fact]
    public async Task Start_LineWithoutEnd_IsCutIntoPieces()
    {
        await using var process = launcher.Start(Shell("head -c 250000 /dev/zero | tr '\\0' a") with { MaxLineBytes = 100_000 });
        await process.Exited;

        lines.Select(l => l.Length).Should().Equal(100_000, 100_000, 50_000);
    }

    [Fact]
    public async Task Start_KeptInput_ReachesTheProgram()
    {
        await using var process = launcher.Start(Shell("read -r line; echo \"got $line\"") with { KeepInput = true });
        await process.Input.WriteLineAsync("hello");
        await process.Input.FlushAsync(TestContext.Current.CancellationToken);
        await process.Exited;

        lines.Should().Equal("got hello");
    }

    [Fact]
    public void Start_UnknownProgram_SaysWhich() =>
        launcher.Invoking(l => l.Start(Shell("") with { FileName = "no-such-program" }))
            .Should().Throw<InvalidOperationException>().WithMessage("*no-such-program*");

    [Fact]
    public async Task Stop_ProgramThatHandlesTerm_EndsByItself()
    {
        await using var process = launcher.Start(Shell("trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.02; done"));
        await Until(() => lines.Contains("ready"));
        await process.StopAsync(TimeSpan.FromSeconds(20));

        (await process.Exited).Should().Be(3);
        lines.Should().Contain("bye");
    }

    [Fact]
    public async Task Stop_GroupThatIgnoresTerm_IsKilledWhole()
    {
        await using var process = launcher.Start(Shell("trap '' TERM; (trap '' TERM; echo $$; exec sleep 300) & sleep 300 & echo ready; wait"));
        await Until(() => lines.Contains("ready"));
        await process.StopAsync(TimeSpan.FromMilliseconds(100));

        (await process.Exited).Should().Be(137);
        ProcessTable.GroupLives(process.Id).Should().BeFalse();
    }

    [Fact]
    public async Task Exit_LeaderLeavesChildren_TheyAreEndedWithIt()
    {
        await using var process = launcher.Start(Shell("sleep 300 & exit 0"));

        (await process.Exited.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).Should().Be(0);

        ProcessTable.GroupLives(process.Id).Should().BeFalse();
    }

    [Fact]
    public async Task Dispose_ProcessesRunning_EndsThem()
    {
        var process = launcher.Start(Shell("sleep 300 & sleep 300"));
        await launcher.DisposeAsync();

        ProcessTable.GroupLives(process.Id).Should().BeFalse();
        launcher = New();
    }

    [Fact]
    public async Task Sweep_LeftoverOfAnEarlierRun_IsEndedButAReusedIdIsNot()
    {
        await launcher.DisposeAsync();
        using var leftover = Process.Start("setsid", "sleep 300");
        using var stranger = Process.Start("setsid", "sleep 300");
        await Until(() => ProcessTable.Find(leftover.Id)?.Group == leftover.Id && ProcessTable.Find(stranger.Id)?.Group == stranger.Id);
        Note(leftover.Id, ProcessTable.Find(leftover.Id)!.Started);
        Note(stranger.Id, ProcessTable.Find(stranger.Id)!.Started - 1);

        launcher = New();

        await leftover.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        stranger.HasExited.Should().BeFalse();
        stranger.Kill();
    }

    [Fact]
    public void Construct_StateFolderInUse_IsRefused() =>
        this.Invoking(_ => New()).Should().Throw<InvalidOperationException>().WithMessage("Another local cloud*");

    private void Note(int id, long started) =>
        File.WriteAllText(Path.Combine(folder, "processes", id.ToString()), $"{ProcessTable.BootId} {started} test");

    private ProcessLauncher New() => new(
        new StateFolder(Options.Create(new LocalCloudOptions { StateFolder = folder })), TimeProvider.System, NullLogger<ProcessLauncher>.Instance);

    private ProcessSpec Shell(string script) =>
        new("test", "/bin/sh", ["-c", script], folder, new Dictionary<string, string>()) { OnLine = lines.Enqueue };

    private static async Task Until(Func<bool> reached)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!reached())
            await Task.Delay(20, limit.Token);
    }
}
