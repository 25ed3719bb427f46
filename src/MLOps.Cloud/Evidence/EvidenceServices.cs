using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Cloud.Evidence;

internal static class EvidenceServices
{
    public static IServiceCollection AddEvidence(this IServiceCollection services) => services
        .AddSingleton<ModelEvidenceReader>()
        .AddSingleton<IEvidenceReader, EvidenceReader>()
        .AddSingleton<ITrainingDataReader, TrainingDataReader>();
}
