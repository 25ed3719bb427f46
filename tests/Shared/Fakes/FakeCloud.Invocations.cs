using System.Text;
using MLOps.Cloud.Endpoints;

namespace MLOps.Tests.Fakes;

public sealed partial class FakeCloud : IStreamingInvoker, IAsyncInvoker, IInputSignatures
{
    /// <summary>The pieces of an answer that streams; the whole answer is <see cref="Model"/>'s.</summary>
    public List<string> Pieces { get; } = [];

    /// <summary>When set, a streaming answer waits for it after its pieces.</summary>
    public TaskCompletionSource? StreamGate { get; set; }

    /// <summary>What is found in S3 after an asynchronous request.</summary>
    public Func<AsyncInvocation, AsyncOutcome?>? AsyncAnswer { get; set; }

    public Dictionary<string, InputSignature> Signatures { get; } = [];

    async Task<InvocationResult> IStreamingInvoker.StreamAsync(string connection, InvocationRequest request, Action<StreamPiece> piece, CancellationToken cancelled)
    {
        asked.Enqueue(request);
        var whole = Answer(Model, $"endpoint {request.Endpoint}")(request);
        foreach (var text in Pieces)
            piece(new StreamPiece(Encoding.UTF8.GetBytes(text), TimeSpan.FromMilliseconds(5)));
        if (StreamGate is { } gate)
            await gate.Task.WaitAsync(cancelled);
        return whole with { Pieces = Pieces.Count, FirstPieceAfter = TimeSpan.FromMilliseconds(5) };
    }

    Task<AsyncInvocation> IAsyncInvoker.StartAsync(string connection, InvocationRequest request, CancellationToken cancelled)
    {
        asked.Enqueue(request);
        return Told($"async {request.Endpoint}", new AsyncInvocation(request.Endpoint, "inf-1", "s3://data/in/1", "s3://data/out/inf-1.out", "s3://data/failed/inf-1-error.out"));
    }

    Task<AsyncOutcome?> IAsyncInvoker.LookAsync(string connection, AsyncInvocation invocation, CancellationToken cancelled) => Task.FromResult(AsyncAnswer?.Invoke(invocation));

    Task<InputSignature?> IInputSignatures.ReadAsync(string connection, string model, CancellationToken cancelled) => Task.FromResult(Signatures.GetValueOrDefault(model));
}
