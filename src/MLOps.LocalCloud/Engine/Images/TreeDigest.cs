using System.Formats.Tar;
using System.Security.Cryptography;

namespace MLOps.LocalCloud.Engine.Images;

/// <summary>
/// The digest of a folder as an image's layer: SHA-256 over a tar of it with sorted names, no owners and no times, so that
/// equal content has an equal digest wherever and whenever it is built.
/// </summary>
internal static class TreeDigest
{
    /// <summary>The digest (<c>sha256:…</c>) and the tar's size in bytes.</summary>
    public static (string Digest, long Size) Of(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sink = new HashingStream(hash);
        using (var tar = new TarWriter(sink, TarEntryFormat.Gnu, leaveOpen: true))
            Add(tar, new DirectoryInfo(folder), "");
        return ("sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset()), sink.Position);
    }

    private static void Add(TarWriter tar, DirectoryInfo folder, string prefix)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            var name = prefix + entry.Name;
            if (entry.LinkTarget is { } target)
                Write(tar, new GnuTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target });
            else if (entry is DirectoryInfo child)
            {
                Write(tar, new GnuTarEntry(TarEntryType.Directory, name + "/") { Mode = entry.UnixFileMode });
                Add(tar, child, name + "/");
            }
            else
            {
                using var content = ((FileInfo)entry).OpenRead();
                Write(tar, new GnuTarEntry(TarEntryType.RegularFile, name) { Mode = entry.UnixFileMode, DataStream = content });
            }
        }
    }

    private static void Write(TarWriter tar, GnuTarEntry entry)
    {
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        tar.WriteEntry(entry);
    }

    private sealed class HashingStream(IncrementalHash hash) : Stream
    {
        private long written;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => written;
        public override long Position { get => written; set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            hash.AppendData(buffer);
            written += buffer.Length;
        }

        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
