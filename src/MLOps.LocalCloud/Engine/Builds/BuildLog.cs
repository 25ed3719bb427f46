using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Builds;

/// <summary>The log stream of one build, or nowhere where the project has logs disabled.</summary>
internal sealed class BuildLog(ILogSink sink, Scope scope, string? group, string? stream, TimeProvider time)
{
    /// <summary>A line that a command printed.</summary>
    public void Write(string line)
    {
        if (group is not null && stream is not null)
            sink.Append(scope, group, stream, line);
    }

    /// <summary>A line of CodeBuild's own.</summary>
    public void Say(string message) => Write($"[Container] {time.GetUtcNow():yyyy/MM/dd HH:mm:ss.ffffff} {message}");
}
