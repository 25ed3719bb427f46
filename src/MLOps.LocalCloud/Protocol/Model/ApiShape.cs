using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace MLOps.LocalCloud.Protocol.Model;

/// <summary>A shape of an API description with its constraints; complete and unchanging once its catalog is loaded.</summary>
internal sealed class ApiShape(string name, ShapeKind kind)
{
    private Regex? regex;

    public string Name { get; } = name;

    public ShapeKind Kind { get; } = kind;

    /// <summary>The least length (characters, bytes, items) or value.</summary>
    public decimal? Min { get; init; }

    /// <summary>The greatest length (characters, bytes, items) or value.</summary>
    public decimal? Max { get; init; }

    /// <summary>The pattern as the description has it, for messages.</summary>
    public string? Pattern { get; init; }

    /// <summary>The values of an enumeration in the description's order; null where any value goes.</summary>
    public IReadOnlyList<string>? Enum { get; init; }

    public FrozenSet<string>? EnumSet { get; init; }

    /// <summary>Its value must not be repeated in a message.</summary>
    public bool Sensitive { get; init; }

    /// <summary>Lists and maps without a wrapping element.</summary>
    public bool Flattened { get; init; }

    public TimestampFormat TimestampFormat { get; init; }

    public bool IsException { get; init; }

    /// <summary>The wire code of an exception where it differs from the shape's name.</summary>
    public string? ErrorCode { get; init; }

    public int? ErrorStatus { get; init; }

    public bool EventStream { get; init; }

    /// <summary>A structure's members in the description's order.</summary>
    public IReadOnlyList<ApiMember> Members { get; private set; } = [];

    /// <summary>A structure's members by the name that handlers use.</summary>
    public FrozenDictionary<string, ApiMember> ByName { get; private set; } = FrozenDictionary<string, ApiMember>.Empty;

    /// <summary>A structure's body members by the name that is sent.</summary>
    public FrozenDictionary<string, ApiMember> ByWireName { get; private set; } = FrozenDictionary<string, ApiMember>.Empty;

    /// <summary>The member that is the whole HTTP body.</summary>
    public ApiMember? Payload { get; private set; }

    /// <summary>What a list holds.</summary>
    public ApiMember Element { get => field ?? throw new InvalidOperationException($"{Name} is no list."); private set; }

    /// <summary>What a map's keys are.</summary>
    public ApiMember Key { get => field ?? throw new InvalidOperationException($"{Name} is no map."); private set; }

    /// <summary>What a map's values are.</summary>
    public ApiMember Value { get => field ?? throw new InvalidOperationException($"{Name} is no map."); private set; }

    /// <summary>Whether any member travels outside of the body.</summary>
    public bool HasHttpMembers { get; private set; }

    /// <summary>The payload is bytes or a stream, which handlers meet as a <see cref="Stream"/>.</summary>
    public bool HasStreamPayload => Payload is { Shape: { Kind: ShapeKind.Blob } or { EventStream: true } };

    /// <summary>The pattern as a regular expression over the whole value; null where there is none.</summary>
    public Regex? Regex => Pattern is null ? null : regex ??= PatternTranslator.ToRegex(Pattern);

    /// <summary>Is this an integer, long, float or double?</summary>
    public bool IsNumber => Kind is ShapeKind.Integer or ShapeKind.Long or ShapeKind.Float or ShapeKind.Double;

    internal void CompleteStructure(IReadOnlyList<ApiMember> members, string? payload)
    {
        Members = members;
        ByName = members.ToFrozenDictionary(m => m.Name, StringComparer.Ordinal);
        ByWireName = members.Where(m => m.Location == MemberLocation.Body)
            .GroupBy(m => m.WireName, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        Payload = payload is null ? null : ByName[payload];
        HasHttpMembers = members.Any(m => m.Location != MemberLocation.Body) || Payload is not null;
    }

    internal void CompleteList(ApiMember element) => Element = element;

    internal void CompleteMap(ApiMember key, ApiMember value) => (Key, Value) = (key, value);

    public override string ToString() => Name;
}
