namespace MLOps.Tests.Benchmarks.Parts;

/// <summary>Finds the process that serves an endpoint, to speak to it past everything else.</summary>
internal static class ServingProcess
{
    private const string Variable = "SAGEMAKER_BIND_TO_PORT=";

    /// <summary>Where one instance of the endpoint listens.</summary>
    /// <param name="state">The portal's state folder; the instance's folder lies in it, and so in its bubblewrap's command line.</param>
    public static Uri Find(string state, string endpoint)
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                var words = File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0').Concat(File.ReadAllText(Path.Combine(folder, "environ")).Split('\0')).ToList();
                if (!words.Exists(w => w.Contains(state) && w.Contains($"/{endpoint}/")))
                    continue;
                if (Port(words) is { } port)
                    return new Uri($"http://127.0.0.1:{port}/invocations");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue; // it has ended meanwhile
            }
        }
        throw new InvalidOperationException($"no process serves {endpoint}");
    }

    /// <summary>As a variable of the environment, or as bubblewrap's <c>--setenv NAME VALUE</c>.</summary>
    private static string? Port(List<string> words)
    {
        if (words.Find(w => w.StartsWith(Variable, StringComparison.Ordinal)) is { } set)
            return set[Variable.Length..];
        var name = words.IndexOf(Variable.TrimEnd('='));
        return name >= 0 && name + 1 < words.Count ? words[name + 1] : null;
    }
}
