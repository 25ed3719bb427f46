using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.EventBridge;

/// <summary>Tags of rules.</summary>
internal sealed class TagOperations(RuleStore rules) : IOperations
{
    public void Map(OperationMap map) => map
        .On("events", "TagResource", call => Change(call, tags => TagSet.With(tags, call.Input["Tags"], "LimitExceededException")))
        .On("events", "UntagResource", call => Change(call, tags => TagSet.Without(tags, call.Input.Texts("TagKeys"))))
        .On("events", "ListTagsForResource", call => new JsonObject { ["Tags"] = TagSet.List(rules.Require(call.Scope, Name(call))["Tags"]) });

    private JsonObject Change(OperationCall call, Func<JsonNode?, JsonObject> change)
    {
        rules.Update(call.Scope, Name(call), rule => rule["Tags"] = TagSet.List(change(rule["Tags"])));
        return [];
    }

    private static string Name(OperationCall call)
    {
        var arn = call.Input.Required("ResourceARN");
        return arn.StartsWith(call.Scope.Arn("events", "rule/"), StringComparison.Ordinal)
            ? arn.Split('/')[^1] : throw new AwsException("ResourceNotFoundException", $"There is no rule {arn}.");
    }
}
