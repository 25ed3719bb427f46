namespace MLOps.Portal.Shared.Tables;

/// <summary>A column of a list.</summary>
/// <param name="Key">Names it in the address, in the file and in what the browser remembers.</param>
/// <param name="Title">Its head.</param>
/// <param name="Text">The cell as text, for the exported file: whole ids, ISO times, plain numbers.</param>
public sealed record TableColumn<T>(string Key, string Title, Func<T, string> Text)
{
    /// <summary>What it is sorted by; a column without it cannot be sorted.</summary>
    public Func<T, IComparable?>? By { get; init; }

    /// <summary>CSS classes of its head, such as <c>num</c>.</summary>
    public string Class { get; init; } = "";

    /// <summary>Whether it is always shown.</summary>
    public bool Always { get; init; }

    /// <summary>Whether its head is only for those who listen: a column of buttons. It is not exported.</summary>
    public bool IsSilent { get; init; }
}
