namespace MLOps.LocalCloud.Engine.Images.Docker;

/// <summary>The options of <c>docker build</c>.</summary>
internal sealed record DockerBuildOptions(
    string Context, string? Dockerfile, string? Target, bool Quiet, IReadOnlyList<string> Tags,
    IReadOnlyDictionary<string, string> Arguments, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>Options that change nothing here: there is no cache, no daemon and one platform.</summary>
    private static readonly HashSet<string> IgnoredFlags = ["--no-cache", "--pull", "--rm", "--force-rm", "--load", "--squash"];
    private static readonly HashSet<string> IgnoredWithValue = ["--platform", "--progress", "--network", "--cache-from", "--cache-to", "--memory", "-m", "--shm-size", "--provenance", "--sbom"];

    /// <exception cref="DockerException">An option is not known, or there is not one context.</exception>
    public static DockerBuildOptions Parse(IReadOnlyList<string> arguments)
    {
        string? context = null, dockerfile = null, target = null;
        var quiet = false;
        var tags = new List<string>();
        var values = new Dictionary<string, string>();
        var labels = new Dictionary<string, string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var text = arguments[i];
            var (option, inline) = text.StartsWith("--", StringComparison.Ordinal) && text.Split('=', 2) is [var o, var v] ? (o, v) : (text, null);
            string Value() => inline ?? (++i < arguments.Count ? arguments[i] : throw new DockerException($"flag needs an argument: {option}"));
            switch (option)
            {
                case "-t" or "--tag":
                    tags.Add(Value());
                    break;
                case "-f" or "--file":
                    dockerfile = Value();
                    break;
                case "--target":
                    target = Value();
                    break;
                case "--build-arg":
                    Add(values, Value());
                    break;
                case "--label":
                    Add(labels, Value());
                    break;
                case "-q" or "--quiet":
                    quiet = true;
                    break;
                case var ignored when IgnoredFlags.Contains(ignored):
                    break;
                case var ignored when IgnoredWithValue.Contains(ignored):
                    Value();
                    break;
                case ['-', _, ..]:
                    throw new DockerException($"unknown flag: {option}");
                default:
                    context = context is null ? option : throw new DockerException("\"docker build\" requires exactly 1 argument.");
                    break;
            }
        }
        return new DockerBuildOptions(context ?? throw new DockerException("\"docker build\" requires exactly 1 argument."), dockerfile, target, quiet, tags, values, labels);
    }

    /// <summary><c>NAME</c> alone would take the value of the shell's environment, which does not come here.</summary>
    private static void Add(Dictionary<string, string> pairs, string text)
    {
        if (text.Split('=', 2) is not [var name, var value])
            throw new DockerException($"'{text}' must have the form NAME=VALUE");
        pairs[name] = value;
    }
}
