using Microsoft.Extensions.DependencyInjection.Extensions;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Audit;

/// <summary>The ledger: kept, looked up after a crash, shown and exported.</summary>
internal static class AuditFeature
{
    public static void AddAudit(this WebApplicationBuilder builder)
    {
        builder.AddFeatureDatabase<LedgerDbContext>("ledger");
        builder.Services.AddOptions<AuditOptions>().Bind(builder.Configuration.GetSection(AuditOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<LedgerInstance>().AddSingleton<LedgerStore>().AddSingleton<ILedger>(services => services.GetRequiredService<LedgerStore>());
        builder.Services.TryAddSingleton<IFaultPoints, NoFaultPoints>();
        builder.Services.AddSingleton<Recorder>();
        builder.Services.AddSingleton<AuditReader>().AddSingleton<ChainVerifier>();
        builder.Services.AddSingleton<OutsideAnswers>().AddHostedService<OutsideWatch>();
        builder.Services.AddSingleton<OpenIntents>().AddSingleton<Reconciliation>().AddHostedService<ReconciliationWatch>();
    }

    /// <summary>Who may look may take it away: an auditor checks it elsewhere.</summary>
    public static void MapAudit(this WebApplication app)
    {
        var export = app.MapGroup("/audit").RequireAuthorization(Policies.View);
        export.MapGet("/export.jsonl", AuditExports.LinesAsync);
        export.MapGet("/export.csv", AuditExports.CsvAsync);
    }
}
