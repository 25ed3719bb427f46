using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.ModelPackages;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.Models;

/// <summary>Creates, shows, lists and deletes models: an image and the data that it serves.</summary>
internal sealed class ModelOperations(
    ModelTable models, ModelPackageTable packages, IImageStore images, S3Objects objects, Roles roles, TimeProvider time) : IOperations
{
    public void Map(OperationMap map) => map
        .On("sagemaker", "CreateModel", CreateAsync)
        .On("sagemaker", "DescribeModel", call => models.Get(call.Scope, call.Input.Required("ModelName")))
        .On("sagemaker", "ListModels", call => ListPage.Of(call.Input, models.Entries(call.Scope), "Models", descending: true))
        .On("sagemaker", "DeleteModel", Delete);

    private async Task<OperationAnswer> CreateAsync(OperationCall call)
    {
        Unsupported.Refuse(call.Input, "CreateModel", "InferenceExecutionConfig");
        var name = call.Input.Required("ModelName");
        if (models.Find(call.Scope, name) is not null)
            throw models.Exists(call.Scope, name);
        foreach (var named in call.Input.Objects("Containers").Append(call.Input.Object("PrimaryContainer")).OfType<JsonObject>())
            Unpack(call.Scope, named);
        var container = Container(call.Input);
        if (call.Input.Text("ExecutionRoleArn") is { } role)
            await roles.CheckAsync(call, role);
        else
            throw AwsException.Validation("ExecutionRoleArn is required.");
        await CheckDataAsync(call, container);
        var model = call.Input.Pick("ModelName", "PrimaryContainer", "Containers", "ExecutionRoleArn", "VpcConfig", "Tags");
        model["ModelArn"] = models.Arn(call.Scope, name);
        model["CreationTime"] = time.GetUtcNow().ToEpoch();
        model["EnableNetworkIsolation"] = call.Input.Flag("EnableNetworkIsolation") ?? false;
        model["ResolvedImage"] = images.Resolve(container.Required("Image"));
        if (model.Object("PrimaryContainer") is { } primary)
            primary["Mode"] ??= "SingleModel";
        if (!models.TryAdd(call.Scope, name, model))
            throw models.Exists(call.Scope, name);
        return new JsonObject { ["ModelArn"] = model.Text("ModelArn") };
    }

    private JsonObject Delete(OperationCall call)
    {
        var name = call.Input.Required("ModelName");
        return models.Remove(call.Scope, name) ? [] : throw models.NotFound(call.Scope, name);
    }

    /// <summary>Writes what a model package holds into the container that names it.</summary>
    private void Unpack(Scope scope, JsonObject container)
    {
        if (container.Text("ModelPackageName") is not { } named)
            return;
        if (container["Image"] is not null || container["ModelDataUrl"] is not null || container["ModelDataSource"] is not null)
            throw AwsException.Validation("A container takes its image and model data from ModelPackageName, or names them itself, not both.");
        var package = packages.Get(scope, packages.Key(scope, named));
        if (package.Text("ModelApprovalStatus") is { } approval && approval != "Approved")
            throw AwsException.Validation($"Cannot create a model from ModelPackage {package.Text("ModelPackageArn")}: its approval status is {approval}. It must be Approved to be deployed.");
        var packed = package.Object("InferenceSpecification")?.Objects("Containers").ToList() ?? [];
        if (packed.Count != 1)
            throw Unsupported.Of("model packages of several containers, or of none");
        var environment = packed[0].Object("Environment").Copy() ?? [];
        foreach (var (name, value) in container.Object("Environment") ?? [])
            environment[name] = value.Copy();
        foreach (var (member, value) in packed[0].Pick("Image", "ModelDataUrl"))
            container[member] = value.Copy();
        container["Environment"] = environment;
    }

    /// <summary>The one container of a model.</summary>
    internal static JsonObject Container(JsonObject model)
    {
        var containers = model.Objects("Containers").ToList();
        var container = model.Object("PrimaryContainer");
        if (container is not null && containers.Count > 0)
            throw AwsException.Validation("Specify either PrimaryContainer or Containers, not both.");
        if (containers.Count > 1)
            throw Unsupported.Of("inference pipelines (a model of several containers)");
        container ??= containers.SingleOrDefault() ?? throw AwsException.Validation("A model needs a PrimaryContainer.");
        Unsupported.Refuse(container, "CreateModel", "InferenceSpecificationName", "AdditionalModelDataSources", "MultiModelConfig", "ImageConfig");
        if (container.Text("Mode") == "MultiModel")
            throw Unsupported.Of("multi-model containers");
        if (container.Text("Image") is null)
            throw AwsException.Validation("A container needs an Image.");
        if (container["ModelDataUrl"] is not null && container["ModelDataSource"] is not null)
            throw AwsException.Validation("Specify either ModelDataUrl or ModelDataSource, not both.");
        return container;
    }

    private async Task CheckDataAsync(OperationCall call, JsonObject container)
    {
        var source = container.Object("ModelDataSource")?.Object("S3DataSource");
        var uri = container.Text("ModelDataUrl") ?? source?.Text("S3Uri");
        if (uri is null)
            return;
        var location = S3Location.Parse(uri) ?? throw AwsException.Validation($"{uri} is not of the form s3://bucket/key.");
        try
        {
            var prefix = source?.Text("S3DataType") == "S3Prefix";
            if (prefix ? (await objects.ListAsync(call.Scope, location, call.Cancelled, limit: 1)).Count > 0 : await objects.ExistsAsync(call.Scope, location, call.Cancelled))
                return;
        }
        catch (AwsException e) when (e.Code == "NoSuchBucket")
        {
            // Said below.
        }
        throw AwsException.Validation(
            $"Could not find model data at {uri}. Please make sure that the role \"{call.Input.Text("ExecutionRoleArn")}\" exists and that its trust relationship policy " +
            "allows the action \"sts:AssumeRole\" for the service principal \"sagemaker.amazonaws.com\". Also ensure that the object exists.");
    }
}
