using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.SageMaker;

/// <summary>Short ways to deploy and invoke on a <see cref="SageMakerCloud"/>. A model is the text that it answers with.</summary>
internal static class ServingCloud
{
    public static async Task ModelAsync(this SageMakerCloud cloud, string name, string text)
    {
        using var archive = new MemoryStream();
        await using (var gzip = new GZipStream(archive, CompressionMode.Compress, leaveOpen: true))
        await using (var tar = new TarWriter(gzip))
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "weights") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        await cloud.PutAsync($"models/{name}.tar.gz", archive.ToArray());
        await cloud.CallAsync("CreateModel", new()
        {
            ["ModelName"] = name,
            ["ExecutionRoleArn"] = SageMakerCloud.Role,
            ["PrimaryContainer"] = new JsonObject { ["Image"] = SageMakerCloud.Image, ["ModelDataUrl"] = $"s3://data/models/{name}.tar.gz" },
        });
    }

    public static Task ConfigAsync(this SageMakerCloud cloud, string name, params (string Variant, string Model, int Instances, double Weight)[] variants) =>
        cloud.CallAsync("CreateEndpointConfig", new()
        {
            ["EndpointConfigName"] = name,
            ["ProductionVariants"] = new JsonArray([.. variants.Select(v => new JsonObject
            {
                ["VariantName"] = v.Variant,
                ["ModelName"] = v.Model,
                ["InitialInstanceCount"] = v.Instances,
                ["InstanceType"] = "ml.m5.large",
                ["InitialVariantWeight"] = v.Weight,
            })]),
        });

    /// <summary>A model, a configuration and an endpoint of one name, with one variant <c>Main</c>, in service.</summary>
    public static async Task DeployAsync(this SageMakerCloud cloud, string name, int instances = 1)
    {
        await cloud.ModelAsync(name, name);
        await cloud.ConfigAsync(name, ("Main", name, instances, 1));
        await cloud.CallAsync("CreateEndpoint", new() { ["EndpointName"] = name, ["EndpointConfigName"] = name });
        await cloud.StatusAsync(name, "InService");
    }

    public static Task<JsonObject> StatusAsync(this SageMakerCloud cloud, string name, string status) =>
        cloud.UntilAsync("DescribeEndpoint", new() { ["EndpointName"] = name }, e => e.Text("EndpointStatus") == status);

    public static Task<JsonObject> DescribeAsync(this SageMakerCloud cloud, string name) => cloud.CallAsync("DescribeEndpoint", new() { ["EndpointName"] = name });

    public static async Task<(string Body, JsonObject Output)> InvokeAsync(this SageMakerCloud cloud, string name, string body, JsonObject? more = null)
    {
        var input = more ?? [];
        input["EndpointName"] = name;
        var answer = await cloud.Get<ICloudCaller>().CallAsync(new OperationCall("sagemaker-runtime", "InvokeEndpoint", SageMakerCloud.Scope, input)
        {
            Body = new MemoryStream(Encoding.UTF8.GetBytes(body)),
        });
        return (await new StreamReader(answer.Body!).ReadToEndAsync(), answer.Output);
    }

    public static async Task<AwsException> InvokeRefusedAsync(this SageMakerCloud cloud, string name, string body, JsonObject? more = null) =>
        (await ((Func<Task>)(() => cloud.InvokeAsync(name, body, more))).Should().ThrowAsync<AwsException>()).Which;

    public static LiveEndpoint Live(this SageMakerCloud cloud, string name) => cloud.Get<EndpointEngine>().Find(SageMakerCloud.Scope, name)!;
}
