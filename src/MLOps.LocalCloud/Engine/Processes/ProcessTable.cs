using System.Globalization;
using System.Text;

namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>A running process as the kernel shows it. <paramref name="Started"/> is in clock ticks since boot.</summary>
internal sealed record ProcessEntry(int Id, char State, int Parent, int Group, long Started)
{
    /// <summary>Whether it has not ended: zombies wait only for being reaped.</summary>
    public bool Alive => State is not ('Z' or 'X' or 'x');
}

/// <summary>Reads the kernel's process table (/proc); empty where there is none.</summary>
internal static class ProcessTable
{
    /// <summary>Whether this system has a readable process table.</summary>
    public static bool Exists { get; } = File.Exists("/proc/self/stat");

    /// <summary>Tells boots apart: process ids and start times begin anew with each.</summary>
    public static string BootId { get; } =
        File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "unknown";

    /// <summary>One process, or null where it is gone.</summary>
    public static ProcessEntry? Find(int id)
    {
        try
        {
            return Parse(id, File.ReadAllText($"/proc/{id}/stat"));
        }
        catch (IOException)
        {
            return null; // ended in between
        }
        catch (UnauthorizedAccessException)
        {
            return null; // another user's
        }
    }

    /// <summary>All processes.</summary>
    public static IReadOnlyList<ProcessEntry> All() =>
        !Exists ? [] : [.. Ids().Select(Find).OfType<ProcessEntry>()];

    /// <summary>Whether a group has a member that has not ended.</summary>
    public static bool GroupLives(int group) =>
        Exists ? Signals.GroupExists(group) && All().Any(p => p.Group == group && p.Alive) : Signals.GroupExists(group);

    /// <summary>The processes that have this line (<c>NAME=value</c>) in the environment they were started with.</summary>
    public static IEnumerable<int> WithEnvironment(string line)
    {
        var wanted = Encoding.UTF8.GetBytes(line);
        foreach (var id in Ids())
        {
            if (id != Environment.ProcessId && ReadEnvironment(id) is { } environment && Contains(environment, wanted))
                yield return id;
        }
    }

    private static IEnumerable<int> Ids() => !Exists ? [] :
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 1);

    private static byte[]? ReadEnvironment(int id)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{id}/environ");
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool Contains(ReadOnlySpan<byte> environment, ReadOnlySpan<byte> line)
    {
        foreach (var range in environment.Split((byte)0))
            if (environment[range].SequenceEqual(line))
                return true;
        return false;
    }

    private static ProcessEntry? Parse(int id, string stat)
    {
        // The name is in parentheses and may hold spaces and parentheses itself: the fields begin after the last one.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 20 ? null : new ProcessEntry(id, fields[0][0], int.Parse(fields[1]), int.Parse(fields[2]), long.Parse(fields[19]));
    }
}
