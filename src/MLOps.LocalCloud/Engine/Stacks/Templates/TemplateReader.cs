using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Stacks.Templates;

/// <summary>Reads a template's text, JSON or YAML, into one JSON form in which short forms (<c>!Ref</c>) are written out.</summary>
internal static class TemplateReader
{
    /// <summary>The greatest template in a request, in bytes.</summary>
    public const int MaxBody = 51_200;

    /// <summary>The greatest template in a bucket, in bytes.</summary>
    public const int MaxObject = 1_048_576;

    public static JsonObject Read(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) > MaxObject)
            throw StackErrors.Validation($"1 validation error detected: Template may not exceed {MaxObject} bytes in size.");
        var start = text.AsSpan().TrimStart(" \t\r\n\uFEFF");
        var root = start.StartsWith("{") ? ReadJson(start.ToString()) : YamlTemplateReader.Read(text);
        return root as JsonObject ?? throw StackErrors.Format("unsupported structure.");
    }

    private static JsonNode? ReadJson(string text)
    {
        try
        {
            return JsonNode.Parse(text, null, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw StackErrors.Format($"JSON not well-formed. (line {e.LineNumber + 1}, column {e.BytePositionInLine + 1})");
        }
    }
}
