using System.Diagnostics;

namespace MLOps.Tests.Benchmarks.Seeding;

/// <summary>The local cloud as a program of its own, on a free port.</summary>
internal sealed class LocalCloudProcess : IAsyncDisposable
{
    private readonly Process process;

    private LocalCloudProcess(Process process, string url) => (this.process, Url) = (process, url);

    public string Url { get; }

    public static async Task<LocalCloudProcess> StartAsync(string folder)
    {
        var port = PortalProcess.FreePort();
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "MLOps.LocalCloud.dll"), $"--LocalCloud:Port={port}", $"--LocalCloud:StateFolder={Path.GetFullPath(folder)}",
            },
        };
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, e) => { if (e.Data is not null) Console.Error.WriteLine(e.Data); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var cloud = new LocalCloudProcess(process, $"http://127.0.0.1:{port}");
        using var handler = new SocketsHttpHandler();
        using var http = new HttpClient(handler);
        await Eventually.TrueAsync(async () =>
        {
            if (process.HasExited)
                throw new InvalidOperationException($"the local cloud ended with {process.ExitCode}");
            try
            {
                using var answer = await http.GetAsync(cloud.Url);
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(60), "the local cloud answers");
        return cloud;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var term = Process.Start("kill", ["-TERM", process.Id.ToString()])!;
            await term.WaitForExitAsync();
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }
}
