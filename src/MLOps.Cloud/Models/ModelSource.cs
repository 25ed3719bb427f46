using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Models;

/// <summary>Reads the newest models; a model never changes, so each is described once.</summary>
internal sealed class ModelSource(ICloudClients clients) : IInventorySource<ModelSummary>, IModelReader
{
    public string Kind => "models";

    public IComparer<ModelSummary> Order { get; } = Comparer<ModelSummary>.Create((x, y) =>
        y.Created.CompareTo(x.Created) is not 0 and var later ? later : string.CompareOrdinal(x.Name, y.Name));

    public string Key(ModelSummary item) => item.Name;

    public async Task<IReadOnlyList<ModelSummary>> ReadAllAsync(string connection, ValueList<ModelSummary> known, CancellationToken cancelled)
    {
        var before = known.ToDictionary(m => (m.Name, m.Created));
        var listed = new List<Aws.ModelSummary>();
        var request = new Aws.ListModelsRequest { MaxResults = 100, SortBy = ModelSortKey.CreationTime, SortOrder = OrderKey.Descending };
        do
        {
            var answer = await clients.Get<IAmazonSageMaker>(connection).ListModelsAsync(request, cancelled);
            listed.AddRange(answer.Models.OrEmpty());
            request.NextToken = answer.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken) && listed.Count < IModelReader.Held);
        var read = await Several.ReadAsync(
            listed,
            async (m, token) => before.GetValueOrDefault((m.ModelName, m.CreationTime.Time() ?? default)) ?? await ReadAsync(connection, m.ModelName, token),
            cancelled);
        return [.. read.OfType<ModelSummary>()];
    }

    public async Task<ModelSummary?> ReadAsync(string connection, string key, CancellationToken cancelled)
    {
        try
        {
            return await DetailAsync(connection, key, cancelled);
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            return null;
        }
    }

    public async Task<ModelSummary> DetailAsync(string connection, string model, CancellationToken cancelled = default)
    {
        var m = await clients.Get<IAmazonSageMaker>(connection).DescribeModelAsync(new Aws.DescribeModelRequest { ModelName = model }, cancelled);
        var container = m.PrimaryContainer ?? m.Containers.OrEmpty().FirstOrDefault();
        var artifact = container?.ModelDataUrl ?? container?.ModelDataSource?.S3DataSource?.S3Uri ?? "";
        return new ModelSummary(connection, m.ModelName, m.CreationTime.Time() ?? default)
        {
            Arn = m.ModelArn ?? "",
            Image = container?.Image ?? "",
            ModelDataUrl = artifact,
            RoleArn = m.ExecutionRoleArn ?? "",
            Environment = container?.Environment.Settings() ?? [],
            TrainingJob = TrainingJob(artifact),
        };
    }

    public async Task<Page<ModelSummary>> SearchAsync(string connection, ModelQuery query, int size, string? next, CancellationToken cancelled = default)
    {
        var answer = await clients.Get<IAmazonSageMaker>(connection).ListModelsAsync(new Aws.ListModelsRequest
        {
            MaxResults = size,
            NextToken = next,
            NameContains = query.NameContains.Length > 0 ? query.NameContains : null,
            SortBy = query.ByName ? ModelSortKey.Name : ModelSortKey.CreationTime,
            SortOrder = query.Descending ? OrderKey.Descending : OrderKey.Ascending,
        }, cancelled);
        var found = answer.Models.OrEmpty().Select(m => new ModelSummary(connection, m.ModelName, m.CreationTime.Time() ?? default) { Arn = m.ModelArn ?? "" });
        return new Page<ModelSummary>(found.ToValueList(), string.IsNullOrEmpty(answer.NextToken) ? null : answer.NextToken);
    }

    /// <summary>SageMaker writes a job's model to <c>OutputPath/JOB/output/model.tar.gz</c>.</summary>
    internal static string TrainingJob(string artifact) =>
        artifact.Split('/') is [.., var job, "output", "model.tar.gz"] ? job : "";
}
