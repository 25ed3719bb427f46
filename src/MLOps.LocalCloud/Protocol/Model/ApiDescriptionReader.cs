using System.Collections.Frozen;
using System.Text.Json;

namespace MLOps.LocalCloud.Protocol.Model;

/// <summary>Reads one API description (botocore's service-2 shape, cut down) into resolved shapes and operations.</summary>
internal static class ApiDescriptionReader
{
    public static ApiService Read(string name, JsonElement root)
    {
        var metadata = root.GetProperty("metadata");
        var prefix = metadata.GetProperty("endpointPrefix").GetString()!;
        var service = new ApiService
        {
            Name = name,
            ServiceId = Text(metadata, "serviceId") ?? name,
            ApiVersion = metadata.GetProperty("apiVersion").GetString()!,
            EndpointPrefix = prefix,
            SigningName = Text(metadata, "signingName") ?? prefix,
            Protocols = metadata.TryGetProperty("protocols", out var all)
                ? [.. all.EnumerateArray().Select(p => p.GetString()!)] : [metadata.GetProperty("protocol").GetString()!],
            JsonVersion = Text(metadata, "jsonVersion"),
            TargetPrefix = Text(metadata, "targetPrefix"),
            XmlNamespace = Text(metadata, "xmlNamespace"),
            QueryCompatible = metadata.TryGetProperty("awsQueryCompatible", out _),
        };
        var shapes = Shapes(root.GetProperty("shapes"));
        service.Shapes = shapes.ToFrozenDictionary(StringComparer.Ordinal);
        service.Errors = Errors(shapes.Values);
        service.Operations = root.GetProperty("operations").EnumerateObject()
            .Select(o => Operation(service, o.Name, o.Value, shapes)).ToFrozenDictionary(o => o.Name, StringComparer.Ordinal);
        service.Unbuilt = root.GetProperty("unbuilt").EnumerateObject()
            .Select(o => Unbuilt(o.Name, o.Value.GetString()!)).ToFrozenDictionary(o => o.Name, StringComparer.Ordinal);
        return service;
    }

    private static ApiOperation Operation(ApiService service, string name, JsonElement o, Dictionary<string, ApiShape> shapes)
    {
        var http = o.GetProperty("http");
        return new ApiOperation
        {
            Service = service,
            Name = name,
            Method = http.GetProperty("method").GetString()!,
            Uri = UriTemplate.Parse(http.GetProperty("requestUri").GetString()!),
            Status = http.TryGetProperty("responseCode", out var code) ? code.GetInt32() : 200,
            Input = o.TryGetProperty("input", out var input) ? shapes[input.GetProperty("shape").GetString()!] : null,
            Output = o.TryGetProperty("output", out var output) ? shapes[output.GetProperty("shape").GetString()!] : null,
            ResultWrapper = o.TryGetProperty("output", out output) ? Text(output, "resultWrapper") : null,
            ChecksumAlgorithmMember = o.TryGetProperty("httpChecksum", out var checksum) ? Text(checksum, "requestAlgorithmMember") : null,
        };
    }

    private static UnbuiltOperation Unbuilt(string name, string binding)
    {
        var space = binding.IndexOf(' ');
        return new UnbuiltOperation(name, binding[..space], UriTemplate.Parse(binding[(space + 1)..]));
    }

