using Microsoft.Win32.SafeHandles;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>Reads stretches of open files in a row.</summary>
internal sealed class BlobStream(IReadOnlyList<(SafeFileHandle File, long Offset, long Length)> stretches) : Stream
{
    private int current;
    private long done;
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length { get; } = stretches.Sum(s => s.Length);

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (current < stretches.Count)
        {
            var (file, offset, length) = stretches[current];
            if (done < length)
            {
                var read = RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, length - done)], offset + done);
                if (read == 0 && buffer.Length > 0)
                    throw new EndOfStreamException("A stored object is shorter than its index says.");
                done += read;
                position += read;
                return read;
            }
            (current, done) = (current + 1, 0);
        }
        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // A read of a local file is quicker than the detour over the thread pool.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var (file, _, _) in stretches)
                file.Dispose();
        base.Dispose(disposing);
    }
}
