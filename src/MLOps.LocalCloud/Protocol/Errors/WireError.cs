using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Errors;

/// <summary>An error as the wire has it, resolved against the API description.</summary>
/// <param name="Type">The name of the error's shape.</param>
/// <param name="Code">The code by which clients tell errors apart; differs from the type where the description gives one.</param>
internal sealed record WireError(
    ApiService? Service, string Type, string Code, string Message, int Status, JsonObject Members, ApiShape? Shape, string RequestId)
{
    /// <summary>Whose fault it is, in the words of the query protocol.</summary>
    public string Fault => Status < 500 ? "Sender" : "Receiver";

    public static WireError From(AwsException e, ApiService? service, string requestId)
    {
        var shape = service?.Errors.GetValueOrDefault(e.Code);
        var status = e.Status != 400 ? e.Status : shape?.ErrorStatus ?? 400;
        return new WireError(service, shape?.Name ?? e.Code, e.QueryCode ?? shape?.ErrorCode ?? e.Code, e.Message, status, e.Members, shape, requestId);
    }
}
