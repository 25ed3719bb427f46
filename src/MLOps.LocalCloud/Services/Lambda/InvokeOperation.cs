using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Functions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Lambda;

/// <summary>Invoke: waits for the answer, or stores the event, or only checks.</summary>
internal sealed class InvokeOperation(FunctionStore store, FunctionPool pool, FunctionQueue queue) : IOperations
{
    private const int LargestRequest = 6_291_456, LargestEvent = 1_048_576;

    public void Map(OperationMap map) => map.On("lambda", "Invoke", InvokeAsync);

    private async Task<OperationAnswer> InvokeAsync(OperationCall call)
    {
        var name = FunctionNames.Of(call);
        var function = store.Find(call.Scope, name) ?? throw FunctionNames.NotFound(FunctionNames.Arn(call.Scope, name));
        var kind = call.Input.Text("InvocationType") ?? "RequestResponse";
        var payload = await ReadAsync(call, kind == "Event" ? LargestEvent : LargestRequest);
        switch (kind)
        {
            case "DryRun":
                return new OperationAnswer(new JsonObject { ["StatusCode"] = 204 }) { Status = 204 };
            case "Event":
                queue.Enqueue(call.Scope, name, payload, call.RequestId);
                return new OperationAnswer(new JsonObject { ["StatusCode"] = 202 }) { Status = 202 };
            default:
                var result = await RunAsync(function, payload, call);
                var output = new JsonObject { ["StatusCode"] = 200, ["ExecutedVersion"] = "$LATEST" };
                if (result.IsError)
                    output["FunctionError"] = "Unhandled";
                if (call.Input.Text("LogType") == "Tail")
                    output["LogResult"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(result.LogTail));
                return new OperationAnswer(output) { Body = new MemoryStream(Encoding.UTF8.GetBytes(result.Payload)) };
        }
    }

    private async Task<FunctionResult> RunAsync(FunctionDefinition function, JsonNode? payload, OperationCall call)
    {
        try
        {
            // A caller that goes away does not stop the function.
            return await pool.InvokeAsync(function, payload, call.RequestId, waits: false, CancellationToken.None);
        }
        catch (InvalidOperationException e)
        {
            throw new AwsException("ServiceException", e.Message, 500) { Members = { ["Type"] = "Service" } };
        }
    }

    private static async Task<JsonNode?> ReadAsync(OperationCall call, int largest)
    {
        using var memory = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = await call.Body.ReadAsync(buffer, call.Cancelled)) > 0;)
        {
            if (memory.Length + read > largest)
                throw new AwsException("RequestTooLargeException", $"Request must be smaller than {largest} bytes for the InvokeFunction operation", 413) { Members = { ["Type"] = "User" } };
            memory.Write(buffer, 0, read);
        }
        if (memory.Length == 0)
            return new JsonObject();
        try
        {
            return JsonNode.Parse(memory.ToArray());
        }
        catch (JsonException e)
        {
            throw new AwsException("InvalidRequestContentException", $"Could not parse request body into json: {e.Message}") { Members = { ["Type"] = "User" } };
        }
    }
}
