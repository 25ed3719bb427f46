using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace MLOps.Tests;

/// <summary>
/// The portal as a user starts it: a process of its own with a state folder of its own on free ports. <see cref="KillAsync"/> is kill -9;
/// <see cref="StartAsync"/> may be called again and finds the state that is there.
/// </summary>
public sealed partial class PortalProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> output = new();
    private readonly Dictionary<string, string> links = [];
    private readonly string[] settings;
    private Process? process;

    public PortalProcess(params string[] settings)
    {
        this.settings = settings;
        State = Directory.CreateTempSubdirectory("mlops-portal-").FullName;
        Port = FreePort();
        CloudPort = FreePort();
    }

    /// <summary>Variables that the process sees besides those of the tests.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public static string RepoRoot { get; } = Path.GetFullPath(Path.Combine(ThisFolder(), "../.."));

    public string State { get; }
    public int Port { get; }
    public int CloudPort { get; }
    public string Url => $"http://127.0.0.1:{Port}";
    public string CloudUrl => $"http://127.0.0.1:{CloudPort}";
    public TimeSpan StartedAfter { get; private set; }

    /// <summary>What the process printed, newest last.</summary>
    public string Output => string.Join('\n', output);

    /// <summary>What is run: the portal, or a program that takes its settings too.</summary>
    public string Program { get; init; } = Built("src/MLOps.Portal", "MLOps.Portal.dll");

    /// <summary>Whether it is compiled as users have it: what is measured counts for them.</summary>
    public bool IsMeasured { get; init; }

    /// <summary>What that program wants before the settings.</summary>
    public IReadOnlyList<string> FirstArguments { get; set; } = [];

    /// <summary>An assembly as these tests were built, of a project of this repository.</summary>
    public static string Built(string project, string assembly)
    {
#if DEBUG
        const string configuration = "Debug";
#else
        const string configuration = "Release";
#endif
        return Path.Combine(RepoRoot, project, "bin", configuration, "net10.0", assembly);
    }

    /// <summary>Starts the process and waits for its first answer.</summary>
    /// <param name="more">Settings of this start alone.</param>
    public async Task StartAsync(HttpClient http, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = RepoRoot,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in (string[])[
            Program, .. FirstArguments,
            $"--Urls={Url}", $"--LocalCloud:Port={CloudPort}", $"--LocalCloud:StateFolder={State}/cloud", $"--Portal:StateFolder={State}", .. settings, .. more])
            start.ArgumentList.Add(argument);
        // It lives for a minute: more than half of its time would go into compiling its methods better and better. The number is hexadecimal.
        if (!IsMeasured)
            (start.Environment["DOTNET_TieredPGO"], start.Environment["DOTNET_TC_CallCountThreshold"]) = ("0", "400");
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        links.Clear();
        var watch = Stopwatch.StartNew();
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, e) => Read(e.Data);
        process.ErrorDataReceived += (_, e) => Read(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.TrueAsync(async () =>
        {
            if (process.HasExited)
                throw new InvalidOperationException($"the portal ended with {process.ExitCode}:\n{Output}");
            try
            {
                return (await http.GetAsync($"{Url}/health/live")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(90), "the portal answers");
        StartedAfter = watch.Elapsed;
    }

    /// <summary>The one-time sign-in link of a role: <c>Data scientist</c>, <c>Approver</c>, <c>Viewer</c> or <c>Administrator</c>.</summary>
    public async Task<string> SignInLinkAsync(string role)
    {
        await Eventually.TrueAsync(() =>
        {
            lock (links)
                return Task.FromResult(links.ContainsKey(role));
        }, TimeSpan.FromSeconds(30), $"the sign-in link of {role} is printed");
        lock (links)
            return links[role];
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public Task EndedAsync() => process!.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>The exit code of a process that ends by itself.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await process!.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
        return process.ExitCode;
    }

    /// <summary>Ends the process as the kernel does when memory runs out: without a chance to tidy up.</summary>
    public async Task KillAsync()
    {
        process!.Kill(entireProcessTree: false);
        await process.WaitForExitAsync();
    }

    /// <summary>Ends the process as a service manager does, and waits.</summary>
    public async Task StopAsync()
    {
        if (process is null || process.HasExited)
            return;
        using (var term = Process.Start("kill", ["-TERM", process.Id.ToString()])!)
            await term.WaitForExitAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException)
        {
            await KillAsync();
        }
    }

    /// <summary>The command lines of processes that belong to this state folder: images, functions and builds that still run.</summary>
    public IReadOnlyList<string> Children()
    {
        var found = new List<string>();
        foreach (var folder in Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                var line = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
                var environment = File.ReadAllText(Path.Combine(folder, "environ"));
                if (int.Parse(Path.GetFileName(folder)) != process?.Id && (line.Contains(State) || environment.Contains(State) || environment.Contains(CloudUrl)))
                    found.Add($"{Path.GetFileName(folder)} {line}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue; // it has ended meanwhile
            }
        }
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        process?.Dispose();
        Directory.Delete(State, recursive: true);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        output.Enqueue(line);
        while (output.Count > 2000 && output.TryDequeue(out _))
        {
        }
        if (Link().Match(line) is { Success: true } match)
            lock (links)
                links[match.Groups[1].Value.Trim()] = match.Groups[2].Value;
    }

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"^\s+(Data scientist|Approver|Viewer|Administrator)\s+(http\S+)")]
    private static partial Regex Link();
}

/// <summary>Waits for a condition by asking again, up to a deadline.</summary>
public static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan deadline, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > deadline)
                throw new TimeoutException($"not within {deadline.TotalSeconds:0} s: {what}");
            await Task.Delay(200);
        }
    }
}
