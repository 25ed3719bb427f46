using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Builds.Buildspecs;
using MLOps.LocalCloud.Engine.Images.Docker;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Builds;

/// <summary>What runs of builds share.</summary>
internal sealed record BuildTools(
    BuildStore Store, BuildSources Sources, BuildArtifacts Artifacts, BuildEnvironment Environments,
    DockerSessions Docker, IProcessLauncher Launcher);

/// <summary>One run of one build, from its sources to its artifacts.</summary>
internal sealed class BuildRun(BuildTools tools, Scope scope, string id, BuildLog log, string workFolder)
{
    private readonly string sourceFolder = Path.Combine(workFolder, "src");
    private string? running = "PROVISIONING";

    /// <summary>Runs the build and answers its status: SUCCEEDED or FAILED.</summary>
    /// <exception cref="OperationCanceledException">The build was stopped or ran out of time.</exception>
    public async Task<string> RunAsync(CancellationToken cancelled)
    {
        var session = Document.Object("build")!.Object("environment")!.Flag("privilegedMode") == true ? tools.Docker.Open(scope) : null;
        try
        {
            return await RunAsync(session, cancelled);
        }
        catch (Exception e) when (e is BuildFailedException or BuildspecException or AwsException or InvalidOperationException)
        {
            var code = e switch { BuildFailedException failed => failed.Code, BuildspecException => "YAML_FILE_ERROR", _ => "CLIENT_ERROR" };
            End("FAILED", code, e.Message);
            Begin("FINALIZING");
            End("SUCCEEDED");
            return "FAILED";
        }
        finally
        {
            if (session is not null)
                tools.Docker.Close(session);
        }
    }

    private JsonObject Document => tools.Store.Builds.Find(scope, id)!;

    private async Task<string> RunAsync(DockerSession? session, CancellationToken cancelled)
    {
        var build = Document.Object("build")!;
        log.Say($"The build runs on this machine's own system, which stands in for {build.Object("environment")!.Required("image")}");
        Begin("DOWNLOAD_SOURCE");
        await FetchAsync(build, cancelled);
        var buildspec = ReadBuildspec();
        End("SUCCEEDED");
        var environment = await tools.Environments.CreateAsync(scope, Document.Object("build")!, buildspec, workFolder, sourceFolder, session?.Secret, cancelled);
        await using var shell = new BuildShell(tools.Launcher, log, $"build/{id}", buildspec.Shell, workFolder, sourceFolder, environment);
        var (succeeded, afterBuild) = await PhasesAsync(shell, buildspec, cancelled);
        await ExportAsync(shell, buildspec, cancelled);
        // As CodeBuild does: artifacts are uploaded once POST_BUILD went well, also where BUILD did not.
        if (afterBuild)
        {
            Begin("UPLOAD_ARTIFACTS");
            await UploadAsync(buildspec, cancelled);
            End("SUCCEEDED");
        }
        Begin("FINALIZING");
        End("SUCCEEDED");
        return succeeded ? "SUCCEEDED" : "FAILED";
    }

    private async Task FetchAsync(JsonObject build, CancellationToken cancelled)
    {
        var resolved = await tools.Sources.FetchAsync(scope, build.Object("source")!, build.Text("sourceVersion"), sourceFolder, cancelled);
        if (resolved is not null)
            tools.Store.Builds.Update(scope, id, d => d.Object("build")!["resolvedSourceVersion"] = resolved);
        foreach (var source in build.Objects("secondarySources"))
        {
            var version = build.Objects("secondarySourceVersions").FirstOrDefault(v => v.Text("sourceIdentifier") == source.Text("sourceIdentifier"))?.Text("sourceVersion");
            await tools.Sources.FetchAsync(scope, source, version, BuildEnvironment.SecondaryFolder(workFolder, source), cancelled);
        }
    }

    /// <summary>The buildspec is text of the project's (it has several lines or is a mapping), or a file of the source.</summary>
    private Buildspec ReadBuildspec()
    {
        var given = Document.Object("build")!.Object("source")!.Text("buildspec");
        if (given?.Contains('\n') == true || given?.TrimStart().StartsWith('{') == true)
            return BuildspecReader.Read(given);
        var name = given is { Length: > 0 } ? given : "buildspec.yml";
        var path = Path.GetFullPath(Path.Combine(sourceFolder, name));
        if (!path.StartsWith(sourceFolder + "/", StringComparison.Ordinal) || !File.Exists(path))
            throw new BuildFailedException("YAML_FILE_ERROR", $"stat {name}: no such file or directory");
        return BuildspecReader.Read(File.ReadAllText(path));
    }

