using System.Text.Encodings.Web;
using System.Text.Json;

namespace MLOps.LocalCloud.Protocol.Model;

/// <summary>A member of a structure, or what a list or map holds.</summary>
internal sealed class ApiMember(string name, string? wireName, ApiShape shape)
{
    /// <summary>The name that handlers use.</summary>
    public string Name { get; } = name;

    /// <summary>The name in the message: of the element, header, parameter or property.</summary>
    public string WireName { get; } = wireName ?? name;

    /// <summary>The wire name where the description gives one of its own.</summary>
    public string? LocationName { get; } = wireName;

    /// <summary>The wire name, ready for a JSON writer.</summary>
    public JsonEncodedText JsonName { get; } = JsonEncodedText.Encode(wireName ?? name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);

    /// <summary>The name as it appears in validation messages: <c>trainingJobName</c>.</summary>
    public string MessageName { get; } = name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];

    public ApiShape Shape { get; } = shape;

    public bool Required { get; init; }

    public MemberLocation Location { get; init; }

    public bool Flattened { get; init; }

    public bool XmlAttribute { get; init; }

    /// <summary>The namespace of the element where the member has one of its own, with the prefix.</summary>
    public (string? Prefix, string Uri)? XmlNamespace { get; init; }

    /// <summary>The body of an event in an event stream.</summary>
    public bool EventPayload { get; init; }

    /// <summary>The member's own format, else its shape's.</summary>
    public TimestampFormat TimestampFormat { get; init; }

    public override string ToString() => $"{Name}: {Shape.Name}";
}
