using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.LoadGenerator;

namespace MLOps.Cloud.Load;

/// <summary>
/// The generator as a child process. Order and keys go in by its standard input, which ends with this process however it ends; events come out
/// line by line.
/// </summary>
internal sealed partial class GeneratorProcess(CloudClients clients, ICloudConnections connections, TimeProvider time, ILogger<GeneratorProcess> logger) : ILoadGenerator
{
    private const int MostWords = 4000;
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(4);

    /// <summary>How long a run that was cancelled may take to end by itself; requests under way are cut off at once.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public async Task RunAsync(string connection, LoadRequest request, Action<LoadEvent> heard, CancellationToken cancelled = default)
    {
        var cloud = connections.Find(connection) ?? throw UnknownConnection.Named(connection);
        foreach (var body in request.Bodies)
            InvocationCheck.Check(new InvocationRequest(request.Endpoint, body) { ContentType = request.ContentType, Accept = request.Accept, CustomAttributes = request.CustomAttributes, TargetVariant = request.Variant });
        var order = new LoadOrder
        {
            Endpoint = request.Endpoint, Variant = request.Variant, ContentType = request.ContentType, Accept = request.Accept, CustomAttributes = request.CustomAttributes,
            Bodies = request.Bodies, Concurrency = request.Concurrency, Requests = request.Requests, MaxSeconds = request.MaxSeconds,
            Region = cloud.Region, EndpointUrl = cloud.EndpointUrl, Credentials = await KeysAsync(connection),
        };
        using var process = Start();
        Log.Started(logger, process.Id, request.Endpoint, request.Concurrency, request.Requests);
        var complaints = ComplaintsAsync(process);
        using var ended = new CancellationTokenSource();
        try
        {
            await SayAsync(process, order);
            var renewing = RenewAsync(connection, process, ended.Token);
            var reading = ReadAsync(process, heard);
            await CancelAsync(process, reading, cancelled);
            var whole = await reading;
            await ended.CancelAsync();
            await renewing;
            await process.WaitForExitAsync(CancellationToken.None);
            if (!whole && !cancelled.IsCancellationRequested)
                throw Broken($"The load generator ended by itself with {process.ExitCode}. {await complaints}".Trim());
        }
        catch (IOException e)
        {
            throw Broken($"The load generator does not listen: {e.Message} {await complaints}".Trim());
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Waits for the end of the events; on a cancellation asks for it, and insists after a while.</summary>
    private async Task CancelAsync(Process process, Task reading, CancellationToken cancelled)
    {
        var asked = Task.Delay(Timeout.Infinite, cancelled);
        if (await Task.WhenAny(reading, asked) == reading)
            return;
        await SayAsync(process, new LoadWord { Cancel = true });
        if (await Task.WhenAny(reading, Task.Delay(Grace, time, CancellationToken.None)) != reading)
            process.Kill(entireProcessTree: true);
    }

    /// <summary>Hands on events; true when the last one was the end of the run.</summary>
    private static async Task<bool> ReadAsync(Process process, Action<LoadEvent> heard)
    {
        var ended = false;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (LoadEvent.Read(line) is not { } told)
                continue;
            heard(told);
            ended |= told is LoadEnded or LoadRefused;
        }
        return ended;
    }

    /// <summary>Keys of a role last an hour or less: newer ones follow.</summary>
    private async Task RenewAsync(string connection, Process process, CancellationToken ended)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Renewal, time, ended);
                await SayAsync(process, new LoadWord { Credentials = await KeysAsync(connection) });
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or CloudException)
        {
            // Without newer keys the run goes on with those it has, and shows what the cloud says to them.
        }
    }

    private async Task<LoadCredentials> KeysAsync(string connection)
    {
        try
        {
            var keys = await clients.CredentialsOf(connection).GetCredentialsAsync();
            return new LoadCredentials(keys.AccessKey, keys.SecretKey, keys.Token ?? "");
        }
        catch (Exception e) when (FaultReading.Read(e, connections.Find(connection)!) is { } fault)
        {
            throw new CloudException(fault, e);
        }
    }

    private static async Task SayAsync<T>(Process process, T what)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(what, LoadEvent.Json));
        await process.StandardInput.FlushAsync();
    }

    private static async Task<string> ComplaintsAsync(Process process)
    {
        var words = new StringBuilder();
        while (await process.StandardError.ReadLineAsync() is { } line)
            if (words.Length < MostWords)
                words.Append(line).Append(' ');
        return words.ToString().Trim();
    }

    private static Process Start()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "MLOps.LoadGenerator.dll");
        if (!File.Exists(program))
            throw Broken($"The load generator is missing: there is no {program}.");
        var start = new ProcessStartInfo(Host(), [program])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = AppContext.BaseDirectory,
            StandardInputEncoding = new UTF8Encoding(false), StandardOutputEncoding = new UTF8Encoding(false),
        };
        // It needs nothing of what the portal was told, and the portal answers people meanwhile.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("AWS_", StringComparison.OrdinalIgnoreCase) || k.Contains("__", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        try
        {
            var process = Process.Start(start)!;
            Yield(process);
            return process;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw Broken($"The load generator does not start: {e.Message}");
        }
    }

    private static void Yield(Process process)
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or PlatformNotSupportedException)
        {
            // It has ended already, or the system does not let it.
        }
    }

    /// <summary>The program that runs this process: the generator is of the same runtime.</summary>
    private static string Host()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..", name));
        return File.Exists(beside) ? beside : name;
    }

    private static CloudException Broken(string message) => new(new CloudFault(CloudFaultKind.ServiceFailure, message));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Load generator {Process} sends {Requests} requests to {Endpoint}, at most {Concurrency} at a time")]
        public static partial void Started(ILogger logger, int process, string endpoint, int concurrency, int requests);
    }
}
