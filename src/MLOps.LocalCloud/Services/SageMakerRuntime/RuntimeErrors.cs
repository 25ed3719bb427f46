using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.SageMakerRuntime;

/// <summary>The runtime's errors in AWS's words.</summary>
internal static class RuntimeErrors
{
    private const int LongestMessage = 1024;

    public static AwsException Validation(string message) => new("ValidationError", message);

    public static AwsException NotFound(Scope scope, string endpoint) => Validation($"Endpoint {endpoint} of account {scope.Account} not found.");

    public static AwsException NotInService(Scope scope, string endpoint, string? status) =>
        Validation($"Endpoint {endpoint} of account {scope.Account} is not in service: its status is {status}.");

    public static AwsException NoSession(string endpoint, string session) => Validation(
        $"Session {session} of endpoint {endpoint} is not held by any instance: it has expired, was closed, or its instance is gone. Begin another one with SessionId NEW_SESSION.");

    public static AwsException HolderUnwell(string session) => new(
        "ServiceUnavailable", $"The instance that holds session {session} is not healthy. It is started again, without what it held; begin another session with SessionId NEW_SESSION.", 503);

    public static AwsException Unavailable(string endpoint, string variant) => new(
        "ServiceUnavailable", $"No instance of the production variant {variant} of endpoint {endpoint} is healthy. It is started again; please try again later.", 503);

    public static AwsException NotReady(string endpoint, string variant) => new(
        "ModelNotReadyException", $"The model of production variant {variant} of endpoint {endpoint} is still loading. Please try again later.", 429);

    /// <summary>What the model answered in place of a prediction; status 0 where it did not answer.</summary>
    public static AwsException Model(Scope scope, string endpoint, int status, string message)
    {
        var said = Encoding.UTF8.GetByteCount(message) > LongestMessage && message.Length > LongestMessage ? message[..LongestMessage] : message;
        var side = status is >= 400 and < 500 ? "client" : "server";
        var group = $"/aws/sagemaker/Endpoints/{endpoint}";
        return new AwsException("ModelError",
            $"Received {side} error ({status}) from primary with message \"{said}\". See https://{scope.Region}.console.aws.amazon.com/cloudwatch/home?region={scope.Region}" +
            $"#logEventViewer:group={group} in account {scope.Account} for more information.", 424)
        {
            Members = new JsonObject
            {
                ["OriginalStatusCode"] = status,
                ["OriginalMessage"] = said,
                ["LogStreamArn"] = scope.Arn("logs", $"log-group:{group}"),
            },
        };
    }
}
