using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Pipelines.Definitions;

/// <summary>A pipeline's structure as its engine reads it; <see cref="Source"/> is the declaration as it was given.</summary>
internal sealed class PipelineDefinition
{
    public PipelineDefinition(JsonObject source)
    {
        Source = source;
        Name = source.Required("name");
        RoleArn = source.Required("roleArn");
        Version = source.Whole("version") ?? 1;
        Mode = source.Text("executionMode") ?? "SUPERSEDED";
        Type = source.Text("pipelineType") ?? "V1";
        Stages = [.. source.Objects("stages").Select(s => new StageDefinition(s))];
        Variables = [.. source.Objects("variables").Select(v => new VariableDefinition(v.Required("name"), v.Text("defaultValue")))];
    }

    public JsonObject Source { get; }
    public string Name { get; }
    public string RoleArn { get; }
    public int Version { get; }

    /// <summary>SUPERSEDED, QUEUED or PARALLEL.</summary>
    public string Mode { get; }

    public string Type { get; }
    public IReadOnlyList<StageDefinition> Stages { get; }
    public IReadOnlyList<VariableDefinition> Variables { get; }

    /// <summary>The bucket of artifacts, by the region of the pipeline.</summary>
    public string ArtifactBucket(string region) =>
        (Source.Object("artifactStore") ?? Source.Object("artifactStores")?.Object(region))?.Text("location")
        ?? throw PipelineErrors.InvalidStructure($"Pipeline {Name} has no artifact store in {region}");

    public StageDefinition Stage(string name) => Stages.First(s => s.Name == name);

    public int StageIndex(string name) => Stages.ToList().FindIndex(s => s.Name == name);
}

internal sealed record VariableDefinition(string Name, string? Default);

internal sealed class StageDefinition(JsonObject source)
{
    public string Name { get; } = source.Required("name");

    public IReadOnlyList<ActionDefinition> Actions { get; } = [.. source.Objects("actions").Select(a => new ActionDefinition(a))];
}

internal sealed class ActionDefinition
{
    public ActionDefinition(JsonObject source)
    {
        Source = source;
        Name = source.Required("name");
        RunOrder = source.Whole("runOrder") ?? 1;
        Namespace = source.Text("namespace");
        var type = source.Object("actionTypeId") ?? [];
        (Category, Owner, Provider) = (type.Required("category"), type.Required("owner"), type.Required("provider"));
        Configuration = (source.Object("configuration") ?? []).ToDictionary(p => p.Key, p => p.Value!.GetValue<string>());
        Inputs = [.. source.Objects("inputArtifacts").Select(a => a.Required("name"))];
        Outputs = [.. source.Objects("outputArtifacts").Select(a => a.Required("name"))];
    }

    public JsonObject Source { get; }
    public string Name { get; }
    public int RunOrder { get; }
    public string? Namespace { get; }
    public string Category { get; }
    public string Owner { get; }
    public string Provider { get; }
    public IReadOnlyDictionary<string, string> Configuration { get; }
    public IReadOnlyList<string> Inputs { get; }
    public IReadOnlyList<string> Outputs { get; }

    public bool IsApproval => Category == "Approval";

    /// <summary>How long the action may take; an approval waits 7 days where it says nothing.</summary>
    public TimeSpan Timeout => TimeSpan.FromMinutes(Source.Whole("timeoutInMinutes") ?? (IsApproval ? 7 * 24 * 60 : 60));

    /// <summary>Whether a change of its source starts the pipeline; AWS's default is that it does.</summary>
    public bool WatchesSource => !string.Equals(Configuration.GetValueOrDefault("PollForSourceChanges"), "false", StringComparison.OrdinalIgnoreCase);
}
