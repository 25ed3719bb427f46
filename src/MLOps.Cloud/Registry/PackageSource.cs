using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Registry;

/// <summary>Reads the newest versions of all groups. One is described when it is new or its approval or its status has changed.</summary>
internal sealed class PackageSource(ICloudClients clients) : IInventorySource<ModelPackage>
{
    public string Kind => "model packages";

    public IComparer<ModelPackage> Order { get; } = Comparer<ModelPackage>.Create((x, y) =>
        y.Created.CompareTo(x.Created) is not 0 and var later ? later
        : string.CompareOrdinal(x.Group, y.Group) is not 0 and var name ? name : y.Version.CompareTo(x.Version));

    public string Key(ModelPackage item) => item.Arn;

    public async Task<IReadOnlyList<ModelPackage>> ReadAllAsync(string connection, ValueList<ModelPackage> known, CancellationToken cancelled)
    {
        var before = known.ToDictionary(p => (p.Arn, p.Approval, p.Status));
        var listed = new List<Aws.ModelPackageSummary>();
        var request = new Aws.ListModelPackagesRequest
        {
            MaxResults = 100, ModelPackageType = ModelPackageType.Versioned, SortBy = ModelPackageSortBy.CreationTime, SortOrder = SortOrder.Descending,
        };
        do
        {
            var answer = await clients.Get<IAmazonSageMaker>(connection).ListModelPackagesAsync(request, cancelled);
            listed.AddRange(answer.ModelPackageSummaryList.OrEmpty());
            request.NextToken = answer.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken) && listed.Count < IModelRegistry.Held);
        var read = await Several.ReadAsync(
            listed,
            async (p, token) => before.GetValueOrDefault((p.ModelPackageArn, p.ModelApprovalStatus.Word(), p.ModelPackageStatus.Word())) ?? await ReadAsync(connection, p.ModelPackageArn, token),
            cancelled);
        return [.. read.OfType<ModelPackage>()];
    }

    public async Task<ModelPackage?> ReadAsync(string connection, string key, CancellationToken cancelled)
    {
        try
        {
            var package = await clients.Get<IAmazonSageMaker>(connection).DescribeModelPackageAsync(
                new Aws.DescribeModelPackageRequest { ModelPackageName = key }, cancelled);
            return package.ModelPackageVersion is null ? null : Package(connection, package);
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            return null;
        }
    }

    private static ModelPackage Package(string connection, Aws.DescribeModelPackageResponse p)
    {
        var container = p.InferenceSpecification?.Containers.OrEmpty().FirstOrDefault();
        var made = p.MetadataProperties?.GeneratedBy ?? "";
        return new ModelPackage(connection, p.ModelPackageGroupName ?? p.ModelPackageName, p.ModelPackageVersion ?? 0, p.ModelApprovalStatus.Word())
        {
            Arn = p.ModelPackageArn ?? "",
            Status = p.ModelPackageStatus.Word(),
            Created = p.CreationTime.Time() ?? default,
            Modified = p.LastModifiedTime.Time(),
            Description = p.ModelPackageDescription ?? "",
            ApprovalDescription = p.ApprovalDescription ?? "",
            Image = container?.Image ?? "",
            ImageDigest = container?.ImageDigest is { Length: > 0 } digest ? digest : Sdk.Digest(container?.Image),
            ModelDataUrl = container?.ModelDataUrl ?? "",
            TrainingJob = made.Split(":training-job/") is [_, var job] ? job : ModelSource.TrainingJob(container?.ModelDataUrl ?? ""),
            ContentTypes = p.InferenceSpecification?.SupportedContentTypes.ToValueList() ?? [],
            ResponseTypes = p.InferenceSpecification?.SupportedResponseMIMETypes.ToValueList() ?? [],
            SamplePayloadUrl = p.SamplePayloadUrl ?? "",
            EvaluationUrl = p.ModelMetrics?.ModelQuality?.Statistics?.S3Uri ?? "",
            Metadata = p.CustomerMetadataProperties.Settings(),
        };
    }
}
