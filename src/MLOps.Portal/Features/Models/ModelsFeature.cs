using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Models;

internal static class ModelsFeature
{
    public static void AddModels(this WebApplicationBuilder builder) => builder.Services.AddSingleton<IReconciler, PackageReconciler>();
}
