using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events.Delivery;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.EventBridge;

/// <summary>The targets of rules.</summary>
internal sealed class TargetOperations(RuleStore rules) : IOperations
{
    private const int MostTargets = 5;

    public void Map(OperationMap map) => map
        .On("events", "PutTargets", Put)
        .On("events", "ListTargetsByRule", List)
        .On("events", "RemoveTargets", Remove);

    private JsonObject Put(OperationCall call)
    {
        RuleOperations.CheckBus(call);
        var targets = call.Input.Objects("Targets").ToList();
        foreach (var target in targets)
            Check(target);
        rules.Update(call.Scope, call.Input.Required("Rule"), rule =>
        {
            var ids = targets.Select(t => t.Required("Id")).ToHashSet();
            var kept = rule.Objects("Targets").Where(t => !ids.Contains(t.Required("Id"))).Select(t => t.Copy()!).ToList();
            if (kept.Count + ids.Count > MostTargets)
                throw new AwsException("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
            rule["Targets"] = kept.Concat(targets.Select(t => t.Copy()!)).ToJson();
        });
        return new JsonObject { ["FailedEntryCount"] = 0, ["FailedEntries"] = new JsonArray() };
    }

    private static void Check(JsonObject target)
    {
        var (id, arn) = (target.Required("Id"), target.Required("Arn"));
        if (!Targets.IsOffered(arn))
            throw AwsException.Validation($"Target {id}: the local cloud delivers to SQS queues, SNS topics, Lambda functions, CodePipeline pipelines and log groups, not to {arn}.");
        if (((string[])["Input", "InputPath", "InputTransformer"]).Count(target.ContainsKey) > 1)
            throw AwsException.Validation($"Only one of Input, InputPath, or InputTransformer must be provided for target {id}.");
        if (target.Object("DeadLetterConfig")?.Text("Arn") is { } dead && dead.Split(':') is not ["arn", _, "sqs", ..])
            throw AwsException.Validation($"The dead-letter queue of target {id} must be an SQS queue.");
        TargetInput.Check(target);
    }

    private JsonObject List(OperationCall call)
    {
        RuleOperations.CheckBus(call);
        var all = rules.Require(call.Scope, call.Input.Required("Rule")).Objects("Targets").ToList();
        var (page, next) = Paging.Take(all, t => t.Required("Id"), call.Input.Text("NextToken"), call.Input.Whole("Limit") ?? 100,
            () => AwsException.Validation("The next token is not valid."));
        return new JsonObject { ["Targets"] = page.Select(t => t.Copy()!).ToJson(), ["NextToken"] = next };
    }

    private JsonObject Remove(OperationCall call)
    {
        RuleOperations.CheckBus(call);
        var ids = call.Input.Texts("Ids").ToHashSet();
        rules.Update(call.Scope, call.Input.Required("Rule"), rule =>
            rule["Targets"] = rule.Objects("Targets").Where(t => !ids.Contains(t.Required("Id"))).Select(t => t.Copy()!).ToJson());
        return new JsonObject { ["FailedEntryCount"] = 0, ["FailedEntries"] = new JsonArray() };
    }
}
