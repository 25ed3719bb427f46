namespace MLOps.Portal.Features.Account.Sessions;

/// <summary>Says which browser it was, so that people know their own. Browsers name each other in what they send: the order decides.</summary>
internal static class BrowserWords
{
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <param name="agent">The header <c>User-Agent</c>; it is not trusted, and shows in no other form.</param>
    public static string Of(string? agent)
    {
        var (browser, system) = (Name(Browsers, agent), Name(Systems, agent));
        return (browser, system) switch
        {
            (null, null) => "Another program",
            (null, _) => $"Another program on {system}",
            (_, null) => browser,
            _ => $"{browser} on {system}",
        };
    }

    private static string? Name((string Mark, string Name)[] known, string? agent) =>
        known.FirstOrDefault(k => agent?.Contains(k.Mark, StringComparison.Ordinal) == true).Name;
}
