using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.SageMakerRuntime;

/// <summary>A request that an instance has begun to answer. The instance counts as busy until this is disposed.</summary>
internal sealed class Exchange : IDisposable
{
    private readonly Instance instance;
    private readonly HttpResponseMessage answer;
    private readonly CancellationTokenSource limit;
    private readonly CancellationToken caller;
    private int left;

    public Exchange(Instance instance, HttpResponseMessage answer, CancellationTokenSource limit, CancellationToken caller)
    {
        (this.instance, this.answer, this.limit, this.caller) = (instance, answer, limit, caller);
        // A stream that nobody reads, because its caller has gone, must not keep the instance busy.
        limit.Token.Register(Leave);
    }

    /// <summary>Who answers.</summary>
    public Instance Instance => instance;

    public int Status => (int)answer.StatusCode;

    public bool Succeeded => answer.IsSuccessStatusCode;

    public string? ContentType => answer.Content.Headers.TryGetValues("Content-Type", out var types) ? types.First() : null;

    public string? CustomAttributes => Header("X-Amzn-SageMaker-Custom-Attributes");

    /// <summary>The session that a model with sessions began, with its expiry: <c>ID; Expires=TIME</c>.</summary>
    public string? NewSessionId => Header("X-Amzn-SageMaker-New-Session-Id");

    /// <summary>The session that the model closed.</summary>
    public string? ClosedSessionId => Header("X-Amzn-SageMaker-Closed-Session-Id");

    /// <summary>The whole body.</summary>
    /// <exception cref="ModelSilence">It does not end in time, breaks off, or is too large.</exception>
    public async Task<byte[]> ReadAsync(int most = Invoker.LargestBody)
    {
        using var copy = new MemoryStream((int)Math.Min(answer.Content.Headers.ContentLength ?? 4096, most));
        await foreach (var piece in PiecesAsync())
        {
            if (copy.Length + piece.Length > most)
                throw new ModelSilence($"The model's answer is larger than {most} bytes.");
            copy.Write(piece.Span);
        }
        return copy.ToArray();
    }

    /// <summary>The body as it arrives. A piece is good until the next is asked for.</summary>
    /// <exception cref="ModelSilence">It does not end in time or breaks off.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync()
    {
        var buffer = new byte[Math.Clamp(answer.Content.Headers.ContentLength ?? long.MaxValue, 256, 64 * 1024)];
        await using var stream = await answer.Content.ReadAsStreamAsync(limit.Token);
        while (true)
        {
            int read;
            try
            {
                read = await stream.ReadAsync(buffer, limit.Token);
            }
            catch (OperationCanceledException) when (!caller.IsCancellationRequested)
            {
                throw new ModelSilence(ModelSilence.TooLate);
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                throw new ModelSilence($"The serving process ended before it had answered: {e.Message}");
            }
            if (read == 0)
                yield break;
            yield return buffer.AsMemory(0, read);
        }
    }

    public void Dispose()
    {
        Leave();
        answer.Dispose();
        limit.Dispose();
    }

    private string? Header(string name) => answer.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private void Leave()
    {
        if (Interlocked.Exchange(ref left, 1) == 0)
            instance.Leave();
    }
}

/// <summary>A model gave no whole answer; the message is what the caller is told.</summary>
internal sealed class ModelSilence(string message) : Exception(message)
{
    public const string TooLate =
        "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, " +
        "resolve the issue, and try again.";
}
