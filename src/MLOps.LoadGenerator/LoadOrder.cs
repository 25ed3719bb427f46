namespace MLOps.LoadGenerator;

/// <summary>What a run shall do: the first line that the generator reads, as JSON.</summary>
public sealed record LoadOrder
{
    public required string Endpoint { get; init; }

    /// <summary>Chosen by traffic share where empty.</summary>
    public string Variant { get; init; } = "";

    public string ContentType { get; init; } = "";

    public string Accept { get; init; } = "";

    public string CustomAttributes { get; init; } = "";

    /// <summary>Sent in turn; at least one.</summary>
    public required IReadOnlyList<byte[]> Bodies { get; init; }

    /// <summary>The most requests that are under way at a time.</summary>
    public required int Concurrency { get; init; }

    /// <summary>All requests of the run together.</summary>
    public required int Requests { get; init; }

    /// <summary>The run ends after this time at the latest.</summary>
    public int MaxSeconds { get; init; } = 900;

    public required string Region { get; init; }

    /// <summary>Where the cloud answers; AWS's own address where empty.</summary>
    public string EndpointUrl { get; init; } = "";

    public required LoadCredentials Credentials { get; init; }
}

/// <summary>Keys that requests are signed with.</summary>
public sealed record LoadCredentials(string AccessKey, string SecretKey, string Token)
{
    // A log or a message that writes the order must not tell them.
    public override string ToString() => "credentials";
}

/// <summary>A later line: new keys before the old ones expire, or the wish to end.</summary>
public sealed record LoadWord
{
    public LoadCredentials? Credentials { get; init; }

    public bool Cancel { get; init; }
}
