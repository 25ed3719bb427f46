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
        try
        {
            await using var app = build();
            await app.RunAsync();
            return 0;
        }
        catch (OptionsValidationException refused)
        {
            Log.Fatal("The settings cannot be used:\n  {Faults}", string.Join("\n  ", refused.Failures));
            return 2;
        }
        catch (IOException inUse) when (inUse.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            Log.Fatal("Another program listens there already: {Reason}", inUse.Message);
            return 3;
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
