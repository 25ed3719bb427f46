using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Lambda;

/// <summary>What a function's configuration may say here.</summary>
internal static class FunctionSettings
{
    private static readonly string[] NotOffered =
        ["Layers", "FileSystemConfigs", "ImageConfig", "DeadLetterConfig", "CodeSigningConfigArn", "CapacityProviderConfig", "DurableConfig", "TenancyConfig"];

    /// <summary>Names that Lambda itself sets.</summary>
    private static readonly string[] Reserved =
    [
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
    ];

    /// <summary>Refuses what the local cloud would have to ignore, and values that Lambda refuses.</summary>
    public static void Check(JsonObject input)
    {
        foreach (var name in NotOffered)
            if (input[name] is JsonArray { Count: > 0 } or JsonObject { Count: > 0 } or JsonValue)
                throw FunctionNames.Invalid($"{name} is not supported by the local cloud");
        if (input.Text("PackageType") == "Image")
            throw FunctionNames.Invalid("PackageType Image is not supported by the local cloud");
        if (input.Object("SnapStart")?.Text("ApplyOn") == "PublishedVersions" || input.Flag("Publish") == true)
            throw FunctionNames.Invalid("Published versions are not supported by the local cloud; a function has its $LATEST");
        if (input.Object("LoggingConfig")?.Text("LogFormat") == "JSON")
            throw FunctionNames.Invalid("LogFormat JSON is not supported by the local cloud");
        if (input.Text("Runtime") is { } runtime && !runtime.StartsWith("python3.", StringComparison.Ordinal))
            throw FunctionNames.Invalid($"The runtime parameter of {runtime} is not supported by the local cloud: it runs python3 runtimes, on this machine's own Python");
        if (input.Whole("Timeout") > 900)
            throw FunctionNames.Invalid("1 validation error detected: Value at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900");
        Environment(input.Object("Environment")?.Object("Variables") ?? []);
    }

    private static void Environment(JsonObject variables)
    {
        var reserved = variables.Select(v => v.Key).Intersect(Reserved).ToList();
        if (reserved.Count > 0)
            throw FunctionNames.Invalid("Lambda was unable to configure your environment variables because the environment variables you have provided contains "
                + $"reserved keys that are currently not supported for modification. Reserved keys used in this request: {string.Join(", ", reserved)}");
        if (Encoding.UTF8.GetByteCount(variables.ToJsonString()) > 4096)
            throw FunctionNames.Invalid("Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.");
    }
}
