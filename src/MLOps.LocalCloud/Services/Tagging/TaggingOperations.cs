using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.Tagging;

/// <summary>Resource Groups Tagging: which resources carry which tags. It sees those of SageMaker and CodePipeline.</summary>
internal sealed class TaggingOperations(IEnumerable<ResourceTable> tables, PipelineEngine pipelines) : IOperations
{
    private const string Service = "resourcegroupstaggingapi";
    private const int LargestPage = 100;

    public void Map(OperationMap map) => map
        .On(Service, "GetResources", GetResources)
        .On(Service, "GetTagKeys", GetTagKeys);

    private JsonObject GetResources(OperationCall call)
    {
        if (call.Input.Texts("ResourceARNList").Any())
            throw Unsupported.Of("ResourceARNList");
        var types = call.Input.Texts("ResourceTypeFilters").ToList();
        var filters = call.Input.Objects("TagFilters").Select(f => (Key: f.Text("Key") ?? "", Values: f.Texts("Values").ToHashSet())).ToList();
        var found = Tagged(call.Scope).Where(r => types.Count == 0 || types.Exists(t => IsOf(r.Arn, t)))
            .Where(r => filters.TrueForAll(f => r.Tags.TryGetValue(f.Key, out var value) && (f.Values.Count == 0 || f.Values.Contains(value)))).ToList();
        var size = call.Input.Whole("ResourcesPerPage") ?? LargestPage;
        if (size is < 1 or > LargestPage)
            throw Invalid("ResourcesPerPage can be a value between 1 and 100.");
        var (page, next) = Paging.Take(found, r => r.Arn, call.Input.Text("PaginationToken"), size, () => Invalid("The PaginationToken is not valid."));
        return new JsonObject
        {
            ["PaginationToken"] = next ?? "",
            ["ResourceTagMappingList"] = page.Select(r => new JsonObject
            {
                ["ResourceARN"] = r.Arn,
                ["Tags"] = r.Tags.Select(t => new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value }).ToJson(),
            }).ToJson(),
        };
    }

    private JsonObject GetTagKeys(OperationCall call)
    {
        var keys = Tagged(call.Scope).SelectMany(r => r.Tags.Keys).Distinct().Order(StringComparer.Ordinal).ToList();
        var (page, next) = Paging.Take(keys, k => k, call.Input.Text("PaginationToken"), LargestPage, () => Invalid("The PaginationToken is not valid."));
        return new JsonObject { ["PaginationToken"] = next ?? "", ["TagKeys"] = page.ToJson() };
    }

    private IEnumerable<(string Arn, IReadOnlyDictionary<string, string> Tags)> Tagged(Scope scope) =>
        tables.SelectMany(t => t.All().Where(r => r.Scope == scope).Select(r => (t.Arn(scope, r.Name), Tags(r.Value))))
            .Concat(pipelines.Books.Where(b => b.Scope == scope).Select(b => PipelineEngine.Read(b, book =>
                (scope.Arn("codepipeline", book.Pipeline.Name), (IReadOnlyDictionary<string, string>)new Dictionary<string, string>(book.Pipeline.Tags)))))
            .Where(r => r.Item2.Count > 0).OrderBy(r => r.Item1, StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, string> Tags(JsonObject resource) =>
        resource.Objects("Tags").DistinctBy(t => t.Required("Key")).ToDictionary(t => t.Required("Key"), t => t.Text("Value") ?? "");

    /// <summary>Whether an ARN is of a service (<c>sagemaker</c>) or of one of its types (<c>sagemaker:endpoint</c>).</summary>
    private static bool IsOf(string arn, string type)
    {
        var parts = arn.Split(':', 6);
        return type.Split(':', 2) is [var service, var kind] ? parts[2] == service && parts[5].StartsWith(kind + "/", StringComparison.Ordinal) : parts[2] == type;
    }

    private static AwsException Invalid(string message) => new("InvalidParameterException", message);
}
