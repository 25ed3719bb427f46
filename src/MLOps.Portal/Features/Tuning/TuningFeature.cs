using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Tuning;

internal static class TuningFeature
{
    public static void AddTuning(this WebApplicationBuilder builder) => builder.Services.AddSingleton<IReconciler, TuningReconciler>();
}
