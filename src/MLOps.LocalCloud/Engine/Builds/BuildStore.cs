using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Builds;

/// <summary>
/// Projects as their API shape, and builds <c>{build: Build, request: {source, sourceVersion, secondarySources, artifacts,
/// secondaryArtifacts, buildspec, token?}}</c>, where the request is the project's definition with the call's overrides.
/// </summary>
internal sealed class BuildStore(DocumentStore documents, TimeProvider time)
{
    public DocumentTable Projects { get; } = documents.Table("codebuild/project");

    public DocumentTable Builds { get; } = documents.Table("codebuild/build");

    /// <summary>The builds of a project, oldest first.</summary>
    public IEnumerable<JsonObject> OfProject(Scope scope, string project) =>
        Builds.List(scope).Select(d => d.Value).Where(d => d.Object("build")!.Text("projectName") == project);

    /// <summary>Ends the running phase and begins the next; answers the build as it is then.</summary>
    /// <param name="status">How the running phase ended.</param>
    /// <param name="next">The phase to begin, or null.</param>
    public JsonObject Phase(Scope scope, string id, string status, string? next, string? code = null, string? message = null)
    {
        var now = time.GetUtcNow();
        return Builds.Update(scope, id, document =>
        {
            var build = document.Object("build")!;
            var phases = (JsonArray)build["phases"]!;
            if (phases.LastOrDefault() is JsonObject running && running["endTime"] is null)
            {
                running["endTime"] = now.ToEpoch();
                running["phaseStatus"] = status;
                running["durationInSeconds"] = (long)(now - running.Time("startTime")!.Value).TotalSeconds;
                running["contexts"] = new JsonArray(new JsonObject { ["statusCode"] = code ?? "", ["message"] = message ?? "" });
            }
            if (next is null)
                return;
            build["currentPhase"] = next;
            phases.Add(new JsonObject { ["phaseType"] = next, ["startTime"] = now.ToEpoch() });
        })!;
    }

    /// <summary>Ends a build.</summary>
    public JsonObject Complete(Scope scope, string id, string status) => Builds.Update(scope, id, document =>
    {
        var build = document.Object("build")!;
        build["buildStatus"] = status;
        build["buildComplete"] = true;
        build["currentPhase"] = "COMPLETED";
        build["endTime"] = time.GetUtcNow().ToEpoch();
        ((JsonArray)build["phases"]!).Add(new JsonObject { ["phaseType"] = "COMPLETED", ["startTime"] = time.GetUtcNow().ToEpoch() });
    })!;
}
