using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Images;

/// <summary>The name of an image: <c>[REGISTRY/]REPOSITORY[:TAG|@DIGEST]</c>.</summary>
/// <param name="Registry">The host in front, or null for Docker Hub's names.</param>
/// <param name="Repository">What lies between host and tag, such as <c>team/image</c>.</param>
/// <param name="Tag">The tag; <c>latest</c> where neither tag nor digest is given.</param>
/// <param name="Digest"><c>sha256:…</c>, or null.</param>
public sealed partial record ImageReference(string? Registry, string Repository, string Tag, string? Digest)
{
    /// <summary>The account and region of an ECR registry, or null for any other.</summary>
    public Scope? Ecr =>
        Registry is not null && EcrHost().Match(Registry) is { Success: true } match
            ? new Scope(match.Groups[1].Value, match.Groups[2].Value)
            : null;

    /// <summary>The name without tag and digest.</summary>
    public string Name => Registry is null ? Repository : $"{Registry}/{Repository}";

    /// <summary>The name with its tag (or digest), as docker prints it.</summary>
    public override string ToString() => Digest is null ? $"{Name}:{Tag}" : $"{Name}@{Digest}";

    /// <summary>Reads a name; null where it is not one.</summary>
    public static ImageReference? Parse(string text)
    {
        if (Shape().Match(text) is not { Success: true } match)
            return null;
        var name = match.Groups["name"].Value;
        var slash = name.IndexOf('/');
        var head = slash < 0 ? "" : name[..slash];
        var hasHost = head.Contains('.') || head.Contains(':') || head == "localhost";
        return new ImageReference(
            hasHost ? head : null,
            hasHost ? name[(slash + 1)..] : name,
            match.Groups["tag"] is { Success: true } tag ? tag.Value : "latest",
            match.Groups["digest"] is { Success: true } digest ? digest.Value : null);
    }

    [GeneratedRegex(@"\A(?<name>(?:[a-zA-Z0-9.-]+(?::\d+)?/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?\z")]
    private static partial Regex Shape();

    [GeneratedRegex(@"\A(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\z")]
    private static partial Regex EcrHost();
}
