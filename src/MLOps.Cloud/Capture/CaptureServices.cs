using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Drift;

namespace MLOps.Cloud.Capture;

internal static class CaptureServices
{
    public static IServiceCollection AddCapture(this IServiceCollection services) => services
        .AddSingleton<ICaptureReader, CaptureReader>()
        .AddSingleton<IDriftReader, DriftReader>();
}
