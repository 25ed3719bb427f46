using System.Diagnostics;

namespace MLOps.Tests.Wire.Support;

/// <summary>Runs a client program to its end, with the environment that leads AWS clients to a local cloud.</summary>
internal static class ClientProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<ClientRun> RunAsync(string program, IEnumerable<string> arguments, string? address, string input = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (var (name, value) in Environment(address))
            start.Environment[name] = value;
        foreach (var inherited in new[] { "AWS_PROFILE", "AWS_SESSION_TOKEN" })
            start.Environment.Remove(inherited);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
            return new ClientRun(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static IEnumerable<(string, string)> Environment(string? address) =>
    [
        ("AWS_ENDPOINT_URL", address ?? ""), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), 
        ("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_REGION", "us-east-1"), ("AWS_PAGER", ""),
        ("AWS_MAX_ATTEMPTS", "1"), ("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"), ("NO_PROXY", "127.0.0.1,localhost"), ("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONUTF8", "1"),
    ];
}
