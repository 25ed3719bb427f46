namespace MLOps.LocalCloud.Engine.Builds.Buildspecs;

/// <summary>A buildspec that cannot be used; the message says where and why.</summary>
internal sealed class BuildspecException(string message) : Exception(message);

/// <summary>What a build does, as its buildspec (version 0.2) says.</summary>
/// <param name="Shell"><c>sh</c> or <c>bash</c>.</param>
/// <param name="Variables">Environment variables that the buildspec sets; the project's and the build's own go before them.</param>
/// <param name="Exported">Names of variables that a pipeline takes from the build.</param>
/// <param name="Phases">By name: install, pre_build, build, post_build.</param>
/// <param name="Artifacts">The primary artifact (empty identifier) and secondary ones.</param>
internal sealed record Buildspec(
    string Shell, IReadOnlyDictionary<string, string> Variables, IReadOnlyList<string> Exported,
    IReadOnlyDictionary<string, BuildspecPhase> Phases, IReadOnlyList<BuildspecArtifact> Artifacts)
{
    /// <summary>The names of phases in their order.</summary>
    public static readonly IReadOnlyList<string> PhaseNames = ["install", "pre_build", "build", "post_build"];
}

/// <summary>One phase.</summary>
/// <param name="Finally">Run after the commands, also where one failed.</param>
/// <param name="ContinuesOnFailure"><c>on-failure: CONTINUE</c>.</param>
internal sealed record BuildspecPhase(IReadOnlyList<string> Commands, IReadOnlyList<string> Finally, bool ContinuesOnFailure);

/// <summary>Which files become an artifact.</summary>
/// <param name="Files">Patterns below the base directory; <c>**</c> goes through folders.</param>
internal sealed record BuildspecArtifact(string Identifier, string BaseDirectory, IReadOnlyList<string> Files, IReadOnlyList<string> Excluded, bool DiscardsPaths);
