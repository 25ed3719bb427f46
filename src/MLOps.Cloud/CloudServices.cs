using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MLOps.Cloud.Access;
using MLOps.Cloud.Capture;
using MLOps.Cloud.Cases;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Evaluations;
using MLOps.Cloud.Events;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Finding;
using MLOps.Cloud.Load;
using MLOps.Cloud.Models;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Prices;
using MLOps.Cloud.Promotion;
using MLOps.Cloud.Registry;
using MLOps.Cloud.Tags;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Tuning;
using MLOps.Cloud.Workshop;

namespace MLOps.Cloud;

/// <summary>Registers everything that the portal needs of clouds.</summary>
public static class CloudServices
{
    /// <summary>
    /// Adds the connections of the section <c>Cloud</c>, readers, commands, the live inventory and the workshop's seeding.
    /// In embedded mode the local cloud must listen at <c>Cloud:EndpointUrl</c>; the host starts it.
    /// </summary>
    public static IServiceCollection AddMLOpsCloud(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddConnections(configuration)
            .AddAccess()
            .AddTelemetry()
            .AddObjects()
            .AddPipelines()
            .AddTraining()
            .AddTuning()
            .AddTransforms()
            .AddEvaluations()
            .AddModels()
            .AddRegistry()
            .AddCapture()
            .AddTags()
            .AddFinding()
            .AddEndpoints()
            .AddLoad()
            .AddEvents()
            .AddEvidence()
            .AddCases()
            .AddPrices(configuration)
            .AddPromotion()
            .AddWorkshop();
    }
}
