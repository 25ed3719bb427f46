using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Lambda;

/// <summary>The ways to name a function: its name, a partial ARN or an ARN, each with or without a qualifier.</summary>
internal static partial class FunctionNames
{
    /// <summary>The plain name in the call's FunctionName.</summary>
    /// <exception cref="AwsException">It names another account's or region's function, or a version other than $LATEST.</exception>
    public static string Of(OperationCall call) => Of(call, call.Input.Required("FunctionName"));

    /// <summary>The plain name in a text that a call holds.</summary>
    /// <exception cref="AwsException">It names another account's or region's function, or a version other than $LATEST.</exception>
    public static string Of(OperationCall call, string text)
    {
        if (Shape().Match(text) is not { Success: true } match)
            throw Invalid($"The function name '{text}' is not valid");
        var name = match.Groups["name"].Value;
        var qualifier = match.Groups["qualifier"] is { Success: true } q ? q.Value : call.Input.Text("Qualifier");
        var foreign = (match.Groups["account"] is { Success: true } a && a.Value != call.Scope.Account)
            || (match.Groups["region"] is { Success: true } r && r.Value != call.Scope.Region);
        if (foreign || qualifier is not (null or "$LATEST"))
            throw NotFound(foreign ? text : $"{Arn(call.Scope, name)}:{qualifier}");
        return name;
    }

    public static string Arn(Scope scope, string name) => scope.Arn("lambda", $"function:{name}");

    public static AwsException NotFound(string arn) =>
        new("ResourceNotFoundException", $"Function not found: {arn}", 404) { Members = { ["Type"] = "User" } };

    public static AwsException Invalid(string message) =>
        new("InvalidParameterValueException", message) { Members = { ["Type"] = "User" } };

    [GeneratedRegex(@"\A(?:arn:[\w-]+:lambda:(?<region>[a-z0-9-]+):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[\w-]{1,64})(?::(?<qualifier>\$LATEST|[\w-]+))?\z")]
    private static partial Regex Shape();
}
