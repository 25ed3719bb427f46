using System.Text.RegularExpressions;

namespace MLOps.LocalCloud.Engine.Images.Dockerfiles;

/// <summary>The rules of a <c>.dockerignore</c>: the last that matches a path decides; <c>!</c> takes a path in again.</summary>
internal sealed class DockerIgnore
{
    private readonly List<(Regex Pattern, bool Ignored)> rules = [];

    public DockerIgnore(string text)
    {
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Select(l => l.Trim()))
        {
            if (line is "" or ['#', ..])
                continue;
            var takesIn = line[0] == '!';
            var pattern = (takesIn ? line[1..].Trim() : line).Trim('/');
            if (pattern.StartsWith("./", StringComparison.Ordinal))
                pattern = pattern[2..];
            rules.Add((PathPattern.Compile(pattern, below: true), !takesIn));
        }
    }

    /// <summary>The rules of a build: those beside its Dockerfile, else those of its context.</summary>
    public static DockerIgnore Of(string context, string dockerfile)
    {
        foreach (var path in (string[])[dockerfile + ".dockerignore", Path.Combine(context, ".dockerignore")])
            if (File.Exists(path))
                return new DockerIgnore(File.ReadAllText(path));
        return new DockerIgnore("");
    }

    /// <summary>Whether a path, relative to the context and with <c>/</c>, is kept from the build.</summary>
    public bool Ignores(string path)
    {
        var ignored = false;
        foreach (var (pattern, ignores) in rules)
            if (ignores != ignored && pattern.IsMatch(path))
                ignored = ignores;
        return ignored;
    }
}
