using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>
/// Finds the Python that runs functions, builds and images: the one that <see cref="LocalCloudOptions.Python"/> names,
/// else the first on this machine that has the modules asked for.
/// </summary>
public sealed class PythonLocator(IOptions<LocalCloudOptions> options)
{
    /// <summary>Finding a module's place costs milliseconds; importing it (scikit-learn) would cost seconds.</summary>
    private const string Probe = """
        import importlib.util, sys
        missing = [m for m in sys.argv[1:] if importlib.util.find_spec(m) is None]
        print(",".join(missing))
        print(sys.executable)
        """;

    private readonly ConcurrentDictionary<string, string> found = new();

    /// <summary>The absolute path of an interpreter that has all the modules (top-level import names: <c>boto3</c>, <c>sklearn</c>).</summary>
    /// <exception cref="InvalidOperationException">There is none; the message says what was tried and what each lacks.</exception>
    public string Find(params string[] modules) => found.GetOrAdd(string.Join(' ', modules), _ => Search(modules));

    private string Search(string[] modules)
    {
        var tried = new List<string>();
        foreach (var candidate in Candidates())
        {
            var (path, fault) = Ask(candidate, modules);
            if (path is not null)
                return path;
            tried.Add($"{candidate} {fault}");
        }
        var wanted = modules.Length == 0 ? "" : $" with {string.Join(", ", modules)}";
        throw new InvalidOperationException($"No Python{wanted} was found: {string.Join("; ", tried)}. Set LocalCloud:Python to one that has them.");
    }

    private IEnumerable<string> Candidates()
    {
        if (options.Value.Python is { Length: > 0 } named)
            return [named];
        return ["python3", "/usr/bin/python3", "/usr/local/bin/python3"];
    }

    private static (string? Path, string Fault) Ask(string candidate, string[] modules)
    {
        var start = new ProcessStartInfo(candidate) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in (string[])["-c", Probe, .. modules])
            start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var lines = process.StandardOutput.ReadToEnd().Split('\n');
            process.WaitForExit();
            return (process.ExitCode, lines) switch
            {
                (0, ["", var path, ..]) when path.Length > 0 => (path.Trim(), ""),
                (0, [var missing, ..]) => (null, $"lacks {missing.Trim()}"),
                _ => (null, $"ended with exit code {process.ExitCode}"),
            };
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (null, $"does not start ({e.Message})");
        }
    }
}
