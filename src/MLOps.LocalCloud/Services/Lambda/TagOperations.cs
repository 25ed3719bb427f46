using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Functions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Lambda;

/// <summary>Tags of functions.</summary>
internal sealed class TagOperations(FunctionStore store) : IOperations
{
    public void Map(OperationMap map) => map
        .On("lambda", "TagResource", call => Change(call, tags => TagSet.With(tags, call.Input["Tags"], "InvalidParameterValueException")))
        .On("lambda", "UntagResource", call => Change(call, tags => TagSet.Without(tags, call.Input.Texts("TagKeys"))))
        .On("lambda", "ListTags", call => new JsonObject
        {
            ["Tags"] = TagSet.Map((store.Functions.Find(call.Scope, Name(call)) ?? throw FunctionNames.NotFound(call.Input.Required("Resource")))["tags"]),
        });

    private JsonObject Change(OperationCall call, Func<JsonNode?, JsonObject> change) =>
        store.Functions.Update(call.Scope, Name(call), document => document["tags"] = change(document["tags"])) is null
            ? throw FunctionNames.NotFound(call.Input.Required("Resource")) : [];

    private static string Name(OperationCall call) => FunctionNames.Of(call, call.Input.Required("Resource"));
}
