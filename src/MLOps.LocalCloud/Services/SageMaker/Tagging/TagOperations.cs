using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.Tagging;

/// <summary>Tags of training, tuning, transform and processing jobs, models, model packages, endpoint configurations and endpoints.</summary>
internal sealed class TagOperations(IEnumerable<ResourceTable> tables) : IOperations
{
    private const int Most = 50;

    public void Map(OperationMap map) => map
        .On("sagemaker", "AddTags", Add)
        .On("sagemaker", "ListTags", call => new JsonObject { ["Tags"] = Resource(call, (table, name) => table.Get(call.Scope, name))["Tags"].Copy() ?? new JsonArray() })
        .On("sagemaker", "DeleteTags", Delete);

    private JsonObject Add(OperationCall call)
    {
        var changed = Change(call, tags =>
        {
            foreach (var tag in call.Input.Objects("Tags"))
                tags[tag.Required("Key")] = tag.Text("Value") ?? "";
            if (tags.Count > Most)
                throw AwsException.Validation($"A resource has at most {Most} tags.");
        });
        return new JsonObject { ["Tags"] = changed["Tags"].Copy() };
    }

    private JsonObject Delete(OperationCall call)
    {
        Change(call, tags =>
        {
            foreach (var key in call.Input.Texts("TagKeys"))
                tags.Remove(key);
        });
        return [];
    }

    private JsonObject Change(OperationCall call, Action<OrderedDictionary<string, string>> change) => Resource(call, (table, name) =>
        table.Update(call.Scope, name, document =>
        {
            var tags = new OrderedDictionary<string, string>(document.Objects("Tags").Select(t => KeyValuePair.Create(t.Required("Key"), t.Text("Value") ?? "")));
            change(tags);
            document["Tags"] = new JsonArray([.. tags.Select(t => new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value })]);
        }) ?? throw table.NotFound(call.Scope, name));

    private JsonObject Resource(OperationCall call, Func<ResourceTable, string, JsonObject> use)
    {
        var arn = call.Input.Required("ResourceArn");
        if (arn.Split(':') is not [_, _, "sagemaker", var region, var account, var resource] || resource.Split('/', 2) is not [var type, var name])
            throw AwsException.Validation($"Invalid ARN: {arn}");
        if (region != call.Scope.Region || account != call.Scope.Account)
            throw AwsException.Validation($"The resource {arn} is not in this account and region.");
        var table = tables.FirstOrDefault(t => t.Type == type) ?? throw Unsupported.Of($"tags of the resource type {type}");
        return use(table, name);
    }
}
