using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Ecr;

/// <summary>Names and refusals that the operations of ECR share.</summary>
internal static class EcrNames
{
    public static string Host(Scope scope) => $"{scope.Account}.dkr.ecr.{scope.Region}.amazonaws.com";

    /// <summary>The repository's name in the call's resourceArn.</summary>
    public static string OfArn(OperationCall call)
    {
        var prefix = call.Scope.Arn("ecr", "repository/");
        var arn = call.Input.Required("resourceArn");
        return arn.StartsWith(prefix, StringComparison.Ordinal) ? arn[prefix.Length..]
            : throw Invalid($"Invalid parameter at 'resourceArn' failed to satisfy constraint: '{arn}' is not a repository of this account and region");
    }

    /// <summary>Refuses a call that names another account's registry.</summary>
    public static void OwnRegistry(OperationCall call)
    {
        if (call.Input.Text("registryId") is { } id && id != call.Scope.Account)
            throw new AwsException("RepositoryNotFoundException", $"The registry with id '{id}' is not the caller's");
    }

    /// <summary>The text, where it is a JSON object.</summary>
    public static string JsonText(string text, string member)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject ? text : throw Invalid($"Invalid parameter at '{member}' failed to satisfy constraint: 'Invalid JSON document provided'");
        }
        catch (JsonException)
        {
            throw Invalid($"Invalid parameter at '{member}' failed to satisfy constraint: 'Invalid JSON document provided'");
        }
    }

    public static AwsException NotFound(Scope scope, string name) =>
        new("RepositoryNotFoundException", $"The repository with name '{name}' does not exist in the registry with id '{scope.Account}'");

    public static AwsException Invalid(string message) => new("InvalidParameterException", message);

    public static AwsException InvalidToken() => Invalid("Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'");
}
