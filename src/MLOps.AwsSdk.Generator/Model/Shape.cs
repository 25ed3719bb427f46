namespace MLOps.AwsSdk.Generator.Model;

/// <summary>A type of the API: a structure, list, map or scalar.</summary>
public sealed class Shape
{
    private readonly Json json;

    internal Shape(string name, Json json)
    {
        this.json = json;
        Name = name;
        Members = [.. json["members"].Members.Select(m => new Member(m.Key, m.Value))];
    }

    /// <summary>The name in the API description.</summary>
    public string Name { get; }

    /// <summary><c>structure</c>, <c>list</c>, <c>map</c>, <c>string</c>, <c>integer</c>, ….</summary>
    public string Type => json["type"].Text ?? throw new FormatException($"shape {Name} has no type");

    public bool IsStructure => Type == "structure";

    public bool IsList => Type == "list";

    public bool IsMap => Type == "map";

    public bool IsBlob => Type == "blob";

    public bool IsEnum => Type == "string" && json["enum"].Exists;

    public bool IsException => json["exception"].IsTrue;

    public bool IsEventStream => json["eventstream"].IsTrue;

    public bool IsEvent => json["event"].IsTrue;

    /// <summary>A flattened list has no element around its items (query protocol).</summary>
    public bool IsFlattened => json["flattened"].IsTrue;

    /// <summary>The code on the wire of an exception, where it differs from the name.</summary>
    public string ErrorCode => json["error"]["code"].Text ?? Name;

    /// <summary>The member that is the body of the request or answer (rest-json).</summary>
    public string? Payload => json["payload"].Text;

    public string? TimestampFormat => json["timestampFormat"].Text;

    public IReadOnlyList<Member> Members { get; }

    public IEnumerable<string> EnumValues => json["enum"].Items.Select(i => i.Text!);

    /// <summary>What a list holds.</summary>
    public Member Item => new("member", json["member"]);

    public Member Key => new("key", json["key"]);

    public Member Value => new("value", json["value"]);

    /// <summary>The names of the shapes that this one uses.</summary>
    public IEnumerable<string> Uses =>
        IsList ? [Item.ShapeName] : IsMap ? [Key.ShapeName, Value.ShapeName] : Members.Select(m => m.ShapeName);
}

/// <summary>A member of a structure, or what a list or map holds.</summary>
public sealed class Member
{
    private readonly Json json;

    internal Member(string name, Json json)
    {
        this.json = json;
        Name = name;
        ShapeName = json["shape"].Text ?? throw new FormatException($"member {name} names no shape");
    }

    public string Name { get; }

    public string ShapeName { get; }

    /// <summary><c>uri</c>, <c>header</c>, <c>querystring</c>, <c>statusCode</c>, or null in the body.</summary>
    public string? Location => json["location"].Text;

    /// <summary>The name on the wire.</summary>
    public string WireName => json["locationName"].Text ?? Name;

    /// <summary>A name of its own on the wire, or null.</summary>
    public string? OwnWireName => json["locationName"].Text;

    /// <summary>The client fills it with a new GUID where the caller does not.</summary>
    public bool IsIdempotencyToken => json["idempotencyToken"].IsTrue;

    /// <summary>The member is the payload of an event.</summary>
    public bool IsEventPayload => json["eventpayload"].IsTrue;

    public string? TimestampFormat => json["timestampFormat"].Text;
}
