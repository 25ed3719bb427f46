using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine;
using MLOps.LocalCloud.Engine.Functions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Lambda;

/// <summary>Functions: create, read, change, delete.</summary>
internal sealed class FunctionOperations(FunctionStore store, FunctionCode codes, WorkloadCredentials credentials, TimeProvider time) : IOperations
{
    private static readonly string[] Settings =
        ["Description", "Timeout", "MemorySize", "Role", "Handler", "Runtime", "Environment", "VpcConfig", "TracingConfig", "KMSKeyArn", "EphemeralStorage", "LoggingConfig"];

    public void Map(OperationMap map) => map
        .On("lambda", "CreateFunction", CreateAsync)
        .On("lambda", "GetFunction", Get)
        .On("lambda", "GetFunctionConfiguration", call => Document(call).Object("configuration").Copy()!)
        .On("lambda", "ListFunctions", List)
        .On("lambda", "UpdateFunctionCode", UpdateCodeAsync)
        .On("lambda", "UpdateFunctionConfiguration", UpdateConfigurationAsync)
        .On("lambda", "DeleteFunction", Delete);

    private async Task<OperationAnswer> CreateAsync(OperationCall call)
    {
        var name = FunctionNames.Of(call);
        FunctionSettings.Check(call.Input);
        if (call.Input.Text("Runtime") is null || call.Input.Text("Handler") is null)
            throw FunctionNames.Invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.");
        if (store.Functions.Find(call.Scope, name) is not null)
            throw Exists(name);
        await CheckRoleAsync(call, call.Input.Required("Role"));
        var (sha, size) = await codes.TakeAsync(call, call.Input.Object("Code")!);
        var configuration = new JsonObject
        {
            ["FunctionName"] = name,
            ["FunctionArn"] = FunctionNames.Arn(call.Scope, name),
            ["Description"] = "",
            ["Timeout"] = 3,
            ["MemorySize"] = 128,
            ["Version"] = "$LATEST",
            ["PackageType"] = "Zip",
            ["Architectures"] = call.Input["Architectures"].Copy() ?? new JsonArray("x86_64"),
            ["TracingConfig"] = new JsonObject { ["Mode"] = "PassThrough" },
            ["EphemeralStorage"] = new JsonObject { ["Size"] = 512 },
            ["SnapStart"] = new JsonObject { ["ApplyOn"] = "None", ["OptimizationStatus"] = "Off" },
            ["LoggingConfig"] = new JsonObject { ["LogFormat"] = "Text", ["LogGroup"] = $"/aws/lambda/{name}" },
            ["State"] = "Active",
            ["LastUpdateStatus"] = "Successful",
        };
        Apply(configuration, call.Input);
        Code(configuration, sha, size);
        Touch(configuration);
        var document = new JsonObject { ["configuration"] = configuration, ["tags"] = call.Input.Object("Tags").Copy() ?? [], ["policy"] = new JsonArray() };
        return store.Functions.TryAdd(call.Scope, name, document) ? configuration.Copy()! : throw Exists(name);
    }

    private JsonObject Get(OperationCall call)
    {
        var document = Document(call);
        var answer = new JsonObject
        {
            ["Configuration"] = document.Object("configuration").Copy(),
            ["Code"] = new JsonObject { ["RepositoryType"] = "S3" },
        };
        if (document.Object("tags") is { Count: > 0 } tags)
            answer["Tags"] = tags.Copy();
        return answer;
    }

    private JsonObject List(OperationCall call)
    {
        var (page, next) = Paging.Take(
            [.. store.Functions.List(call.Scope).OrderBy(d => d.Key, StringComparer.Ordinal)], d => d.Key, call.Input.Text("Marker"),
            Math.Min(call.Input.Whole("MaxItems") ?? 50, 50), () => FunctionNames.Invalid("Invalid marker"));
        return new JsonObject { ["Functions"] = page.Select(d => d.Value.Object("configuration")!.Copy()!).ToJson(), ["NextMarker"] = next };
    }

    private async Task<OperationAnswer> UpdateCodeAsync(OperationCall call)
    {
        var name = FunctionNames.Of(call);
        FunctionSettings.Check(call.Input);
        CheckRevision(call, Document(call));
        var (sha, size) = await codes.TakeAsync(call, call.Input);
        if (call.Input.Flag("DryRun") == true)
        {
            var preview = Document(call).Object("configuration").Copy()!;
            Code(preview, sha, size);
            return preview;
        }
        return Change(call, name, configuration =>
        {
            Code(configuration, sha, size);
            if (call.Input["Architectures"] is { } architectures)
                configuration["Architectures"] = architectures.DeepClone();
        });
    }

    private async Task<OperationAnswer> UpdateConfigurationAsync(OperationCall call)
    {
        var name = FunctionNames.Of(call);
        FunctionSettings.Check(call.Input);
        CheckRevision(call, Document(call));
        if (call.Input.Text("Role") is { } role)
            await CheckRoleAsync(call, role);
        return Change(call, name, configuration => Apply(configuration, call.Input));
    }

    private JsonObject Delete(OperationCall call)
    {
        var name = FunctionNames.Of(call);
        return store.Functions.Remove(call.Scope, name) ? [] : throw FunctionNames.NotFound(FunctionNames.Arn(call.Scope, name));
    }

    private JsonObject Document(OperationCall call)
    {
        var name = FunctionNames.Of(call);
        return store.Functions.Find(call.Scope, name) ?? throw FunctionNames.NotFound(FunctionNames.Arn(call.Scope, name));
    }

    private JsonObject Change(OperationCall call, string name, Action<JsonObject> change)
    {
        var changed = store.Functions.Update(call.Scope, name, document =>
        {
            CheckRevision(call, document);
            change(document.Object("configuration")!);
            Touch(document.Object("configuration")!);
        });
        return changed?.Object("configuration").Copy() ?? throw FunctionNames.NotFound(FunctionNames.Arn(call.Scope, name));
    }

    private static void CheckRevision(OperationCall call, JsonObject document)
    {
        if (call.Input.Text("RevisionId") is { } wanted && wanted != document.Object("configuration")!.Text("RevisionId"))
            throw new AwsException("PreconditionFailedException",
                "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id", 412) { Members = { ["Type"] = "User" } };
    }

    private async Task CheckRoleAsync(OperationCall call, string role)
    {
        try
        {
            await credentials.AssumeAsync(call.Scope, role, "check", call.Cancelled);
        }
        catch (AwsException)
        {
            throw FunctionNames.Invalid("The role defined for the function cannot be assumed by Lambda.");
        }
    }

    private static void Apply(JsonObject configuration, JsonObject input)
    {
        foreach (var name in Settings)
        {
            if (input[name] is not { } value)
                continue;
            if (value is JsonObject members && configuration[name] is JsonObject known)
                foreach (var (member, inner) in members)
                    known[member] = inner.Copy();
            else
                configuration[name] = value.DeepClone();
        }
    }

    private static void Code(JsonObject configuration, string sha, long size)
    {
        configuration["CodeSha256"] = sha;
        configuration["CodeSize"] = size;
    }

    private void Touch(JsonObject configuration)
    {
        configuration["RevisionId"] = Guid.NewGuid().ToString();
        configuration["LastModified"] = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fff+0000");
    }

    private static AwsException Exists(string name) =>
        new("ResourceConflictException", $"Function already exist: {name}", 409) { Members = { ["Type"] = "User" } };
}
