namespace MLOps.LocalCloud.Engine.Images.Dockerfiles;

/// <summary>Permission bits as chmod takes them: octal (<c>755</c>) or symbolic (<c>+x</c>, <c>u=rwX,go-w</c>).</summary>
internal static class FileModes
{
    private const UnixFileMode AllExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The change that a mode text stands for: from the old bits and whether it is a folder to the new; null where the text is no mode.</summary>
    public static Func<UnixFileMode, bool, UnixFileMode>? Parse(string text)
    {
        if (text.Length is 3 or 4 && text.All(c => c is >= '0' and <= '7'))
            return (_, _) => (UnixFileMode)Convert.ToInt32(text, 8);
        var clauses = text.Split(',').Select(Clause).ToList();
        return clauses.Count == 0 || clauses.Contains(null) ? null : (old, folder) => clauses.Aggregate(old, (mode, clause) => clause!(mode, folder));
    }

    private static Func<UnixFileMode, bool, UnixFileMode>? Clause(string text)
    {
        var at = text.IndexOfAny(['+', '-', '=']);
        if (at < 0 || text[..at].Any(c => c is not ('u' or 'g' or 'o' or 'a')) || text[(at + 1)..].Any(c => c is not ('r' or 'w' or 'x' or 'X')))
            return null;
        var who = text[..at] is "" ? "a" : text[..at];
        var what = text[(at + 1)..];
        return (old, folder) =>
        {
            var bits = Bits(who, what, folder || (old & AllExecute) != 0);
            return text[at] switch { '+' => old | bits, '-' => old & ~bits, _ => (old & ~Bits(who, "rwx", true)) | bits };
        };
    }

    private static UnixFileMode Bits(string who, string what, bool executable)
    {
        var three = (what.Contains('r') ? 4 : 0) | (what.Contains('w') ? 2 : 0) | (what.Contains('x') || (what.Contains('X') && executable) ? 1 : 0);
        var all = who.Contains('a');
        return (UnixFileMode)((all || who.Contains('u') ? three << 6 : 0) | (all || who.Contains('g') ? three << 3 : 0) | (all || who.Contains('o') ? three : 0));
    }
}
