using MLOps.Portal.Data;
using MLOps.Portal.Shared.History;

namespace MLOps.Portal.Features.Timeline;

/// <summary>What was live on a day: kept by the portal, shown on a page.</summary>
internal static class TimelineFeature
{
    public static void AddTimeline(this WebApplicationBuilder builder)
    {
        builder.AddFeatureDatabase<TimelineDbContext>("timeline");
        builder.Services.AddSingleton<TimelineStore>().AddSingleton<IServingHistory>(services => services.GetRequiredService<TimelineStore>());
        builder.Services.AddHostedService<TimelineRecorder>();
    }
}
