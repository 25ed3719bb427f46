using System.Text;

namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>Cuts a stream into lines of bounded length.</summary>
internal static class LinePump
{
    /// <summary>Reads to the end of the stream and hands over each line without its end; undecodable bytes become U+FFFD.</summary>
    public static async Task RunAsync(Stream stream, int maxLine, Action<string>? onLine)
    {
        var buffer = new byte[16 * 1024];
        var line = new MemoryStream();
        int read;
        while ((read = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            if (onLine is not null)
                Take(buffer.AsSpan(0, read), line, maxLine, onLine);
        }
        if (line.Length > 0)
            Emit(line, onLine!);
    }

    private static void Take(ReadOnlySpan<byte> bytes, MemoryStream line, int maxLine, Action<string> onLine)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            while (line.Length + part.Length > maxLine)
            {
                var fits = (int)(maxLine - line.Length);
                line.Write(part[..fits]);
                part = part[fits..];
                Emit(line, onLine);
            }
            line.Write(part);
            if (end < 0)
                return;
            Emit(line, onLine);
            bytes = bytes[(end + 1)..];
        }
    }

    private static void Emit(MemoryStream line, Action<string> onLine)
    {
        var bytes = line.GetBuffer().AsSpan(0, (int)line.Length);
        if (bytes is [.., (byte)'\r'])
            bytes = bytes[..^1];
        var text = Encoding.UTF8.GetString(bytes);
        line.SetLength(0);
        onLine(text);
    }
}
