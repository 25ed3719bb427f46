using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Promotion;

/// <inheritdoc/>
internal sealed class ProductionReader(
    ICloudClients clients, EndpointSource endpoints, IModelReader models, ITrainingReader training, IPipelineReader pipelines, IInventory<PipelineSummary> inventory)
    : IProductionReader
{
    private const string ExecutionTag = "mlops:execution";
    private const int MostPipelines = 20;
    private const int MostConfigs = 10;

    public async Task<ProductionHistory> HistoryAsync(string connection, string endpoint, CancellationToken cancelled = default)
    {
        var now = await endpoints.ReadAsync(connection, endpoint, cancelled)
            ?? throw new CloudException(new CloudFault(CloudFaultKind.NotFound, $"There is no endpoint named '{endpoint}'."));
        var origins = await Several.ReadAsync(now.Variants, (v, token) => OriginAsync(connection, v, token), cancelled);
        var configs = await ConfigsAsync(connection, now, cancelled);
        // The champion's run tells which pipeline serves this endpoint.
        var champion = now.Variants.MaxBy(v => Math.Max(v.CurrentWeight, v.DesiredWeight));
        var execution = origins.FirstOrDefault(o => o.Variant == champion?.Name)?.ExecutionId ?? "";
        var found = execution.Length == 0 ? null : await PipelineAsync(connection, endpoint, execution, cancelled);
        if (found is null)
            return ProductionHistory.Unknown with { Origins = origins.ToValueList(), Configs = configs };
        var stages = found.Definition.Stages;
        var deploy = stages.LastOrDefault(s => s.Actions.Any(a => a.Category == "Deploy"));
        var approval = stages.TakeWhile(s => s != deploy).SelectMany(s => s.Actions).LastOrDefault(a => a.Category == PipelineMapping.Approval);
        var serving = origins.Select(o => o.ExecutionId).ToHashSet();
        return new ProductionHistory(found.Definition.Name, deploy?.Name ?? "", approval?.Name ?? "")
        {
            Origins = origins.ToValueList(),
            Configs = configs,
            // CodePipeline refuses to go back to what another version of the pipeline brought.
            Earlier = found.Executions.Items
                .Where(e => e is { Status: "Succeeded", ExecutionType: not "ROLLBACK" } && !serving.Contains(e.Id) && (e.PipelineVersion is null || e.PipelineVersion == found.Definition.Version))
                .ToValueList(),
        };
    }

    public async Task<PipelineExecution> ExecutionAsync(string connection, string pipeline, string executionId, CancellationToken cancelled = default) =>
        (await pipelines.ExecutionAsync(connection, pipeline, executionId, cancelled)).Execution;

    private async Task<VariantOrigin> OriginAsync(string connection, VariantState variant, CancellationToken cancelled)
    {
        try
        {
            var model = variant.Model.Length == 0 ? null : await models.DetailAsync(connection, variant.Model, cancelled);
            if (model is not { TrainingJob.Length: > 0 })
                return new VariantOrigin(variant.Name, variant.Model, "", "");
            var job = await training.DetailAsync(connection, model.TrainingJob, cancelled);
            return new VariantOrigin(variant.Name, variant.Model, model.TrainingJob, job.Tags.FirstOrDefault(t => t.Key == ExecutionTag)?.Value ?? "", job.Job.Created);
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            // A model or a job may have been deleted since: the endpoint serves on.
            return new VariantOrigin(variant.Name, variant.Model, "", "");
        }
    }

    /// <summary>The pipeline that ran the execution; the ones whose names look like the endpoint's are asked first.</summary>
    private async Task<PipelineDetail?> PipelineAsync(string connection, string endpoint, string execution, CancellationToken cancelled)
    {
        var candidates = inventory.Current(connection).Items.Select(p => p.Name)
            .OrderByDescending(name => name.Zip(endpoint).TakeWhile(pair => pair.First == pair.Second).Count()).Take(MostPipelines);
        foreach (var name in candidates)
        {
            try
            {
                await pipelines.ExecutionAsync(connection, name, execution, cancelled);
                return await pipelines.DetailAsync(connection, name, cancelled);
            }
            catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
            {
                // Not this one's.
            }
        }
        return null;
    }

    private async Task<ValueList<EarlierConfig>> ConfigsAsync(string connection, EndpointSummary endpoint, CancellationToken cancelled)
    {
        var answer = await clients.Get<IAmazonSageMaker>(connection).ListEndpointConfigsAsync(
            new Aws.ListEndpointConfigsRequest { NameContains = endpoint.Name, SortBy = EndpointConfigSortKey.CreationTime, SortOrder = OrderKey.Descending, MaxResults = MostConfigs }, cancelled);
        return answer.EndpointConfigs.OrEmpty().Where(c => c.EndpointConfigName != endpoint.ConfigName)
            .Select(c => new EarlierConfig(c.EndpointConfigName, c.CreationTime.Time() ?? default)).ToValueList();
    }
}
