using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines.Definitions;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Pipelines;

/// <summary>One pipeline with all its runs, in memory and in the store. Everything here is done under <see cref="Gate"/>.</summary>
internal sealed class PipelineBook(Scope scope, PipelineRecord pipeline, IEnumerable<ExecutionRecord> executions)
{
    private readonly Dictionary<int, PipelineDefinition> definitions = [];
    private readonly Dictionary<string, ExecutionRecord> byId = executions.ToDictionary(e => e.Id);
    private readonly HashSet<ExecutionRecord> changed = [];
    private bool pipelineChanged;

    public Lock Gate { get; } = new();
    public Scope Scope { get; } = scope;
    public PipelineRecord Pipeline { get; } = pipeline;
    public IReadOnlyCollection<ExecutionRecord> Executions => byId.Values;
    public PipelineDefinition Definition => At(Pipeline.Version);
    public string Arn => Scope.Arn("codepipeline", Pipeline.Name);

    /// <summary>Set when the pipeline was deleted: what its actions still report goes nowhere.</summary>
    public bool IsDeleted { get; set; }

    public PipelineDefinition At(int version)
    {
        if (!definitions.TryGetValue(version, out var definition))
            definitions[version] = definition = new PipelineDefinition(Pipeline.Versions[version]);
        return definition;
    }

    public ExecutionRecord? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>Whether no run may enter a stage now.</summary>
    public bool IsDisabled(PipelineDefinition definition, string stage)
    {
        var index = definition.StageIndex(stage);
        return Pipeline.Disabled.ContainsKey($"Inbound/{stage}")
            || (index > 0 && Pipeline.Disabled.ContainsKey($"Outbound/{definition.Stages[index - 1].Name}"));
    }

    public void Add(ExecutionRecord execution)
    {
        byId.Add(execution.Id, execution);
        changed.Add(execution);
    }

    public void Touch(ExecutionRecord execution, DateTimeOffset now)
    {
        execution.Updated = now;
        changed.Add(execution);
    }

    public void TouchPipeline() => pipelineChanged = true;

    /// <summary>Writes what was touched; a run is one row, so that each is whole after a crash.</summary>
    public void Save(DocumentTable pipelines, DocumentTable runs)
    {
        if (pipelineChanged)
            pipelines.Put(Scope, Pipeline.Name, (JsonObject)JsonSerializer.SerializeToNode(Pipeline)!);
        foreach (var execution in changed.OrderBy(e => e.Sequence))
            runs.Put(Scope, Key(Pipeline.Name, execution.Id), (JsonObject)JsonSerializer.SerializeToNode(execution)!);
        pipelineChanged = false;
        changed.Clear();
    }

    public void Delete(DocumentTable pipelines, DocumentTable runs)
    {
        IsDeleted = true;
        foreach (var execution in byId.Values)
            runs.Remove(Scope, Key(Pipeline.Name, execution.Id));
        pipelines.Remove(Scope, Pipeline.Name);
    }

    /// <summary>Every pipeline of the store.</summary>
    public static IEnumerable<PipelineBook> Load(DocumentTable pipelines, DocumentTable runs)
    {
        var byPipeline = runs.All().ToLookup(r => (r.Scope, r.Document.Key.Split('/')[0]), r => r.Document.Value.Deserialize<ExecutionRecord>()!);
        return pipelines.All().Select(p => new PipelineBook(p.Scope, p.Document.Value.Deserialize<PipelineRecord>()!, byPipeline[(p.Scope, p.Document.Key)]));
    }

    private static string Key(string pipeline, string id) => $"{pipeline}/{id}";
}
