using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class LambdaFunctionType : ResourceType
{
    private static readonly string[] Configuration = ["Description", "Environment", "EphemeralStorage", "Handler", "LoggingConfig", "MemorySize", "Role", "Runtime", "Timeout", "TracingConfig"];

    // An update leaves what it does not name: what goes from the template is set to the service's default.
    private static readonly Dictionary<string, JsonNode> Defaults = new()
    {
        ["Description"] = "", ["Environment"] = new JsonObject { ["Variables"] = new JsonObject() }, ["MemorySize"] = 128, ["Timeout"] = 3,
        ["EphemeralStorage"] = new JsonObject { ["Size"] = 512 }, ["TracingConfig"] = new JsonObject { ["Mode"] = "PassThrough" },
    };

    private static readonly TagCalls Tagging = new("lambda", "Resource", IsMap: true);

    public override string Name => "AWS::Lambda::Function";

    public override IReadOnlySet<string> Supported { get; } =
        new HashSet<string>(Configuration) { "FunctionName", "Code", "Architectures", "PackageType", "Tags" };

    public override IReadOnlyList<string> Attributes => ["Arn"];

    public override string NameProperty => "FunctionName";

    public override async Task<ResourceState?> FindAsync(ResourceCall call) =>
        await DescribeAsync(call) is { } function
            ? new ResourceState(function.Required("FunctionName"), new JsonObject { ["Arn"] = function.Text("FunctionArn") }) : null;

    public override Task CreateAsync(ResourceCall call)
    {
        var input = call.Properties.Pick([.. Configuration, "Architectures", "PackageType"]);
        input["FunctionName"] = call.Name;
        input["Code"] = Code(call.Properties);
        input["Tags"] = Shapes.TagMap(call.Properties);
        return call.CallAsync("lambda", "CreateFunction", Environment(input));
    }

    public override async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        var next = call.Properties;
        await SettleAsync(call);
        await Tagging.UpdateAsync(call, call.Scope.Arn("lambda", $"function:{call.PhysicalId}"), previous);
        if (next.Differs(previous, "Code") || next.Differs(previous, "Architectures"))
        {
            var input = Code(next);
            input["FunctionName"] = call.PhysicalId;
            input["Architectures"] = next["Architectures"].Copy();
            await call.CallAsync("lambda", "UpdateFunctionCode", input);
            await SettleAsync(call);
        }
        if (Configuration.Any(p => next.Differs(previous, p)))
        {
            var input = next.Pick(Configuration);
            foreach (var (name, value) in Defaults.Where(d => !next.ContainsKey(d.Key) && previous.ContainsKey(d.Key)))
                input[name] = value.DeepClone();
            input["FunctionName"] = call.PhysicalId;
            await call.CallAsync("lambda", "UpdateFunctionConfiguration", Environment(input));
        }
    }

    public override Task SettleAsync(ResourceCall call) => call.UntilAsync("aws.lambda", async () =>
    {
        var function = await DescribeAsync(call) ?? throw new ResourceFailedException($"The function {call.Name} was removed meanwhile.");
        if (function.Text("State") == "Failed" || function.Text("LastUpdateStatus") == "Failed")
            throw new ResourceFailedException(function.Text("LastUpdateStatusReason") ?? function.Text("StateReason") ?? "The function failed.");
        return function.Text("State") is null or "Active" or "Inactive" && function.Text("LastUpdateStatus") is null or "Successful";
    });

    public override Task DeleteAsync(ResourceCall call) => call.TryAsync("lambda", "DeleteFunction", new JsonObject { ["FunctionName"] = call.PhysicalId });

    private static Task<JsonObject?> DescribeAsync(ResourceCall call) =>
        call.TryAsync("lambda", "GetFunctionConfiguration", new JsonObject { ["FunctionName"] = call.PhysicalId ?? call.Name });

    private static JsonObject Environment(JsonObject input)
    {
        if (input.Object("Environment")?.Object("Variables") is { } variables)
            input["Environment"] = new JsonObject { ["Variables"] = Shapes.Map(variables) };
        return input;
    }

    /// <summary>Where the code is. Source text in the template (ZipFile) becomes a zip with the file that the handler names.</summary>
    private static JsonObject Code(JsonObject properties)
    {
        var given = properties.Object("Code")!;
        var code = given.Pick("S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri");
        if (given.Text("ZipFile") is not { } source)
            return code;
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            var extension = properties.Text("Runtime")?.StartsWith("nodejs", StringComparison.Ordinal) is true ? "js" : "py";
            using var entry = zip.CreateEntry($"index.{extension}").Open();
            entry.Write(Encoding.UTF8.GetBytes(source));
        }
        code["ZipFile"] = Convert.ToBase64String(memory.ToArray());
        return code;
    }
}
