using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Functions;

/// <summary>What a handler answered.</summary>
/// <param name="Payload">JSON: the answer, or the error in Lambda's shape.</param>
/// <param name="IsError">The handler raised, ended its process, or ran out of time (<c>FunctionError: Unhandled</c>).</param>
/// <param name="LogTail">The last 4 KiB of what the invocation logged.</param>
internal sealed record FunctionResult(string Payload, bool IsError, string LogTail)
{
    /// <summary>The error's message, for those who cannot show the whole.</summary>
    public string Message => (JsonNode.Parse(Payload) as JsonObject)?["errorMessage"]?.ToString() ?? Payload;
}