    /// <summary>Runs install, pre_build, build and post_build as far as CodeBuild would. Answers whether all went well, and whether artifacts are due.</summary>
    private async Task<(bool Succeeded, bool AfterBuild)> PhasesAsync(BuildShell shell, Buildspec buildspec, CancellationToken cancelled)
    {
        var succeeded = true;
        foreach (var name in Buildspec.PhaseNames)
        {
            Begin(name.ToUpperInvariant());
            log.Say($"Entering phase {running}");
            var phase = buildspec.Phases.GetValueOrDefault(name) ?? new BuildspecPhase([], [], false);
            var failure = await PhaseAsync(shell, phase, cancelled);
            log.Say($"Phase complete: {running} State: {(failure is null ? "SUCCEEDED" : "FAILED")}");
            log.Say($"Phase context status code: {(failure is null ? "" : "COMMAND_EXECUTION_ERROR")} Message: {failure}");
            End(failure is null ? "SUCCEEDED" : "FAILED", failure is null ? null : "COMMAND_EXECUTION_ERROR", failure);
            if (failure is null)
                continue;
            succeeded = false;
            await shell.ExportAsync("CODEBUILD_BUILD_SUCCEEDING", "0");
            if (!phase.ContinuesOnFailure && name != "build")
                return (false, false);
        }
        return (succeeded, true);
    }

    private async Task<string?> PhaseAsync(BuildShell shell, BuildspecPhase phase, CancellationToken cancelled)
    {
        var failure = await CommandsAsync(shell, phase.Commands, cancelled);
        return await CommandsAsync(shell, phase.Finally, cancelled) is { } last ? failure ?? last : failure;
    }

    private async Task<string?> CommandsAsync(BuildShell shell, IReadOnlyList<string> commands, CancellationToken cancelled)
    {
        foreach (var command in commands)
        {
            log.Say($"Running command {command}");
            var status = await shell.RunAsync(command, cancelled);
            if (status != 0)
                return $"Error while executing command: {command}. Reason: exit status {status}";
        }
        return null;
    }

    private async Task ExportAsync(BuildShell shell, Buildspec buildspec, CancellationToken cancelled)
    {
        var exported = new JsonArray();
        foreach (var name in buildspec.Exported.Where(n => n.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')))
        {
            var file = Path.Combine(workFolder, "exported");
            await shell.RunAsync($"printf '%s' \"${{{name}}}\" > {BuildShell.Quote(file)}", cancelled);
            exported.Add(new JsonObject { ["name"] = name, ["value"] = await File.ReadAllTextAsync(file, cancelled) });
        }
        tools.Store.Builds.Update(scope, id, d => d.Object("build")!["exportedEnvironmentVariables"] = exported);
    }

    private async Task UploadAsync(Buildspec buildspec, CancellationToken cancelled)
    {
        var request = Document.Object("request")!;
        if (request.Object("artifacts") is { } primary && primary.Text("type") != "NO_ARTIFACTS")
        {
            var artifact = buildspec.Artifacts.FirstOrDefault(a => a.Identifier == "" && a.Files.Count > 0)
                ?? throw new BuildFailedException("CLIENT_ERROR", "the buildspec names no artifact files, but the build has an artifact");
            var answer = await tools.Artifacts.UploadAsync(scope, id, primary, artifact, sourceFolder, log, cancelled);
            tools.Store.Builds.Update(scope, id, d => d.Object("build")!["artifacts"] = answer);
        }
        var secondary = new JsonArray();
        foreach (var target in request.Objects("secondaryArtifacts"))
        {
            var artifact = buildspec.Artifacts.FirstOrDefault(a => a.Identifier == target.Text("artifactIdentifier"))
                ?? throw new BuildFailedException("CLIENT_ERROR", $"the buildspec has no secondary artifact {target.Text("artifactIdentifier")}");
            secondary.Add(await tools.Artifacts.UploadAsync(scope, id, target, artifact, sourceFolder, log, cancelled));
        }
        if (secondary.Count > 0)
            tools.Store.Builds.Update(scope, id, d => d.Object("build")!["secondaryArtifacts"] = secondary);
    }

    private void Begin(string phase)
    {
        tools.Store.Phase(scope, id, "SUCCEEDED", phase);
        running = phase;
    }

    private void End(string status, string? code = null, string? message = null)
    {
        if (running is null)
            return;
        if (code is not null && running is "DOWNLOAD_SOURCE" or "UPLOAD_ARTIFACTS" && message is not null)
            log.Say($"Phase complete: {running} State: {status}\nPhase context status code: {code} Message: {message}");
        tools.Store.Phase(scope, id, status, null, code, message);
        running = null;
    }
}
