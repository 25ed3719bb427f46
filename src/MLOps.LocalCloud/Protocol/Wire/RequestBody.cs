using System.IO.Compression;

namespace MLOps.LocalCloud.Protocol.Wire;

/// <summary>Reads whole request bodies, within a bound.</summary>
internal static class RequestBody
{
    /// <summary>More than any request that is not a stream may hold (a function's code comes as base64 in JSON).</summary>
    public const int Limit = 128 * 1024 * 1024;

    /// <summary>Reads the body into rented memory, unpacked where it was sent with gzip.</summary>
    /// <exception cref="AwsException">The body is too large or no gzip.</exception>
    public static async Task<PooledBuffer> ReadAsync(HttpContext http)
    {
        var packed = http.Request.Headers.ContentEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (!packed)
            return await ReadAsync(http.Request.Body, http.RequestAborted);
        await using var unpacked = new GZipStream(http.Request.Body, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            return await ReadAsync(unpacked, http.RequestAborted);
        }
        catch (InvalidDataException)
        {
            throw new AwsException("SerializationException", "The request body says Content-Encoding: gzip and is no gzip.");
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    public static async Task<PooledBuffer> ReadAsync(Stream stream, CancellationToken cancelled)
    {
        var buffer = new PooledBuffer();
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer.GetMemory(4096), cancelled)) > 0)
            {
                buffer.Advance(read);
                if (buffer.Written.Length > Limit)
                    throw new AwsException("RequestEntityTooLargeException", $"The request body is larger than {Limit} bytes.", 413);
            }
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }
}
