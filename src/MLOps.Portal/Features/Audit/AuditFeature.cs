using Microsoft.Extensions.DependencyInjection.Extensions;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.Ledger;

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
        builder.Services.AddSingleton<OpenIntents>().AddSingleton<Reconciliation>().AddHostedService<ReconciliationWatch>();
    }
}
