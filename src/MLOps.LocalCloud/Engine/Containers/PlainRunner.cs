using MLOps.LocalCloud.Engine.Processes;

namespace MLOps.LocalCloud.Engine.Containers;

/// <summary>
/// Runs an image as an ordinary process from the folder of its files, with <c>SAGEMAKER_BASE_DIR</c> in place of
/// <c>/opt/ml</c>: for machines where nothing better is to be had. Paths of the image on the command line are moved into
/// its folder; there is no isolation.
/// </summary>
internal sealed class PlainRunner(IProcessLauncher launcher, ContainerEnvironment environments) : IContainerRunner
{
    public Task<IRunningProcess> StartAsync(ContainerSpec spec)
    {
        var files = spec.Image.FilesFolder.TrimEnd('/');
        var temporary = Directory.CreateDirectory(Path.Combine(spec.MlFolder, ".tmp")).FullName;
        var environment = environments.Of(spec, temporary);
        environment["TMPDIR"] = temporary;
        environment["SAGEMAKER_BASE_DIR"] = spec.MlFolder;
        foreach (var name in (string[])["PATH", "PYTHONPATH"])
            if (environment.TryGetValue(name, out var folders))
                environment[name] = string.Join(':', folders.Split(':').Select(Inside));
        var line = spec.CommandLine.Select(Inside).ToList();
        var folder = Inside(spec.Image.WorkingDirectory);
        return Task.FromResult(launcher.Start(new ProcessSpec(
            spec.Name, line[0], [.. line.Skip(1)], Directory.Exists(folder) && folder.Length > 0 ? folder : files, environment) { OnLine = spec.OnLine }));

        string Inside(string path) => path.StartsWith('/') && Path.Exists(files + path) ? files + path : path;
    }
}
