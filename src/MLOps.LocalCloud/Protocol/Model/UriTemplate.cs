namespace MLOps.LocalCloud.Protocol.Model;

/// <summary>One segment of a path: a literal, a label, or a label that takes the rest of the path.</summary>
internal readonly record struct UriSegment(string Text, bool IsLabel, bool IsGreedy);

/// <summary>A <c>requestUri</c> of an API description: <c>/{Bucket}/{Key+}?uploads</c>.</summary>
internal sealed class UriTemplate
{
    private UriTemplate(IReadOnlyList<UriSegment> segments, IReadOnlyList<(string Name, string? Value)> query) =>
        (Segments, Query) = (segments, query);

    public IReadOnlyList<UriSegment> Segments { get; }

    /// <summary>Query parameters that must be there, with their value where the template gives one.</summary>
    public IReadOnlyList<(string Name, string? Value)> Query { get; }

    public static UriTemplate Parse(string uri)
    {
        var mark = uri.IndexOf('?');
        var path = mark < 0 ? uri : uri[..mark];
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Segment).ToArray();
        var query = mark < 0 ? [] : uri[(mark + 1)..].Split('&').Select(Parameter).ToArray();
        return new UriTemplate(segments, query);
    }

    private static UriSegment Segment(string text) => text switch
    {
        ['{', .. var label, '+', '}'] => new UriSegment(label, true, true),
        ['{', .. var label, '}'] => new UriSegment(label, true, false),
        _ => new UriSegment(text, false, false),
    };

    private static (string, string?) Parameter(string text) =>
        text.IndexOf('=') is var at and >= 0 ? (text[..at], text[(at + 1)..]) : (text, null);
}
