using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Cloud.Evaluations;

internal static class EvaluationServices
{
    public static IServiceCollection AddEvaluations(this IServiceCollection services) => services.AddSingleton<IEvaluations, EvaluationJobs>();
}
