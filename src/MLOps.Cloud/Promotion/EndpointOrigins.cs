using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Promotion;

/// <summary>Finds out which executions brought what an endpoint serves, and which pipeline ran them.</summary>
internal sealed class EndpointOrigins(IModelReader models, ITrainingReader training, IPipelineReader pipelines, IInventory<PipelineSummary> inventory)
{
    private const string ExecutionTag = "mlops:execution";
    private const int MostPipelines = 20;

    /// <summary>Where each variant comes from, in the order of the variants.</summary>
    public async Task<ValueList<VariantOrigin>> ReadAsync(string connection, EndpointSummary endpoint, CancellationToken cancelled) =>
        (await Several.ReadAsync(endpoint.Variants, (v, token) => OriginAsync(connection, v, token), cancelled)).ToValueList();

    /// <summary>The pipeline to which the endpoint belongs: the run of what serves most tells, that of another variant will do as well. Null where none is known.</summary>
    public async Task<PipelineDetail?> PipelineAsync(string connection, EndpointSummary endpoint, ValueList<VariantOrigin> origins, CancellationToken cancelled)
    {
        foreach (var execution in endpoint.Variants.OrderByDescending(v => Math.Max(v.CurrentWeight, v.DesiredWeight))
            .Select(v => origins.First(o => o.Variant == v.Name).ExecutionId).Where(id => id.Length > 0).Distinct())
        {
            if (await PipelineAsync(connection, endpoint.Name, execution, cancelled) is { } found)
                return found;
        }
        return null;
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
}
