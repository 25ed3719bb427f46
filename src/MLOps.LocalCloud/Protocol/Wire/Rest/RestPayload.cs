using System.Text;

namespace MLOps.LocalCloud.Protocol.Wire.Rest;

/// <summary>Sends payloads that are bytes, text or events.</summary>
internal static class RestPayload
{
    /// <summary>Copies a stream to the caller and disposes it.</summary>
    public static async Task SendAsync(HttpContext http, int status, Stream body)
    {
        await using var owned = body;
        var response = http.Response;
        response.StatusCode = status;
        if (!response.Headers.ContainsKey("Content-Type"))
            response.ContentType = "application/octet-stream";
        if (response.ContentLength is null && body.CanSeek)
            response.ContentLength = body.Length - body.Position;
        if (HttpMethods.IsHead(http.Request.Method))
            return;
        await body.CopyToAsync(response.Body, 81920, http.RequestAborted);
    }

    public static async Task SendTextAsync(HttpContext http, int status, string text)
    {
        using var buffer = new PooledBuffer();
        var bytes = Encoding.UTF8.GetBytes(text, buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        buffer.Advance(bytes);
        await buffer.SendAsync(http, status, "application/json");
    }

    /// <summary>Sends events as they come; an <see cref="AwsException"/> of the source is the last event.</summary>
    public static async Task SendEventsAsync(WireRequest request, int status, IAsyncEnumerable<StreamEvent> events)
    {
        var response = request.Http.Response;
        response.StatusCode = status;
        response.ContentType = EventStream.EventStreamEncoder.ContentType;
        var payload = request.Operation.Output!.Payload!.Shape;
        try
        {
            await foreach (var e in events.WithCancellation(request.Http.RequestAborted))
                await SendAsync(response, EventStream.EventStreamEncoder.Event(e.Type, e.Payload.Span), request.Http.RequestAborted);
        }
        catch (AwsException e)
        {
            await SendAsync(response, EventStream.EventStreamEncoder.Exception(payload, e), request.Http.RequestAborted);
        }
    }

    private static async Task SendAsync(HttpResponse response, byte[] message, CancellationToken cancelled)
    {
        await response.Body.WriteAsync(message, cancelled);
        await response.Body.FlushAsync(cancelled);
    }
}
