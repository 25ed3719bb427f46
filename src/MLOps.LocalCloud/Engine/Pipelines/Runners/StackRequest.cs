using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Archives;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Pipelines.Runners;

/// <summary>The CreateStack or UpdateStack request of a CloudFormation action, from its configuration and artifacts.</summary>
internal static class StackRequest
{
    public static async Task<JsonObject> ReadAsync(ActionContext context, string stack, CancellationToken cancelled)
    {
        var request = new JsonObject
        {
            ["StackName"] = stack,
            ["TemplateBody"] = await FileAsync(context, context.Required("TemplatePath"), cancelled),
        };
        var parameters = new Dictionary<string, string>();
        if (context.Configuration.GetValueOrDefault("TemplateConfiguration") is { Length: > 0 } path)
        {
            var configuration = Parse(await FileAsync(context, path, cancelled), path);
            foreach (var (name, value) in configuration.Object("Parameters") ?? [])
                parameters[name] = Scalar(value, path, name);
            if (configuration.Object("Tags") is { } tags)
                request["Tags"] = new JsonArray([.. tags.Select(t => (JsonNode)new JsonObject { ["Key"] = t.Key, ["Value"] = Scalar(t.Value, path, t.Key) })]);
            if (configuration["StackPolicy"] is not null)
                throw new ActionFailedException("ConfigurationError", $"{path}: the local cloud offers no StackPolicy");
        }
        if (context.Configuration.GetValueOrDefault("ParameterOverrides") is { Length: > 0 } overrides)
            foreach (var (name, value) in Parse(overrides, "ParameterOverrides"))
                parameters[name] = await OverrideAsync(context, name, value, cancelled);
        request["Parameters"] = new JsonArray([.. parameters.Select(p => (JsonNode)new JsonObject { ["ParameterKey"] = p.Key, ["ParameterValue"] = p.Value })]);
        if (context.Configuration.GetValueOrDefault("Capabilities") is { Length: > 0 } capabilities)
            request["Capabilities"] = new JsonArray([.. capabilities.Split(',', StringSplitOptions.TrimEntries).Select(c => (JsonNode)c)]);
        if (context.Configuration.GetValueOrDefault("RoleArn") is { Length: > 0 } role)
            request["RoleARN"] = role;
        return request;
    }

    /// <summary>A value, <c>{"Fn::GetArtifactAtt": [artifact, attribute]}</c> or <c>{"Fn::GetParam": [artifact, file, key]}</c>.</summary>
    private static async Task<string> OverrideAsync(ActionContext context, string name, JsonNode? value, CancellationToken cancelled)
    {
        if (value is not JsonObject function)
            return Scalar(value, "ParameterOverrides", name);
        if (function["Fn::GetArtifactAtt"] is JsonArray { Count: 2 } attribute)
        {
            var artifact = Input(context, attribute[0]!.GetValue<string>());
            return attribute[1]!.GetValue<string>() switch
            {
                "BucketName" => artifact.Bucket,
                "ObjectKey" => artifact.Key,
                "URL" => $"https://{artifact.Bucket}.s3.amazonaws.com/{artifact.Key}",
                var other => throw new ActionFailedException("ConfigurationError", $"ParameterOverrides: {name} asks for the attribute {other}; there are BucketName, ObjectKey and URL"),
            };
        }
        if (function["Fn::GetParam"] is JsonArray { Count: 3 } parameter)
        {
            var path = $"{parameter[0]!.GetValue<string>()}::{parameter[1]!.GetValue<string>()}";
            return Scalar(Parse(await FileAsync(context, path, cancelled), path)[parameter[2]!.GetValue<string>()], path, name);
        }
        throw new ActionFailedException("ConfigurationError", $"ParameterOverrides: {name} is neither a value nor Fn::GetArtifactAtt nor Fn::GetParam");
    }

    /// <summary>The text of <c>Artifact::path</c>.</summary>
    private static async Task<string> FileAsync(ActionContext context, string path, CancellationToken cancelled)
    {
        var parts = path.Split("::", 2);
        if (parts.Length < 2)
            throw new ActionFailedException("ConfigurationError", $"'{path}' must have the form Artifact::file");
        var artifact = Input(context, parts[0]);
        var answer = await context.Cloud.CallAsync(new OperationCall("s3", "GetObject", context.Scope, new JsonObject { ["Bucket"] = artifact.Bucket, ["Key"] = artifact.Key })
        { Principal = context.Pipeline.RoleArn, Cancelled = cancelled });
        using var zip = new MemoryStream();
        await using (var body = answer.Body!)
            await body.CopyToAsync(zip, cancelled);
        zip.Position = 0;
        try
        {
            return SafeZip.ReadText(zip, parts[1]) ?? throw new ActionFailedException("ConfigurationError", $"The artifact {parts[0]} has no file {parts[1]}");
        }
        catch (UnsafeArchiveException e)
        {
            throw new ActionFailedException("ConfigurationError", $"The artifact {parts[0]} cannot be read: {e.Message}");
        }
    }

    private static Records.ArtifactRecord Input(ActionContext context, string name) => context.Inputs.FirstOrDefault(i => i.Name == name)
        ?? throw new ActionFailedException("ConfigurationError", $"{name} is no input artifact of action {context.Action.Name}");

    private static JsonObject Parse(string text, string where)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new ActionFailedException("ConfigurationError", $"{where} must be a JSON object");
        }
        catch (JsonException e)
        {
            throw new ActionFailedException("ConfigurationError", $"{where} is not JSON: {e.Message}");
        }
    }

    private static string Scalar(JsonNode? value, string where, string name) => value switch
    {
        JsonValue v when v.TryGetValue(out string? text) => text,
        JsonValue v => v.ToJsonString(),
        JsonArray list => string.Join(',', list.Select(i => Scalar(i, where, name))),
        _ => throw new ActionFailedException("ConfigurationError", $"{where}: {name} must be a text, a number, a flag or a list of these"),
    };
}
