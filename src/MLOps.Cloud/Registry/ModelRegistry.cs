using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Registry;

/// <inheritdoc/>
internal sealed class ModelRegistry(ICloudClients clients, PackageSource source, IObjectStore objects, IInventory<ModelPackage> inventory, AfterCommand after) : IModelRegistry
{
    private const int PageSize = 50;
    private const int LargestArchive = 1 << 20;
    private const int LargestSample = 64 << 10;

    public async Task<Page<ModelPackage>> VersionsAsync(string connection, string group, string? next, CancellationToken cancelled = default)
    {
        var listed = await ListAsync(connection, group, PageSize, next, cancelled);
        var read = await Several.ReadAsync(listed.Items, (p, token) => source.ReadAsync(connection, p.ModelPackageArn, token), cancelled);
        return new Page<ModelPackage>(read.OfType<ModelPackage>().ToValueList(), listed.Next);
    }

    public async Task<ModelPackage> VersionAsync(string connection, string group, int version, CancellationToken cancelled = default)
    {
        Page<Aws.ModelPackageSummary> page = new([], null);
        do
        {
            page = await ListAsync(connection, group, 100, page.Next, cancelled);
            if (page.Items.FirstOrDefault(p => p.ModelPackageVersion == version) is { } found && await source.ReadAsync(connection, found.ModelPackageArn, cancelled) is { } read)
                return read;
        }
        while (page.Next is not null);
        throw new CloudException(new CloudFault(CloudFaultKind.NotFound, $"The group {group} has no version {version}."));
    }

    private async Task<Page<Aws.ModelPackageSummary>> ListAsync(string connection, string group, int size, string? next, CancellationToken cancelled)
    {
        var answer = await clients.Get<IAmazonSageMaker>(connection).ListModelPackagesAsync(new Aws.ListModelPackagesRequest
        {
            ModelPackageGroupName = group, MaxResults = size, NextToken = next, SortBy = ModelPackageSortBy.CreationTime, SortOrder = SortOrder.Descending,
        }, cancelled);
        return new(answer.ModelPackageSummaryList.OrEmpty().ToValueList(), string.IsNullOrEmpty(answer.NextToken) ? null : answer.NextToken);
    }

    public async Task<SamplePayload?> SampleAsync(string connection, ModelPackage package, CancellationToken cancelled = default)
    {
        if (ObjectRef.Parse(package.SamplePayloadUrl) is not { } place)
            return null;
        var archive = await objects.ReadAsync(connection, place, LargestArchive, cancelled);
        try
        {
            await using var gzip = new GZipStream(new MemoryStream(archive), CompressionMode.Decompress);
            await using var tar = new TarReader(gzip);
            while (await tar.GetNextEntryAsync(cancellationToken: cancelled) is { } entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.DataStream is null || entry.Length > LargestSample)
                    continue;
                using var text = new StreamReader(entry.DataStream, Encoding.UTF8);
                return new SamplePayload(entry.Name, await text.ReadToEndAsync(cancelled));
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            // It is no archive: then there is no sample.
        }
        return null;
    }

    public async Task DecideAsync(string connection, string arn, string seen, bool approve, string description, CancellationToken cancelled = default)
    {
        var client = clients.Get<IAmazonSageMaker>(connection);
        var now = await client.DescribeModelPackageAsync(new Aws.DescribeModelPackageRequest { ModelPackageName = arn }, cancelled);
        if (now.ModelApprovalStatus.Word() != seen)
            throw new CloudException(new CloudFault(CloudFaultKind.Conflict,
                $"This version is {now.ModelApprovalStatus.Word()} by now: {now.ApprovalDescription ?? "nobody said why"}. Look at it again, then decide."));
        await client.UpdateModelPackageAsync(new Aws.UpdateModelPackageRequest
        {
            ModelPackageArn = arn,
            ModelApprovalStatus = approve ? ModelApprovalStatus.Approved : ModelApprovalStatus.Rejected,
            ApprovalDescription = description,
        }, cancelled);
        await after.RefreshAsync(inventory, connection, arn, cancelled);
    }
}
