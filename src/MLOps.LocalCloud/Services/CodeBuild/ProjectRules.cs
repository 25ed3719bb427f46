using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodeBuild;

/// <summary>What a project, or a build's overrides of it, may say.</summary>
internal static class ProjectRules
{
    /// <summary>Checks a project after a change, or a project with a build's overrides.</summary>
    public static void Check(JsonObject project)
    {
        Source(project.Object("source")!);
        foreach (var source in project.Objects("secondarySources"))
        {
            Source(source);
            _ = source.Text("sourceIdentifier") ?? throw Invalid("Secondary sources must have a sourceIdentifier");
        }
        Artifacts(project.Object("artifacts")!);
        foreach (var artifact in project.Objects("secondaryArtifacts"))
        {
            Artifacts(artifact);
            _ = artifact.Text("artifactIdentifier") ?? throw Invalid("Secondary artifacts must have an artifactIdentifier");
        }
        var (source0, artifacts0) = (project.Object("source")!.Text("type"), project.Object("artifacts")!.Text("type"));
        if ((source0 == "CODEPIPELINE") != (artifacts0 == "CODEPIPELINE"))
            throw Invalid("If a source or an artifact is of type CODEPIPELINE, both must be");
        Environment(project.Object("environment")!);
        if (project.Object("logsConfig")?.Object("s3Logs")?.Text("status") == "ENABLED")
            throw NotOffered("logs in S3");
        if (project.Objects("fileSystemLocations").Any())
            throw NotOffered("file systems");
        if (project.Object("buildBatchConfig") is { Count: > 0 })
            throw NotOffered("batch builds");
        if (project.Whole("autoRetryLimit") > 0)
            throw NotOffered("automatic retries");
    }

    public static AwsException Invalid(string message) => new("InvalidInputException", message);

    private static void Source(JsonObject source)
    {
        switch (source.Text("type"))
        {
            case "CODEPIPELINE":
                break;
            case "NO_SOURCE":
                if (source.Text("buildspec") is not { Length: > 0 })
                    throw Invalid("Project source type NO_SOURCE must have buildspec");
                break;
            case "S3" or "CODECOMMIT":
                if (source.Text("location") is not { Length: > 0 })
                    throw Invalid($"Project source location must be specified for source type {source.Text("type")}");
                break;
            default:
                throw NotOffered($"sources of type {source.Text("type")}");
        }
    }

    private static void Artifacts(JsonObject artifacts)
    {
        if (artifacts.Text("type") == "S3" && artifacts.Text("location") is not { Length: > 0 })
            throw Invalid("Project artifacts location must be specified for artifact type S3");
        if (artifacts.Flag("overrideArtifactName") == true)
            throw NotOffered("artifact names from the buildspec (overrideArtifactName)");
    }

    private static void Environment(JsonObject environment)
    {
        if (environment.Text("type") is not ("LINUX_CONTAINER" or "LINUX_GPU_CONTAINER" or "ARM_CONTAINER"))
            throw NotOffered($"environments of type {environment.Text("type")}");
        foreach (var variable in environment.Objects("environmentVariables"))
            if (variable.Text("type") is "PARAMETER_STORE" or "SECRETS_MANAGER")
                throw NotOffered($"variables from {variable.Text("type")} ({variable.Text("name")})");
    }

    private static AwsException NotOffered(string what) => Invalid($"The local cloud does not offer {what} in CodeBuild");
}
