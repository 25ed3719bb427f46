using MLOps.Portal.Features.Endpoints.Scaling;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Endpoints;

internal static class EndpointsFeature
{
    public static void AddEndpoints(this WebApplicationBuilder builder) => builder.Services.AddSingleton<IReconciler, EndpointReconciler>().AddSingleton<IReconciler, ScalingReconciler>();
}
