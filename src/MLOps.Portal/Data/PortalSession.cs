namespace MLOps.Portal.Data;

/// <summary>A browser in which a person signed in.</summary>
public sealed class PortalSession
{
    public const int LongestBrowser = 60;

    /// <summary>The random id that the session's cookie holds, encrypted.</summary>
    public string Id { get; set; } = "";

    public string UserId { get; set; } = "";

    /// <summary>The account's stamp at that time: with another one the session holds no more.</summary>
    public string Stamp { get; set; } = "";

    /// <summary>How the person proved who they are, as the cookie has it.</summary>
    public string Way { get; set; } = "";

    /// <summary>When the person proved it last.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When it was last used, to about a minute.</summary>
    public DateTimeOffset SeenAt { get; set; }

    /// <summary>Where it came from.</summary>
    public string Address { get; set; } = "";

    /// <summary>In words: <c>Firefox on Linux</c>.</summary>
    public string Browser { get; set; } = "";

    /// <summary>When the person ended it; null while it holds.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
