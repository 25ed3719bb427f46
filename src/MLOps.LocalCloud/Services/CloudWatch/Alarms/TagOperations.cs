using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudWatch.Alarms;

/// <summary>Tags of alarms.</summary>
internal sealed class TagOperations(AlarmStore alarms) : IOperations
{
    public void Map(OperationMap map) => map
        .On("cloudwatch", "TagResource", call => Change(call, tags => TagSet.With(tags, call.Input["Tags"], "LimitExceededException")))
        .On("cloudwatch", "UntagResource", call => Change(call, tags => TagSet.Without(tags, call.Input.Texts("TagKeys"))))
        .On("cloudwatch", "ListTagsForResource", call => new JsonObject { ["Tags"] = TagSet.List((alarms.Find(call.Scope, Name(call)) ?? throw NotFound(call))["Tags"]) });

    private JsonObject Change(OperationCall call, Func<JsonNode?, JsonObject> change) =>
        alarms.Update(call.Scope, Name(call), alarm => alarm["Tags"] = TagSet.List(change(alarm["Tags"]))) ? [] : throw NotFound(call);

    private static string Name(OperationCall call)
    {
        var arn = call.Input.Required("ResourceARN");
        var prefix = call.Scope.Arn("cloudwatch", "alarm:");
        return arn.StartsWith(prefix, StringComparison.Ordinal) ? arn[prefix.Length..] : throw NotFound(call);
    }

    private static AwsException NotFound(OperationCall call) => new("ResourceNotFoundException", $"Unknown resource {call.Input.Text("ResourceARN")}", 404);
}
