using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.AutoScaling;

/// <summary>Scalable targets, their policies and what scaling did.</summary>
internal sealed class ScalingStore(DocumentStore store)
{
    private const int KeptActivities = 200;

    public DocumentTable Targets { get; } = store.Table("application-autoscaling/target");

    public DocumentTable Policies { get; } = store.Table("application-autoscaling/policy");

    public DocumentTable Activities { get; } = store.Table("application-autoscaling/activity");

    public JsonObject Target(Scope scope, ScalableId id) => Targets.Find(scope, id.Key) ?? throw ScalingErrors.NoTarget(id);

    public static string PolicyKey(ScalableId id, string name) => $"{id.Key}|{name}";

    /// <summary>The policies of a target, oldest first.</summary>
    public IReadOnlyList<JsonObject> PoliciesOf(Scope scope, ScalableId id) =>
        [.. Policies.List(scope).Select(d => d.Value).Where(p => ScalableId.Of(p) == id)];

    /// <summary>The activities of a target, oldest first.</summary>
    public IReadOnlyList<Document> ActivitiesOf(Scope scope, ScalableId id) => [.. Activities.List(scope).Where(d => ScalableId.Of(d.Value) == id)];

    /// <summary>Adds an activity; the oldest ones of its target go.</summary>
    public void Add(Scope scope, ScalableId id, JsonObject activity)
    {
        Activities.Put(scope, activity.Required("ActivityId"), activity);
        foreach (var old in ActivitiesOf(scope, id).SkipLast(KeptActivities))
            Activities.Remove(scope, old.Key);
    }
}
