using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.CloudWatch;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SageMaker;

namespace MLOps.Tests.Browser;

/// <summary>What a team does to an endpoint past the portal: it makes a bad model by mistake, and an alarm by foresight.</summary>
internal sealed class MishapHands : IDisposable
{
    private readonly AmazonS3Client s3;
    private readonly AmazonSageMakerClient sageMaker;
    private readonly AmazonCloudWatchClient alarms;

    public MishapHands(string url)
    {
        var who = new BasicAWSCredentials("test", "test");
        s3 = new(who, new AmazonS3Config { ServiceURL = url, AuthenticationRegion = "us-east-1", ForcePathStyle = true });
        sageMaker = new(who, new AmazonSageMakerConfig { ServiceURL = url, AuthenticationRegion = "us-east-1" });
        alarms = new(who, new AmazonCloudWatchConfig { ServiceURL = url, AuthenticationRegion = "us-east-1" });
    }

    public async Task<string> StatusAsync(string endpoint) => (await sageMaker.DescribeEndpointAsync(new() { EndpointName = endpoint })).EndpointStatus.Value;

    /// <summary>
    /// A model made of the one that serves, as a mistake in its packaging leaves it: its default algorithm is one that it does not hold. It
    /// starts and is healthy, and fails every request that names no algorithm. Answers its name.
    /// </summary>
    public async Task<string> MispackagedModelAsync(string endpoint)
    {
        var config = (await sageMaker.DescribeEndpointAsync(new() { EndpointName = endpoint })).EndpointConfigName;
        var serving = (await sageMaker.DescribeEndpointConfigAsync(new() { EndpointConfigName = config })).ProductionVariants[0].ModelName;
        var model = await sageMaker.DescribeModelAsync(new() { ModelName = serving });
        var image = model.PrimaryContainer;
        var place = new Uri(image.ModelDataUrl);
        using var archive = new MemoryStream();
        using (var current = await s3.GetObjectAsync(place.Host, place.AbsolutePath[1..]))
            await RepackAsync(current.ResponseStream, archive, "signature.json", signature => signature["default"] = "forgotten");
        const string key = "models/mispackaged/model.tar.gz";
        archive.Position = 0;
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = place.Host, Key = key, InputStream = archive, ContentType = "application/gzip" });
        image.ModelDataUrl = $"s3://{place.Host}/{key}";
        await sageMaker.CreateModelAsync(new() { ModelName = "iris-model-mispackaged", ExecutionRoleArn = model.ExecutionRoleArn, PrimaryContainer = image });
        return "iris-model-mispackaged";
    }

    /// <summary>An alarm on the errors of an endpoint's first variant, which looks every ten seconds.</summary>
    public async Task<string> AlarmOnErrorsAsync(string endpoint)
    {
        var variant = (await sageMaker.DescribeEndpointAsync(new() { EndpointName = endpoint })).ProductionVariants[0].VariantName;
        await alarms.PutMetricAlarmAsync(new()
        {
            AlarmName = $"{endpoint} answers with errors", Namespace = "AWS/SageMaker", MetricName = "Invocation5XXErrors", Statistic = Statistic.Sum,
            Dimensions = [new() { Name = "EndpointName", Value = endpoint }, new() { Name = "VariantName", Value = variant }],
            Period = 10, EvaluationPeriods = 1, Threshold = 0, ComparisonOperator = ComparisonOperator.GreaterThanThreshold, TreatMissingData = "notBreaching",
        });
        return $"{endpoint} answers with errors";
    }

    private static async Task RepackAsync(Stream from, Stream to, string file, Action<JsonNode> change)
    {
        await using var unzipped = new GZipStream(from, CompressionMode.Decompress);
        await using var reader = new TarReader(unzipped);
        await using var zipped = new GZipStream(to, CompressionMode.Compress, leaveOpen: true);
        await using var writer = new TarWriter(zipped);
        while (await reader.GetNextEntryAsync(copyData: true) is { } entry)
        {
            if (entry.Name.Split('/')[^1] == file)
            {
                var json = JsonNode.Parse(entry.DataStream!)!;
                change(json);
                entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(json.ToJsonString()));
            }
            await writer.WriteEntryAsync(entry);
        }
    }

    public void Dispose()
    {
        s3.Dispose();
        sageMaker.Dispose();
        alarms.Dispose();
    }
}
