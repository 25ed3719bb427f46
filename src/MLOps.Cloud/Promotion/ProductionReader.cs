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
        var origins = (await Several.ReadAsync(now.Variants, (v, token) => OriginAsync(connection, v, token), cancelled)).ToValueList();
        var history = new ProductionHistory(now) { Origins = origins, Configs = await ConfigsAsync(connection, now, cancelled) };
        // The run of what serves most tells which pipeline this endpoint belongs to; that of another variant will do as well.
        PipelineDetail? found = null;
        foreach (var execution in now.Variants.OrderByDescending(v => Math.Max(v.CurrentWeight, v.DesiredWeight))
            .Select(v => origins.First(o => o.Variant == v.Name).ExecutionId).Where(id => id.Length > 0).Distinct())
        {
            if ((found = await PipelineAsync(connection, endpoint, execution, cancelled)) is not null)
                break;
        }
        if (found is null)
            return history;
        var stages = found.Definition.Stages;
        var deploy = stages.LastOrDefault(s => s.Actions.Any(a => a.Category == "Deploy"));
        var asks = stages.TakeWhile(s => s != deploy).LastOrDefault(s => s.Actions.Any(a => a.Category == PipelineMapping.Approval));
        return history with
        {
            Pipeline = found.Definition.Name,
            Stage = deploy?.Name ?? "",
            ApprovalStage = asks?.Name ?? "",
            Approval = asks?.Actions.Last(a => a.Category == PipelineMapping.Approval).Name ?? "",
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
