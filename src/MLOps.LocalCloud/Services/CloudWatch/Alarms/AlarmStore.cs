using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.CloudWatch.Alarms;

/// <summary>Alarms by name, each as DescribeAlarms shows it.</summary>
internal sealed class AlarmStore(DocumentStore documents)
{
    private readonly DocumentTable table = documents.Table("cloudwatch/alarm");

    public JsonObject? Find(Scope scope, string name) => table.Find(scope, name);

    public void Put(Scope scope, string name, JsonObject alarm) => table.Put(scope, name, alarm);

    public bool Update(Scope scope, string name, Action<JsonObject> change) => table.Update(scope, name, change) is not null;

    public bool Remove(Scope scope, string name) => table.Remove(scope, name);

    public IEnumerable<JsonObject> List(Scope scope) => table.List(scope).Select(d => d.Value);

    public IEnumerable<(Scope Scope, JsonObject Alarm)> All() => table.All().Select(d => (d.Scope, d.Document.Value));

    /// <summary>Sets the state that an evaluation found; null where the alarm was deleted or changed meanwhile.</summary>
    public JsonObject? SetState(Scope scope, JsonObject evaluated, AlarmState state, DateTimeOffset now)
    {
        var set = false;
        var alarm = table.Update(scope, evaluated.Required("AlarmName"), a =>
        {
            if (a.Number("AlarmConfigurationUpdatedTimestamp") != evaluated.Number("AlarmConfigurationUpdatedTimestamp"))
                return;
            set = true;
            a["StateValue"] = state.Value;
            a["StateReason"] = state.Reason;
            a["StateReasonData"] = state.Data.ToJsonString();
            a["StateUpdatedTimestamp"] = now.ToEpoch();
            a["StateTransitionedTimestamp"] = now.ToEpoch();
        });
        return set ? alarm : null;
    }
}

/// <summary>What an evaluation found.</summary>
/// <param name="Value"><c>OK</c>, <c>ALARM</c> or <c>INSUFFICIENT_DATA</c>.</param>
internal sealed record AlarmState(string Value, string Reason, JsonObject Data);
