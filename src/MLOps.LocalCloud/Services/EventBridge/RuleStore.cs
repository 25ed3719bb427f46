using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events.Patterns;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.EventBridge;

/// <summary>Rules of the default event bus with their targets, as one document a rule.</summary>
internal sealed class RuleStore(DocumentStore documents)
{
    private readonly DocumentTable table = documents.Table("events/rule");
    private readonly ConcurrentDictionary<string, EventPattern> patterns = new();

    /// <exception cref="AwsException">ResourceNotFoundException.</exception>
    public JsonObject Require(Scope scope, string name) =>
        table.Find(scope, name) ?? throw new AwsException("ResourceNotFoundException", $"Rule {name} does not exist on EventBus default.");

    public JsonObject? Find(Scope scope, string name) => table.Find(scope, name);

    public void Put(Scope scope, string name, JsonObject rule) => table.Put(scope, name, rule);

    /// <exception cref="AwsException">ResourceNotFoundException.</exception>
    public void Update(Scope scope, string name, Action<JsonObject> change)
    {
        if (table.Update(scope, name, change) is null)
            Require(scope, name);
    }

    public void Remove(Scope scope, string name) => table.Remove(scope, name);

    public IEnumerable<JsonObject> List(Scope scope) => table.List(scope).Select(d => d.Value);

    public bool HasAny(Scope scope) => table.List(scope).Count > 0;

    public IEnumerable<(Scope Scope, JsonObject Rule)> All() => table.All().Select(d => (d.Scope, d.Document.Value));

    /// <summary>The enabled rules whose pattern an event matches.</summary>
    public IEnumerable<JsonObject> Matching(Scope scope, JsonObject happened) => List(scope).Where(r =>
        r.Text("State") != "DISABLED" && r.Text("EventPattern") is { } pattern && patterns.GetOrAdd(pattern, EventPattern.Parse).Matches(happened));
}
