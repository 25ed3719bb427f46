using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire.Chunked;

/// <summary>
/// Takes the aws-chunked framing off a body while it is read: chunks with or without signatures (not verified), and
/// trailing headers, which are there once the body has been read to its end.
/// </summary>
internal sealed class AwsChunkedStream(Stream framed, ApiShape input) : Stream
{
    private const int MaxLine = 16 * 1024;
    private readonly PipeReader reader = PipeReader.Create(framed, new StreamPipeReaderOptions(bufferSize: 32 * 1024, leaveOpen: true));
    private readonly Dictionary<string, string> trailers = new(StringComparer.Ordinal);
    private long left;
    private bool begun;
    private bool ended;

    /// <summary>The modelled headers after the last chunk, by member name.</summary>
    public IReadOnlyDictionary<string, string> Trailers => trailers;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Does this request frame its body?</summary>
    public static bool IsFraming(HttpRequest request) =>
        request.Headers["x-amz-content-sha256"].ToString().StartsWith("STREAMING-", StringComparison.Ordinal) ||
        (request.Headers.ContentEncoding.ToString().Contains("aws-chunked", StringComparison.OrdinalIgnoreCase) &&
            request.Headers.ContainsKey("x-amz-decoded-content-length"));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        if (left == 0 && !ended)
            await NextChunkAsync(cancellationToken);
        if (ended)
            return 0;
        var result = await reader.ReadAsync(cancellationToken);
        if (result.Buffer.IsEmpty)
            throw Incomplete();
        var taken = result.Buffer.Slice(0, Math.Min(Math.Min(left, buffer.Length), result.Buffer.Length));
        taken.CopyTo(buffer.Span);
        reader.AdvanceTo(taken.End);
        left -= taken.Length;
        return (int)taken.Length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read the body asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask NextChunkAsync(CancellationToken cancelled)
    {
        if (begun && await LineAsync(cancelled) is not "")
            throw Malformed();
        begun = true;
        var header = await LineAsync(cancelled) ?? throw Incomplete();
        var semicolon = header.IndexOf(';');
        var size = semicolon < 0 ? header : header[..semicolon];
        if (!long.TryParse(size.Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out left) || left < 0)
            throw Malformed();
        if (left > 0)
            return;
        // Some clients end with the last chunk's line, some with trailers, some with an empty line.
        while (await LineAsync(cancelled) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':');
            if (colon <= 0)
                throw Malformed();
            var name = line[..colon].Trim();
            if (input.Members.FirstOrDefault(m => m.Location == MemberLocation.Header && m.WireName.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } member)
                trailers[member.Name] = line[(colon + 1)..].Trim();
        }
        ended = true;
        await reader.CompleteAsync();
    }

    /// <summary>The next line without its end; null where the body is over.</summary>
    private async ValueTask<string?> LineAsync(CancellationToken cancelled)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancelled);
            if (TryLine(result.Buffer, out var line, out var after))
            {
                reader.AdvanceTo(after);
                return line;
            }
            if (result.Buffer.Length > MaxLine)
                throw Malformed();
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
                return result.Buffer.IsEmpty ? null : throw Incomplete();
        }
    }

    private static bool TryLine(ReadOnlySequence<byte> buffer, out string line, out SequencePosition after)
    {
        var search = new SequenceReader<byte>(buffer);
        var found = search.TryReadTo(out ReadOnlySequence<byte> bytes, "\r\n"u8);
        line = found ? Encoding.UTF8.GetString(bytes) : "";
        after = search.Position;
        return found;
    }

    private static AwsException Incomplete() =>
        new("IncompleteBody", "The request body terminated unexpectedly");

    private static AwsException Malformed() =>
        new("InvalidChunkSizeError", "The body is not framed as aws-chunked says.");
}
