using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Promotion;

/// <inheritdoc/>
internal sealed class ProductionReader(ICloudClients clients, EndpointSource endpoints, EndpointOrigins lineage, DeployingStages stages, IPipelineReader pipelines) : IProductionReader
{
    private const int MostConfigs = 10;

    public async Task<ProductionHistory> HistoryAsync(string connection, string endpoint, CancellationToken cancelled = default)
    {
        var now = await endpoints.ReadAsync(connection, endpoint, cancelled)
            ?? throw new CloudException(new CloudFault(CloudFaultKind.NotFound, $"There is no endpoint named '{endpoint}'."));
        var origins = await lineage.ReadAsync(connection, now, cancelled);
        var history = new ProductionHistory(now) { Origins = origins, Configs = await ConfigsAsync(connection, now, cancelled) };
        var stage = await stages.ByStackAsync(connection, now, cancelled);
        var found = stage is null ? await lineage.PipelineAsync(connection, now, origins, cancelled) : await pipelines.DetailAsync(connection, stage.Pipeline, cancelled);
        if (found is null)
            return history;
        stage ??= DeployingStages.Last(found.Definition);
        return history with
        {
            Pipeline = found.Definition.Name,
            Stage = stage?.Stage ?? "",
            ApprovalStage = stage?.ApprovalStage ?? "",
            Approval = stage?.Approval ?? "",
            Earlier = Earlier(found, origins),
        };
    }

    /// <summary>What was good before the execution that was deployed last. CodePipeline refuses to go back to what another version of the pipeline brought.</summary>
    private static ValueList<PipelineExecution> Earlier(PipelineDetail pipeline, ValueList<VariantOrigin> origins)
    {
        var serving = origins.Select(o => o.ExecutionId).ToHashSet();
        var newest = pipeline.Executions.Items.Where(e => serving.Contains(e.Id)).Max(e => e.Started);
        return pipeline.Executions.Items
            .Where(e => e is { Status: "Succeeded", ExecutionType: not "ROLLBACK" } && (newest is null || e.Started < newest)
                && (e.PipelineVersion is null || e.PipelineVersion == pipeline.Definition.Version))
            .ToValueList();
    }

    private async Task<ValueList<EarlierConfig>> ConfigsAsync(string connection, EndpointSummary endpoint, CancellationToken cancelled)
    {
        var answer = await clients.Get<IAmazonSageMaker>(connection).ListEndpointConfigsAsync(
            new Aws.ListEndpointConfigsRequest { NameContains = endpoint.Name, SortBy = EndpointConfigSortKey.CreationTime, SortOrder = OrderKey.Descending, MaxResults = MostConfigs }, cancelled);
        return answer.EndpointConfigs.OrEmpty().Where(c => c.EndpointConfigName != endpoint.ConfigName)
            .Select(c => new EarlierConfig(c.EndpointConfigName, c.CreationTime.Time() ?? default)).ToValueList();
    }
}
