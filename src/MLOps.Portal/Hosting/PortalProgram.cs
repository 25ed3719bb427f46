using Microsoft.Extensions.Options;
using MLOps.Portal.Hosting.Logging;
using Serilog;

namespace MLOps.Portal.Hosting;

/// <summary>Runs the portal as a program: a fault at start is told in one plain line, and in the exit code.</summary>
internal static class PortalProgram
{
    public static async Task<int> RunAsync(Func<WebApplication> build)
    {
        Log.Logger = SerilogSetup.Bootstrap();
        EarlyEnd? end = null;
        try
        {
            await using var app = build();
            end = app.Services.GetRequiredService<EarlyEnd>();
            await app.RunAsync();
            return end.ExitCode;
        }
        catch (OptionsValidationException refused)
        {
            Log.Fatal("The settings cannot be used:\n  {Faults}", string.Join("\n  ", refused.Failures));
            return 2;
        }
        catch (IOException inUse) when (inUse.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            Log.Fatal("Another program listens there already: {Reason}", inUse.Message);
            return EarlyEnd.PortTaken;
        }
        catch (OperationCanceledException) when (end is { ExitCode: > 0 and var code })
        {
            return code; // the reason was told when it came up
        }
        catch (OperationCanceledException)
        {
            Log.Fatal("The portal was stopped before it had started; if nobody did, the reason stands above");
            return 4;
        }
        finally
        {
            await Log.CloseAndFlushAsync();
        }
    }
}
