using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Builds.Buildspecs;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Builds;

/// <summary>The environment variables of a build's shell, and the programs that stand first on its PATH.</summary>
internal sealed class BuildEnvironment(WorkloadCredentials credentials, PythonLocator pythons)
{
    /// <summary>What the build's shell gets.</summary>
    /// <param name="workFolder">Holds the sources, the home folder and the stand-ins.</param>
    /// <param name="dockerSecret">Opens the image store to this build, or null where it is not privileged.</param>
    public async Task<Dictionary<string, string>> CreateAsync(
        Scope scope, JsonObject build, Buildspec buildspec, string workFolder, string sourceFolder, string? dockerSecret, CancellationToken cancelled)
    {
        var id = build.Required("id");
        var environment = await credentials.EnvironmentAsync(scope, build.Required("serviceRole"), $"AWSCodeBuild-{id.Split(':')[1]}", cancelled);
        foreach (var (name, value) in buildspec.Variables)
            environment[name] = value;
        var log = build.Object("logs");
        environment["CODEBUILD_BUILD_ARN"] = build.Required("arn");
        environment["CODEBUILD_BUILD_ID"] = id;
        environment["CODEBUILD_BUILD_IMAGE"] = build.Object("environment")!.Required("image");
        environment["CODEBUILD_BUILD_NUMBER"] = build.Whole("buildNumber").ToString()!;
        environment["CODEBUILD_BUILD_SUCCEEDING"] = "1";
        environment["CODEBUILD_INITIATOR"] = build.Text("initiator") ?? "";
        environment["CODEBUILD_LOG_PATH"] = log?.Text("streamName") ?? "";
        environment["CODEBUILD_RESOLVED_SOURCE_VERSION"] = build.Text("resolvedSourceVersion") ?? "";
        environment["CODEBUILD_SOURCE_REPO_URL"] = build.Object("source")!.Text("location") ?? "";
        environment["CODEBUILD_SOURCE_VERSION"] = build.Text("sourceVersion") ?? "";
        environment["CODEBUILD_SRC_DIR"] = sourceFolder;
        environment["CODEBUILD_START_TIME"] = build.Time("startTime")!.Value.ToUnixTimeMilliseconds().ToString();
        foreach (var source in build.Objects("secondarySources"))
            environment[$"CODEBUILD_SRC_DIR_{source.Required("sourceIdentifier")}"] = SecondaryFolder(workFolder, source);
        foreach (var variable in build.Object("environment")!.Objects("environmentVariables"))
            environment[variable.Required("name")] = variable.Required("value");
        // A home and a temporary folder of its own: what a build leaves there goes with it.
        environment["HOME"] = Directory.CreateDirectory(Path.Combine(workFolder, "home")).FullName;
        environment["TMPDIR"] = Directory.CreateDirectory(Path.Combine(workFolder, "tmp")).FullName;
        environment["PATH"] = StandIns(workFolder) + ":" + (System.Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin");
        if (dockerSecret is not null)
            environment["LOCALCLOUD_BUILD_SECRET"] = dockerSecret;
        return environment;
    }

    /// <summary>Where a secondary source is unpacked.</summary>
    public static string SecondaryFolder(string workFolder, JsonObject source) => Path.Combine(workFolder, "secondary", source.Required("sourceIdentifier"));

    /// <summary>Writes <c>docker</c>, and <c>aws</c> where the machine has none.</summary>
    private string StandIns(string workFolder)
    {
        var folder = Directory.CreateDirectory(Path.Combine(workFolder, "bin")).FullName;
        Write(folder, "docker", pythons.Find());
        if (Programs.Find("aws") is null)
            Write(folder, "aws", pythons.Find("boto3"));
        return folder;
    }

    private static void Write(string folder, string name, string python)
    {
        using var reader = new StreamReader(typeof(BuildEnvironment).Assembly.GetManifestResourceStream($"shims/{name}")!);
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, $"#!{python}\n{reader.ReadToEnd()}");
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
    }
}
