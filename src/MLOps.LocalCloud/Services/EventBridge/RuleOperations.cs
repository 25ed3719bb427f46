using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events.Patterns;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.EventBridge;

/// <summary>Rules: put, describe, list, enable, disable, delete.</summary>
internal sealed class RuleOperations(RuleStore rules) : IOperations
{
    public void Map(OperationMap map) => map
        .On("events", "PutRule", Put)
        .On("events", "DescribeRule", Describe)
        .On("events", "ListRules", List)
        .On("events", "DeleteRule", Delete)
        .On("events", "EnableRule", call => SetState(call, "ENABLED"))
        .On("events", "DisableRule", call => SetState(call, "DISABLED"));

    /// <summary>Refuses any event bus but the default one.</summary>
    public static void CheckBus(OperationCall call)
    {
        if (call.Input.Text("EventBusName") is { } bus && bus != "default" && bus != call.Scope.Arn("events", "event-bus/default"))
            throw new AwsException("ResourceNotFoundException", $"Event bus {bus} does not exist.");
    }

    private JsonObject Put(OperationCall call)
    {
        CheckBus(call);
        var input = call.Input;
        var (name, pattern, schedule) = (input.Required("Name"), input.Text("EventPattern"), input.Text("ScheduleExpression"));
        if (pattern is null && schedule is null)
            throw AwsException.Validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
        if (pattern is not null)
            CheckPattern(pattern);
        if (schedule is not null)
            Schedule.Parse(schedule);
        var rule = input.Pick("Name", "EventPattern", "ScheduleExpression", "Description", "RoleArn");
        rule["State"] = input.Text("State") ?? "ENABLED";
        rule["Arn"] = call.Scope.Arn("events", "rule/" + name);
        rule["EventBusName"] = "default";
        rule["CreatedBy"] = call.Scope.Account;
        var before = rules.Find(call.Scope, name);
        rule["Targets"] = before?["Targets"].Copy() ?? new JsonArray();
        // Tags are given with the creation alone.
        rule["Tags"] = before is null ? TagSet.List(input["Tags"]) : before["Tags"].Copy();
        rules.Put(call.Scope, name, rule);
        return new JsonObject { ["RuleArn"] = rule.Text("Arn") };
    }

    private static void CheckPattern(string pattern)
    {
        try
        {
            EventPattern.Parse(pattern);
        }
        catch (FormatException e)
        {
            throw new AwsException("InvalidEventPatternException", $"Event pattern is not valid. Reason: {e.Message}");
        }
    }

    private JsonObject Describe(OperationCall call)
    {
        CheckBus(call);
        return rules.Require(call.Scope, call.Input.Required("Name")).Copy()!;
    }

    private JsonObject List(OperationCall call)
    {
        CheckBus(call);
        var prefix = call.Input.Text("NamePrefix") ?? "";
        var found = rules.List(call.Scope).Where(r => r.Required("Name").StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(r => r.Required("Name"), StringComparer.Ordinal).ToList();
        var (page, next) = Paging.Take(found, r => r.Required("Name"), call.Input.Text("NextToken"), call.Input.Whole("Limit") ?? 100,
            () => AwsException.Validation("The next token is not valid."));
        return new JsonObject { ["Rules"] = page.Select(r => r.Copy()!).ToJson(), ["NextToken"] = next };
    }

    private JsonObject Delete(OperationCall call)
    {
        CheckBus(call);
        var name = call.Input.Required("Name");
        if (rules.Find(call.Scope, name)?.Items("Targets").Any() == true)
            throw AwsException.Validation("Rule can't be deleted since it has targets.");
        rules.Remove(call.Scope, name);
        return [];
    }

    private JsonObject SetState(OperationCall call, string state)
    {
        CheckBus(call);
        rules.Update(call.Scope, call.Input.Required("Name"), rule => rule["State"] = state);
        return [];
    }
}
