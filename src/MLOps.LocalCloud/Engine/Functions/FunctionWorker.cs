using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Functions;

/// <summary>One warm process that runs one function's handler, an invocation at a time.</summary>
internal sealed class FunctionWorker : IAsyncDisposable
{
    /// <summary>An answer is at most 6 MiB of JSON; escaped it may be longer.</summary>
    private const int LongestLine = 32 * 1024 * 1024;
    private const int LargestPayload = 6_291_556;

    /// <summary>Loading a handler's module: seconds where many processes start at once on few cores.</summary>
    private static readonly TimeSpan InitTimeout = TimeSpan.FromSeconds(60);

    private readonly FunctionDefinition function;
    private readonly FunctionLog log;
    private readonly TimeProvider time;
    private readonly string mark = $"\u001e{Guid.NewGuid():n}:";
    private readonly TaskCompletionSource<JsonObject> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IRunningProcess process;
    private readonly long started;
    private TaskCompletionSource<JsonObject>? answer;
    private bool isCold = true;

    public FunctionWorker(
        FunctionDefinition function, FunctionLog log, IProcessLauncher launcher, TimeProvider time,
        string python, string bootstrap, IReadOnlyDictionary<string, string> environment)
    {
        (this.function, this.log, this.time) = (function, log, time);
        started = time.GetTimestamp();
        Born = time.GetUtcNow();
        var all = new Dictionary<string, string>(environment) { ["LOCALCLOUD_MARK"] = mark };
        process = launcher.Start(new ProcessSpec($"function/{function.Name}", python, ["-u", bootstrap], function.CodeFolder, all)
        {
            KeepInput = true,
            MaxLineBytes = LongestLine,
            OnLine = Take,
        });
    }

    /// <summary>The revision that this process runs.</summary>
    public string Revision => function.Revision;

    public DateTimeOffset Born { get; }

    /// <summary>When it last had something to do.</summary>
    public DateTimeOffset LastUsed { get; private set; }

    /// <summary>Whether it can take another invocation.</summary>
    public bool IsUsable { get; private set; } = true;

    public async Task<FunctionResult> InvokeAsync(JsonNode? input, string requestId)
    {
        var initialized = await StartedAsync(requestId);
        if (initialized is not null)
            return initialized;
        var cold = isCold ? time.GetElapsedTime(started) : (TimeSpan?)null;
        isCold = false;
        log.Write($"START RequestId: {requestId} Version: $LATEST");
        var began = time.GetTimestamp();
        var (payload, isError, memory) = await RunAsync(input, requestId);
        var duration = time.GetElapsedTime(began);
        log.Write($"END RequestId: {requestId}");
        log.Write($"REPORT RequestId: {requestId}\tDuration: {duration.TotalMilliseconds:F2} ms\tBilled Duration: {Math.Ceiling(duration.TotalMilliseconds):F0} ms\t"
            + $"Memory Size: {function.MemorySize} MB\tMax Memory Used: {memory} MB{(cold is { } init ? $"\tInit Duration: {init.TotalMilliseconds:F2} ms" : "")}");
        LastUsed = time.GetUtcNow();
        return new FunctionResult(payload, isError, log.TakeTail());
    }

    public async ValueTask DisposeAsync()
    {
        IsUsable = false;
        await process.DisposeAsync();
    }

    /// <summary>Waits until the module is loaded; an error where the process ends before.</summary>
    private async Task<FunctionResult?> StartedAsync(string requestId)
    {
        try
        {
            if (await Task.WhenAny(ready.Task, process.Exited).WaitAsync(InitTimeout, time) == ready.Task)
            {
                if (isCold)
                    log.Write($"INIT_START Runtime Version: {function.Configuration.Text("Runtime")} is asked for; this machine's Python {(await ready.Task).Text("version")} runs it");
                return null;
            }
        }
        catch (TimeoutException)
        {
            await DisposeAsync();
            return new FunctionResult(Error("Sandbox.Timedout", $"RequestId: {requestId} Error: loading the function took more than {InitTimeout.TotalSeconds:F2} seconds", requestId), true, log.TakeTail());
        }
        return new FunctionResult(await ExitErrorAsync(requestId), true, log.TakeTail());
    }

