namespace MLOps.LocalCloud.Engine.Images.Dockerfiles;

/// <summary>A Dockerfile, or the build of it, that cannot be carried out. The message is for the author.</summary>
internal sealed class DockerfileException(string message, int? line = null)
    : Exception(line is null ? message : $"Dockerfile:{line}: {message}")
{
    /// <summary>The line, counted from 1, where one is known.</summary>
    public int? Line { get; } = line;
}
