namespace MLOps.LocalCloud.Engine.Images.Dockerfiles;

/// <summary>One FROM of a Dockerfile and what follows it.</summary>
internal sealed class BuildStage(string? name, ImageTree tree, ImageConfiguration configuration)
{
    private const string HostPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public string? Name { get; } = name;

    public ImageTree Tree { get; } = tree;

    public ImageConfiguration Configuration { get; } = configuration;

    /// <summary>ARG values that hold from here on.</summary>
    public Dictionary<string, string> Arguments { get; } = [];

    /// <summary>What the shell form of RUN, CMD and ENTRYPOINT starts with.</summary>
    public IReadOnlyList<string> Shell { get; set; } = ["/bin/sh", "-c"];

    /// <summary>Whether CMD stands in this stage; one that is inherited ends where ENTRYPOINT is set.</summary>
    public bool HasOwnCommand { get; set; }

    /// <summary>The value of a variable: ENV before ARG, then the system's PATH.</summary>
    public string? Lookup(string variable) =>
        Configuration.Environment.TryGetValue(variable, out var value) ? value
        : Arguments.TryGetValue(variable, out value) ? value
        : variable == "PATH" ? HostPath : null;
}