    private async Task<(string Payload, bool IsError, int Memory)> RunAsync(JsonNode? input, string requestId)
    {
        answer = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = new JsonObject
        {
            ["id"] = requestId,
            ["event"] = input.Copy(),
            ["arn"] = function.Arn,
            ["milliseconds"] = function.Timeout.TotalMilliseconds,
            ["trace"] = $"Root=1-{time.GetUtcNow().ToUnixTimeSeconds():x8}-{Guid.NewGuid().ToString("n")[..24]};Parent={Guid.NewGuid().ToString("n")[..16]};Sampled=0",
        };
        try
        {
            await process.Input.WriteAsync(request.ToJsonString() + "\n");
            await process.Input.FlushAsync();
            if (await Task.WhenAny(answer.Task, process.Exited).WaitAsync(function.Timeout, time) != answer.Task)
                return (await ExitErrorAsync(requestId), true, 0);
        }
        catch (TimeoutException)
        {
            await DisposeAsync();
            var message = $"RequestId: {requestId} Error: Task timed out after {function.Timeout.TotalSeconds:F2} seconds";
            log.Write($"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {requestId} Task timed out after {function.Timeout.TotalSeconds:F2} seconds");
            return (Error("Sandbox.Timedout", message, null), true, 0);
        }
        catch (IOException)
        {
            // It ended between two invocations; its pipe is closed.
            return (await ExitErrorAsync(requestId), true, 0);
        }
        return Read(await answer.Task, requestId);
    }

    private (string Payload, bool IsError, int Memory) Read(JsonObject done, string requestId)
    {
        var memory = done.Whole("memory") ?? 0;
        if (done.Object("error") is { } error)
        {
            var trace = string.Concat(error.Texts("stackTrace"));
            log.Write($"[ERROR] {error.Text("errorType")}: {error.Text("errorMessage")}{(trace == "" ? "" : "\nTraceback (most recent call last):\n" + trace)}".TrimEnd());
            return (error.ToJsonString(), true, memory);
        }
        var payload = done.Text("answer")!;
        return System.Text.Encoding.UTF8.GetByteCount(payload) <= LargestPayload
            ? (payload, false, memory)
            : (Error("Function.ResponseSizeTooLarge", $"Response payload size exceeded maximum allowed payload size ({LargestPayload} bytes).", requestId), true, memory);
    }

    private async Task<string> ExitErrorAsync(string requestId)
    {
        IsUsable = false;
        var code = await process.Exited;
        log.Write($"RequestId: {requestId} Error: Runtime exited with error: exit status {code}");
        return Error("Runtime.ExitError", $"RequestId: {requestId} Error: Runtime exited with error: exit status {code}", null);
    }

    private static string Error(string type, string message, string? requestId)
    {
        var error = new JsonObject { ["errorType"] = type, ["errorMessage"] = message };
        if (requestId is not null)
            error["requestId"] = requestId;
        return error.ToJsonString();
    }

    private void Take(string line)
    {
        var at = line.IndexOf(mark, StringComparison.Ordinal);
        if (at < 0)
        {
            log.Write(line);
            return;
        }
        // What the handler printed without ending its line stands before the mark.
        if (at > 0)
            log.Write(line[..at]);
        JsonObject frame;
        try
        {
            frame = (JsonObject)JsonNode.Parse(line.AsSpan(at + mark.Length).ToString())!;
        }
        catch (JsonException)
        {
            // A subprocess of the handler wrote into the middle of the line.
            log.Write(line);
            return;
        }
        switch (frame.Text("kind"))
        {
            case "log":
                log.Write(frame.Text("text")!);
                break;
            case "ready":
                ready.TrySetResult(frame);
                break;
            case "done":
                answer?.TrySetResult(frame);
                break;
        }
    }
}
