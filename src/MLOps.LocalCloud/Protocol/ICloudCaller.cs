using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Protocol;

/// <summary>
/// Calls an operation from inside the local cloud (a stack that creates an endpoint, a pipeline that invokes a function),
/// with the same validation as a call over HTTP.
/// </summary>
public interface ICloudCaller
{
    /// <summary>Validates the input against the API description and carries the operation out.</summary>
    /// <exception cref="AwsException">What the operation refuses.</exception>
    Task<OperationAnswer> CallAsync(OperationCall call);

    /// <inheritdoc cref="CallAsync(OperationCall)"/>
    async Task<JsonObject> CallAsync(Scope scope, string service, string operation, JsonObject input, CancellationToken cancelled = default) =>
        (await CallAsync(new OperationCall(service, operation, scope, input) { Cancelled = cancelled, Principal = scope.GlobalArn("iam", "root") })).Output;
}
