using System.Buffers;
using Microsoft.Win32.SafeHandles;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>A file of content: a piece of an object.</summary>
internal sealed record Blob(string Id, long Size);

/// <summary>A piece of content that was just stored, and what was reckoned of it on the way.</summary>
internal sealed record StoredBlob(Blob Blob, byte[] Md5, IReadOnlyDictionary<string, byte[]> Checksums)
{
    public string ETag => Convert.ToHexStringLower(Md5);
}

/// <summary>
/// The content of objects as files with random names, never names that a caller chose. A file only counts once a row of the
/// index names it; what an abrupt end left unnamed is swept at the next start.
/// </summary>
internal sealed class Blobs(StateFolder folder)
{
    private const int BufferSize = 128 * 1024;
    private readonly string incoming = folder.Folder("s3", "incoming");
    private readonly string kept = folder.Folder("s3", "blobs");

    /// <summary>Stores a stream to its end.</summary>
    public async Task<StoredBlob> StoreAsync(Stream content, IEnumerable<string> algorithms, CancellationToken cancelled)
    {
        var id = Guid.NewGuid().ToString("n");
        var temporary = Path.Combine(incoming, id);
        var checksums = algorithms.Distinct().ToDictionary(a => a, Checksum.Start);
        using var md5 = Checksum.Start("MD5");
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long size = 0;
            using (var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                int read;
                while ((read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancelled)) > 0)
                {
                    var data = buffer.AsSpan(0, read);
                    md5.Append(data);
                    foreach (var checksum in checksums.Values)
                        checksum.Append(data);
                    RandomAccess.Write(file, data, size);
                    size += read;
                }
            }
            var path = PathOf(id);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(temporary, path);
            return new StoredBlob(new Blob(id, size), md5.Finish(), checksums.ToDictionary(c => c.Key, c => c.Value.Finish()));
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            foreach (var checksum in checksums.Values)
                checksum.Dispose();
        }
    }

    /// <summary>The bytes from an offset over pieces in a row. The files are open when this returns, so that removing them harms no reader.</summary>
    /// <exception cref="FileNotFoundException">The object was replaced meanwhile: look it up again.</exception>
    public Stream Open(IReadOnlyList<Blob> pieces, long offset, long length)
    {
        var opened = new List<(SafeFileHandle, long, long)>();
        try
        {
            foreach (var piece in pieces)
            {
                var from = Math.Max(0, offset);
                var take = Math.Min(piece.Size - from, length);
                if (take > 0)
                {
                    opened.Add((File.OpenHandle(PathOf(piece.Id), share: FileShare.ReadWrite | FileShare.Delete), from, take));
                    length -= take;
                }
                offset -= piece.Size;
            }
            return new BlobStream(opened);
        }
        catch
        {
            foreach (var (handle, _, _) in opened)
                handle.Dispose();
            throw;
        }
    }

    public void Remove(IEnumerable<Blob> blobs)
    {
        foreach (var blob in blobs)
            File.Delete(PathOf(blob.Id));
    }

    /// <summary>Removes files that no row names and that are older than this run.</summary>
    public int Sweep(Func<IReadOnlySet<string>> named, DateTime before)
    {
        var old = Directory.EnumerateFiles(kept, "*", SearchOption.AllDirectories).Where(f => File.GetLastWriteTimeUtc(f) < before).ToList();
        var keep = named();
        var removed = 0;
        foreach (var file in old.Where(f => !keep.Contains(Path.GetFileName(f)))
            .Concat(Directory.EnumerateFiles(incoming).Where(f => File.GetLastWriteTimeUtc(f) < before)))
        {
            File.Delete(file);
            removed++;
        }
        return removed;
    }

    private string PathOf(string id) => Path.Combine(kept, id[..2], id);
}
