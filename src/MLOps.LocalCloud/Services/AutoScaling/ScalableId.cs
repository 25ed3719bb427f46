using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.AutoScaling;

/// <summary>What is scaled: the local cloud scales the instances of SageMaker's variants.</summary>
internal sealed record ScalableId(string Namespace, string Resource, string Dimension)
{
    public const string SageMaker = "sagemaker";
    public const string Instances = "sagemaker:variant:DesiredInstanceCount";

    /// <summary>The key of the target's document.</summary>
    public string Key => $"{Namespace}|{Resource}|{Dimension}";

    /// <summary>The endpoint and the variant.</summary>
    public (string Endpoint, string Variant) Variant => Resource.Split('/') is ["endpoint", var endpoint, "variant", var variant]
        ? (endpoint, variant) : throw new InvalidOperationException($"{Resource} names no variant.");

    /// <summary>Reads the three members that every operation has.</summary>
    public static ScalableId Of(JsonObject value) => new(value.Required("ServiceNamespace"), value.Required("ResourceId"), value.Required("ScalableDimension"));

    /// <exception cref="AwsException">It is not something that is scaled here.</exception>
    public ScalableId Check()
    {
        if (Namespace != SageMaker || Dimension != Instances)
            throw ScalingErrors.NotOffered($"scaling of {Dimension} in {Namespace}; {Instances} it does");
        if (Resource.Split('/') is not ["endpoint", { Length: > 0 }, "variant", { Length: > 0 }])
            throw AwsException.Validation($"Unsupported service namespace, resource type or scalable dimension: the resource ID {Resource} is not of the form endpoint/NAME/variant/NAME.");
        return this;
    }

    /// <summary>The members as in answers.</summary>
    public JsonObject ToJson() => new() { ["ServiceNamespace"] = Namespace, ["ResourceId"] = Resource, ["ScalableDimension"] = Dimension };
}
