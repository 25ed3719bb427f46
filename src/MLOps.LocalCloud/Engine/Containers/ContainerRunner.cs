using Microsoft.Extensions.Options;
using MLOps.LocalCloud.Engine.Containers.Engines;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Containers;

/// <summary>Chooses how images run on this machine: as <see cref="LocalCloudOptions.ImageRunner"/> says, or the best that works.</summary>
internal sealed class ContainerRunner(
    IOptions<LocalCloudOptions> options, IProcessLauncher launcher, ContainerEnvironment environments, StateFolder state,
    DockerEngine docker, ILogger<ContainerRunner> logger) : IContainerRunner
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(10);
    private Task<IContainerRunner>? chosen;
    private bool made;
    private object? gate;

    public async Task<IRunningProcess> StartAsync(ContainerSpec spec)
    {
        if (spec.CommandLine.Count <= spec.Command.Count)
            throw new InvalidOperationException($"The image {spec.Image.Digest} has no entry point.");
        var runner = await ChosenAsync();
        if (spec.Image.EngineImage.Length > 0 && runner is not DockerRunner)
            throw new InvalidOperationException($"The image {spec.Image.Digest} was built by the Docker engine, which does not run images now: run the image pipeline again.");
        return await runner.StartAsync(spec);
    }

    /// <summary>The choice, where it was made already.</summary>
    public IContainerRunner? ChosenNow => chosen is { IsCompletedSuccessfully: true } made ? made.GetAwaiter().GetResult() : null;

    /// <summary>The choice, made once.</summary>
    public Task<IContainerRunner> ChosenAsync() => LazyInitializer.EnsureInitialized(ref chosen, ref made, ref gate, ChooseAsync)!;

    private async Task<IContainerRunner> ChooseAsync()
    {
        var wanted = options.Value.ImageRunner.ToLowerInvariant();
        if (wanted is not ("auto" or "bubblewrap" or "docker" or "process"))
            throw new InvalidOperationException($"LocalCloud:ImageRunner is '{wanted}'; it may be auto, bubblewrap, docker or process.");
        if (options.Value.DockerNetwork is not ("publish" or "host"))
            throw new InvalidOperationException($"LocalCloud:DockerNetwork is '{options.Value.DockerNetwork}'; it may be publish or host.");
        if (wanted is "auto" or "bubblewrap" && Programs.Find("bwrap") is { } bubblewrap)
        {
            if (await WorksAsync(bubblewrap, "--unshare-net"))
                return new BubblewrapRunner(bubblewrap, isolatesNetwork: true, launcher, environments, state);
            if (await WorksAsync(bubblewrap))
            {
                logger.LogWarning("bubblewrap cannot take the network from training jobs on this machine");
                return new BubblewrapRunner(bubblewrap, isolatesNetwork: false, launcher, environments, state);
            }
        }
        if (wanted == "bubblewrap")
            throw new InvalidOperationException("LocalCloud:ImageRunner is 'bubblewrap', which is missing or does not work on this machine.");
        if (wanted is "auto" or "docker")
        {
            var refusal = await docker.RefusalAsync();
            if (refusal is null)
                return new DockerRunner(docker);
            if (wanted == "docker")
                throw new InvalidOperationException($"LocalCloud:ImageRunner is 'docker', but {refusal}. Start the engine, or set another ImageRunner.");
        }
        if (wanted == "auto")
            logger.LogWarning("Neither bubblewrap nor a Docker engine works on this machine: images run as ordinary processes without isolation");
        return new PlainRunner(launcher, environments);
    }

    /// <summary>Whether bubblewrap may make its namespaces here; containers often forbid it.</summary>
    private async Task<bool> WorksAsync(string bubblewrap, params string[] further)
    {
        await using var process = launcher.Start(new ProcessSpec("bubblewrap probe", bubblewrap,
            ["--die-with-parent", "--unshare-pid", "--unshare-ipc", "--cap-drop", "ALL", .. further,
                "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--", "/bin/sh", "-c", "exit 0"],
            "/", new Dictionary<string, string>()));
        try
        {
            return await process.Exited.WaitAsync(ProbeLimit) == 0;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
