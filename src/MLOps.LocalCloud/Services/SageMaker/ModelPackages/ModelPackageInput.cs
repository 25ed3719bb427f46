using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.ModelPackages;

/// <summary>What CreateModelPackage and UpdateModelPackage check beyond the API description.</summary>
internal sealed class ModelPackageInput(IImageStore images, S3Objects objects)
{
    /// <summary>Checks that a package can be made: one place for its name, images that exist, model data that exist.</summary>
    public async Task CheckAsync(OperationCall call)
    {
        Unsupported.Refuse(call.Input, "CreateModelPackage",
            "ValidationSpecification", "CertifyForMarketplace", "SourceAlgorithmSpecification", "SecurityConfig", "ManagedStorageType");
        if ((call.Input.Text("ModelPackageName") is null) == (call.Input.Text("ModelPackageGroupName") is null))
            throw AwsException.Validation("Specify either ModelPackageName, for an unversioned model package, or ModelPackageGroupName, for the next version of a group.");
        if (call.Input.Text("ModelPackageName") is not null && call.Input.Text("ModelApprovalStatus") is not null)
            throw AwsException.Validation("ModelApprovalStatus does not apply to unversioned model packages.");
        if (call.Input.Text("ModelPackageGroupName") is not null && call.Input.Objects("Tags").Any())
            throw AwsException.Validation("Tags cannot be given to a version of a model package group: tag the group.");
        await CheckInferenceAsync(call, call.Input.Object("InferenceSpecification"));
    }

    /// <summary>Checks an inference specification and writes down what its image tags name now; null is accepted.</summary>
    public async Task CheckInferenceAsync(OperationCall call, JsonObject? specification)
    {
        if (specification is null)
            return;
        if (!specification.Objects("Containers").Any())
            throw AwsException.Validation("InferenceSpecification needs at least one container.");
        foreach (var container in specification.Objects("Containers"))
        {
            Unsupported.Refuse(container, call.Operation, "ProductId", "AdditionalModelDataSources", "AdditionalS3DataSource", "BaseModel", "ModelDataSource");
            var image = container.Text("Image") ?? throw AwsException.Validation("A container of InferenceSpecification needs an Image.");
            container["ImageDigest"] = images.Resolve(image).Split('@')[^1];
            if (container.Text("ModelDataUrl") is { } data)
                await CheckObjectAsync(call, data);
        }
    }

    private async Task CheckObjectAsync(OperationCall call, string uri)
    {
        var location = S3Location.Parse(uri) ?? throw AwsException.Validation($"{uri} is not of the form s3://bucket/key.");
        try
        {
            if (await objects.ExistsAsync(call.Scope, location, call.Cancelled))
                return;
        }
        catch (AwsException e) when (e.Code == "NoSuchBucket")
        {
            // Said below.
        }
        throw AwsException.Validation($"Could not access model data at {uri}. Please make sure that the object exists.");
    }
}
