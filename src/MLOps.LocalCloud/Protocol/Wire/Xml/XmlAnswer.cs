using System.Buffers;
using System.Text;
using System.Xml;

namespace MLOps.LocalCloud.Protocol.Wire.Xml;

/// <summary>Writes an XML document and sends it.</summary>
internal static class XmlAnswer
{
    // Values may hold characters that XML 1.0 has no place for (keys of objects); they go out as references, as S3 does.
    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(false), CheckCharacters = false };

    public static async Task SendAsync(HttpContext http, int status, string contentType, Action<XmlWriter> write)
    {
        using var text = new MemoryStream(4096);
        using (var writer = XmlWriter.Create(text, Settings))
            write(writer);
        using var buffer = new PooledBuffer();
        buffer.Write(text.GetBuffer().AsSpan(0, (int)text.Length));
        await buffer.SendAsync(http, status, contentType);
    }
}
