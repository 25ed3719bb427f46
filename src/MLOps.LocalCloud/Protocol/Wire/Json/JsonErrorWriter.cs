using System.Text.Json;
using MLOps.LocalCloud.Protocol.Errors;

namespace MLOps.LocalCloud.Protocol.Wire.Json;

/// <summary>Errors of the JSON protocols: the type in the body and in a header.</summary>
internal static class JsonErrorWriter
{
    public static async Task WriteAsync(HttpContext http, WireError error, string contentType)
    {
        var compatible = error.Service?.QueryCompatible == true;
        http.Response.Headers["x-amzn-ErrorType"] = compatible ? error.Type : error.Code;
        if (compatible)
            http.Response.Headers["x-amzn-query-error"] = $"{error.Code};{error.Fault}";
        using var buffer = new PooledBuffer();
        await using (var writer = buffer.JsonWriter())
            Write(writer, error, compatible ? error.Type : error.Code);
        await buffer.SendAsync(http, error.Status, contentType);
    }

    private static void Write(Utf8JsonWriter writer, WireError error, string type)
    {
        writer.WriteStartObject();
        writer.WriteString("__type", type);
        writer.WriteString("message", error.Message);
        if (error.Shape is { } shape)
            foreach (var (name, value) in error.Members)
                if (value is not null && shape.ByName.TryGetValue(name, out var member) && !name.Equals("message", StringComparison.OrdinalIgnoreCase))
                {
                    writer.WritePropertyName(member.JsonName);
                    JsonOutputWriter.Write(writer, member, value);
                }
        // Some descriptions spell the member with a capital; clients look for either.
        if (error.Shape?.ByName.ContainsKey("Message") == true)
            writer.WriteString("Message", error.Message);
        writer.WriteEndObject();
    }
}
