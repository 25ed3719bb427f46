using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MLOps.LocalCloud.Protocol.Wire;

/// <summary>
/// Bytes in rented memory. An answer is written here first: the status line waits until the whole body is known to be
/// well-formed, and the answer carries its Content-Length.
/// </summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private byte[] rented = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int written;

    public ReadOnlyMemory<byte> Written => rented.AsMemory(0, written);

    public Utf8JsonWriter JsonWriter() => new(this, Json);

    public void Advance(int count) => written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return rented.AsMemory(written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return rented.AsSpan(written);
    }

    /// <summary>Sends the status, the content type and what was written.</summary>
    public async Task SendAsync(HttpContext http, int status, string? contentType)
    {
        http.Response.StatusCode = status;
        if (contentType is not null && !http.Response.Headers.ContainsKey("Content-Type"))
            http.Response.ContentType = contentType;
        if (status is 204 or 304)
            return;
        // The answer to HEAD says how long the body would be; an output member may have done so already.
        var isHead = HttpMethods.IsHead(http.Request.Method);
        if (!isHead || http.Response.ContentLength is null)
            http.Response.ContentLength = written;
        if (written > 0 && !isHead)
            await http.Response.BodyWriter.WriteAsync(Written, http.RequestAborted);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(rented);
        rented = [];
    }

    private void Reserve(int sizeHint)
    {
        var need = Math.Max(sizeHint, 256);
        if (rented.Length - written >= need)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(rented.Length * 2, written + need));
        rented.AsSpan(0, written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(rented);
        rented = larger;
    }
}
