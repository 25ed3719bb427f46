using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace MLOps.Portal.Hosting.Logging;

/// <summary>Logging in two stages: a plain console until the settings are read, then console and a rolling file.</summary>
internal static class SerilogSetup
{
    private const string ConsoleLine = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}";
    private const string FileLine = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} {SourceContext} {Message:lj} {Properties:j}";

    public static Serilog.ILogger Bootstrap() => new LoggerConfiguration()
        .MinimumLevel.Information()
        .WriteTo.Console(new LogLines(ConsoleLine))
        .CreateLogger();

    public static void AddPortalLogging(this WebApplicationBuilder builder)
    {
        builder.Services.AddSerilog((services, logging) =>
        {
            var logs = services.GetRequiredService<StatePaths>().Logs;
            logging
                .MinimumLevel.Information()
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("System", LogEventLevel.Warning)
                .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
                // Keys lie beside the database, under the same protection of the folder.
                .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogEventLevel.Error)
                // It says at each form that it forbids caching as well.
                .MinimumLevel.Override("Microsoft.AspNetCore.Antiforgery", LogEventLevel.Error)
                .ReadFrom.Configuration(builder.Configuration)
                .Enrich.FromLogContext()
                .Enrich.With<SecretRedaction>()
                .WriteTo.Logger(console => console
                    .Filter.ByExcluding(IsTraffic)
                    .WriteTo.Console(new LogLines(ConsoleLine)))
                .WriteTo.File(new LogLines(FileLine), Path.Combine(logs, "portal-.log"),
                    rollingInterval: RollingInterval.Day, retainedFileCountLimit: 14, fileSizeLimitBytes: 64 << 20, rollOnFileSizeLimit: true);
        }, preserveStaticLogger: true);
    }

    public static void UsePortalRequestLogging(this WebApplication app) => app.UseSerilogRequestLogging(options =>
    {
        options.MessageTemplate = "{RequestMethod} {RequestPath} answered {StatusCode} in {Elapsed:0} ms";
        options.GetLevel = (context, _, fault) => Level(context, fault);
        options.EnrichDiagnosticContext = (diagnostics, context) =>
        {
            if (context.Connection.RemoteIpAddress is { } address)
                diagnostics.Set("Address", address.ToString());
            if (context.User.Identity?.Name is { } name)
                diagnostics.Set("User", name);
        };
    });

    /// <summary>Calls to the cloud, several a second: they belong into the file, and would bury the sign-in links on the console.</summary>
    private static bool IsTraffic(LogEvent entry) =>
        entry.Level < LogEventLevel.Warning && entry.Properties.TryGetValue(Constants.SourceContextPropertyName, out var value)
        && value is ScalarValue { Value: string source }
        && (source.StartsWith("MLOps.LocalCloud.Protocol", StringComparison.Ordinal) || source.StartsWith("MLOps.Cloud.Calls", StringComparison.Ordinal));

    private static LogEventLevel Level(HttpContext context, Exception? fault)
    {
        if (fault is not null || context.Response.StatusCode >= 500)
            return LogEventLevel.Error;
        // Files, probes and the circuit's own traffic would drown what people do.
        var path = context.Request.Path;
        var quiet = path.StartsWithSegments("/_blazor") || path.StartsWithSegments("/_framework") || path.StartsWithSegments("/health")
            || path.StartsWithSegments("/_content") || Path.HasExtension(path);
        return quiet ? LogEventLevel.Debug : LogEventLevel.Information;
    }
}
