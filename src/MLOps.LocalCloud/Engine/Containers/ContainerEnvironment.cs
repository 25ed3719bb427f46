using MLOps.LocalCloud.Engine.Processes;

namespace MLOps.LocalCloud.Engine.Containers;

/// <summary>The environment of an image's program, and the Python that its <c>python3</c> means.</summary>
internal sealed class ContainerEnvironment(PythonLocator python, ILogger<ContainerEnvironment> logger)
{
    private const string SystemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private readonly Lazy<string?> interpreter = new(() => Locate(python, logger));

    /// <summary>The folders outside the system's own that the Python needs: a virtual environment and the installation it was made from.</summary>
    public IReadOnlyList<string> PythonFolders => interpreter.Value is not { } path ? [] :
        [.. new[] { path, File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName }.OfType<string>()
            .Select(p => Path.GetDirectoryName(Path.GetDirectoryName(p))).OfType<string>()
            .Where(folder => folder is not ("/" or "/usr" or "/usr/local")).Distinct()];

    /// <summary>Finds the Python now; the first image need not wait for it then.</summary>
    public void WarmUp() => _ = interpreter.Value;

    /// <summary>The image's variables, SageMaker's and the caller's, in this order of precedence from weak to strong.</summary>
    public Dictionary<string, string> Of(ContainerSpec spec, string home)
    {
        var environment = new Dictionary<string, string> { ["PATH"] = SystemPath, ["HOME"] = home, ["TMPDIR"] = "/tmp", ["LANG"] = "C.UTF-8" };
        foreach (var (name, value) in spec.Image.Environment)
            environment[name] = value;
        if (interpreter.Value is { } path)
            environment["PATH"] = $"{Path.GetDirectoryName(path)}:{environment["PATH"]}";
        if (spec.Port is { } port)
        {
            environment["SAGEMAKER_BIND_TO_PORT"] = port.ToString();
            environment["SAGEMAKER_BIND_TO_HOST"] = "127.0.0.1";
        }
        foreach (var (name, value) in spec.Environment)
            environment[name] = value;
        return environment;
    }

    private static string? Locate(PythonLocator python, ILogger logger)
    {
        try
        {
            return python.Find("sklearn", "gunicorn");
        }
        catch (InvalidOperationException e)
        {
            // An image that needs no Python still runs; one that does says in its own log what it misses.
            logger.LogWarning("{Message}", e.Message);
            return null;
        }
    }
}
