using System.Security.Cryptography;
using MLOps.LocalCloud.Engine.Processes;

namespace MLOps.LocalCloud.Engine.Containers.Engines;

/// <summary>Runs images as containers of the machine's engine, with <c>/opt/ml</c> bound to the job's own folder.</summary>
internal sealed class DockerRunner(DockerEngine docker) : IContainerRunner
{
    /// <summary>Where a program listens inside a network of its own, as on SageMaker.</summary>
    private const int ServingPort = 8080;

    public Task<IRunningProcess> StartAsync(ContainerSpec spec)
    {
        if (spec.Image.EngineImage.Length == 0)
            throw new InvalidOperationException($"The image {spec.Image.Digest} was not built by the Docker engine: run the image pipeline again.");
        var name = $"mlops-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        var environment = Environment(spec);
        List<string> arguments = ["run", "--rm", "--name", name, "--label", docker.Label, "--volume", $"{Path.GetFullPath(spec.MlFolder)}:/opt/ml"];
        arguments.AddRange(Network(spec.Port));
        if (User() is { } user)
            arguments.AddRange(["--user", user]);
        // By their names alone: their values may be credentials, and everybody can read a command line.
        foreach (var variable in environment.Keys)
            arguments.AddRange(["--env", variable]);
        arguments.AddRange(["--entrypoint", spec.CommandLine[0], spec.Image.EngineImage, .. spec.CommandLine.Skip(1)]);
        var process = docker.Start(spec.Name, arguments, environment, spec.OnLine);
        return Task.FromResult<IRunningProcess>(new DockerContainer(docker, name, process));
    }

    private IEnumerable<string> Network(int? port) => port is null ? ["--network", "none"]
        : docker.SharesNetwork ? ["--network", "host"]
        : ["--publish", $"127.0.0.1:{port}:{ServingPort}"];

    private Dictionary<string, string> Environment(ContainerSpec spec)
    {
        var environment = new Dictionary<string, string>(spec.Environment);
        if (spec.Port is { } port)
        {
            environment["SAGEMAKER_BIND_TO_PORT"] = $"{(docker.SharesNetwork ? port : ServingPort)}";
            environment["SAGEMAKER_BIND_TO_HOST"] = docker.SharesNetwork ? "127.0.0.1" : "0.0.0.0";
        }
        return environment;
    }

    /// <summary>What the program writes must belong to this process's user, who takes it up again and deletes it. Root needs no such care.</summary>
    private static string? User()
    {
        if (System.Environment.IsPrivilegedProcess || !File.Exists("/proc/self/status"))
            return null;
        var ids = File.ReadLines("/proc/self/status").Where(l => l.StartsWith("Uid:", StringComparison.Ordinal) || l.StartsWith("Gid:", StringComparison.Ordinal))
            .Select(l => l.Split('\t')[2]);
        return string.Join(':', ids);
    }
}