    private static FrozenDictionary<string, ApiShape> Errors(IEnumerable<ApiShape> shapes)
    {
        var errors = new Dictionary<string, ApiShape>(StringComparer.Ordinal);
        foreach (var shape in shapes.Where(s => s.IsException))
        {
            errors[shape.Name] = shape;
            if (shape.ErrorCode is { } code)
                errors.TryAdd(code, shape);
        }
        return errors.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static Dictionary<string, ApiShape> Shapes(JsonElement described)
    {
        var shapes = described.EnumerateObject().ToDictionary(s => s.Name, s => Shape(s.Name, s.Value), StringComparer.Ordinal);
        foreach (var s in described.EnumerateObject())
            Complete(shapes[s.Name], s.Value, shapes);
        return shapes;
    }

    private static ApiShape Shape(string name, JsonElement s)
    {
        var values = s.TryGetProperty("enum", out var list) ? list.EnumerateArray().Select(v => v.GetString()!).ToArray() : null;
        var error = s.TryGetProperty("error", out var e) ? e : default;
        return new ApiShape(name, Kind(s.GetProperty("type").GetString()!))
        {
            Min = s.TryGetProperty("min", out var min) ? min.GetDecimal() : null,
            Max = s.TryGetProperty("max", out var max) ? Most(max) : null,
            Pattern = Text(s, "pattern"),
            Enum = values,
            EnumSet = values?.ToFrozenSet(StringComparer.Ordinal),
            Sensitive = Flag(s, "sensitive"),
            Flattened = Flag(s, "flattened"),
            TimestampFormat = Format(Text(s, "timestampFormat")),
            IsException = Flag(s, "exception"),
            ErrorCode = error.ValueKind == JsonValueKind.Object ? Text(error, "code") : null,
            ErrorStatus = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("httpStatusCode", out var status) ? status.GetInt32() : null,
            EventStream = Flag(s, "eventstream"),
        };
    }

    private static void Complete(ApiShape shape, JsonElement s, Dictionary<string, ApiShape> shapes)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Structure:
                var required = s.TryGetProperty("required", out var r) ? r.EnumerateArray().Select(n => n.GetString()!).ToHashSet() : [];
                var members = s.TryGetProperty("members", out var m)
                    ? m.EnumerateObject().Select(p => Member(p.Name, p.Value, shapes, required.Contains(p.Name))).ToArray() : [];
                shape.CompleteStructure(members, Text(s, "payload"));
                break;
            case ShapeKind.List:
                shape.CompleteList(Member("member", s.GetProperty("member"), shapes, false));
                break;
            case ShapeKind.Map:
                shape.CompleteMap(Member("key", s.GetProperty("key"), shapes, false), Member("value", s.GetProperty("value"), shapes, false));
                break;
        }
    }

    private static ApiMember Member(string name, JsonElement m, Dictionary<string, ApiShape> shapes, bool required)
    {
        var shape = shapes[m.GetProperty("shape").GetString()!];
        var format = Format(Text(m, "timestampFormat"));
        return new ApiMember(name, Text(m, "locationName"), shape)
        {
            Required = required,
            Location = Location(Text(m, "location")),
            Flattened = Flag(m, "flattened") || shape.Flattened,
            XmlAttribute = Flag(m, "xmlAttribute"),
            XmlNamespace = m.TryGetProperty("xmlNamespace", out var ns) && ns.ValueKind == JsonValueKind.Object
                ? (Text(ns, "prefix"), ns.GetProperty("uri").GetString()!) : null,
            EventPayload = Flag(m, "eventpayload"),
            TimestampFormat = format == TimestampFormat.Unset ? shape.TimestampFormat : format,
        };
    }

    private static ShapeKind Kind(string type) => type switch
    {
        "structure" => ShapeKind.Structure,
        "list" => ShapeKind.List,
        "map" => ShapeKind.Map,
        "string" or "character" => ShapeKind.String,
        "integer" or "short" or "byte" => ShapeKind.Integer,
        "long" => ShapeKind.Long,
        "float" => ShapeKind.Float,
        "double" => ShapeKind.Double,
        "boolean" => ShapeKind.Boolean,
        "timestamp" => ShapeKind.Timestamp,
        "blob" => ShapeKind.Blob,
        _ => throw new InvalidDataException($"The API description holds a shape of type {type}, which is not known here."),
    };

    private static TimestampFormat Format(string? text) => text switch
    {
        null => TimestampFormat.Unset,
        "unixTimestamp" => TimestampFormat.Epoch,
        "iso8601" => TimestampFormat.Iso8601,
        "rfc822" => TimestampFormat.HttpDate,
        _ => throw new InvalidDataException($"The API description holds the timestamp format {text}, which is not known here."),
    };

    private static MemberLocation Location(string? text) => text switch
    {
        null => MemberLocation.Body,
        "header" => MemberLocation.Header,
        "headers" => MemberLocation.HeaderPrefix,
        "querystring" => MemberLocation.Query,
        "uri" => MemberLocation.Uri,
        "statusCode" => MemberLocation.StatusCode,
        _ => throw new InvalidDataException($"The API description holds the location {text}, which is not known here."),
    };

    // Some descriptions give the greatest double as a bound, which is none.
    private static decimal? Most(JsonElement max) => max.TryGetDecimal(out var d) ? d : null;

    private static string? Text(JsonElement o, string name) => o.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;

    private static bool Flag(JsonElement o, string name) => o.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.True;
}
