namespace MLOps.LocalCloud.Protocol;

/// <summary>
/// An error that a caller sees as AWS sends it: a code, a message and an HTTP status, written in the
/// caller's protocol by the serializer. <see cref="Members"/> holds further modelled members of the
/// error's shape (for example <c>OriginalStatusCode</c> of a <c>ModelError</c>).
/// </summary>
public sealed class AwsException(string code, string message, int status = 400) : Exception(message)
{
    /// <summary>The wire code as the service's API description has it, such as <c>ResourceNotFound</c>.</summary>
    public string Code { get; } = code;

    /// <summary>The HTTP status of the answer.</summary>
    public int Status { get; } = status;

    /// <summary>The code in the older query protocol where it differs and the description does not have it (<c>AWS.SimpleQueueService.NonExistentQueue</c>).</summary>
    public string? QueryCode { get; init; }

    /// <summary>Further members of the error's shape, by name.</summary>
    public System.Text.Json.Nodes.JsonObject Members { get; init; } = [];

    /// <summary>The answer to a well-formed request whose values cannot be accepted.</summary>
    public static AwsException Validation(string message) => new("ValidationException", message);

    /// <summary>The answer to an operation that the local cloud does not offer.</summary>
    public static AwsException NotBuilt(string service, string operation) =>
        new("NotImplemented", $"The local cloud does not offer {service} {operation}.", 501);
}
