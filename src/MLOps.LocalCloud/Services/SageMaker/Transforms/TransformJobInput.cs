using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Transforms;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.Transforms;

/// <summary>What CreateTransformJob checks beyond the API description.</summary>
internal static class TransformJobInput
{
    private const int MostMegabytesAtOnce = 100;

    public static void Check(JsonObject input)
    {
        Unsupported.Refuse(input, "CreateTransformJob", "DataCaptureConfig");
        if (input.Object("TransformResources")!.Whole("InstanceCount") > 1)
            throw new AwsException("ResourceLimitExceeded", "The account-level service limit for transform job usage is 1 instance. The local cloud transforms on one machine.");
        var source = input.Object("TransformInput")!;
        var data = source.Object("DataSource")!.Object("S3DataSource")!;
        if (data.Text("S3DataType") is not ("S3Prefix" or "ManifestFile"))
            throw Unsupported.Of($"the S3DataType {data.Text("S3DataType")}; use S3Prefix or ManifestFile");
        if (source.Text("SplitType") is "RecordIO" or "TFRecord")
            throw Unsupported.Of($"the SplitType {source.Text("SplitType")}; use Line or None");
        if (S3Location.Parse(data.Text("S3Uri")) is null)
            throw AwsException.Validation("TransformInput.DataSource.S3DataSource.S3Uri must be of the form s3://bucket/prefix.");
        if (S3Location.Parse(input.Object("TransformOutput")!.Text("S3OutputPath")) is null)
            throw AwsException.Validation("TransformOutput.S3OutputPath must be of the form s3://bucket/prefix.");
        CheckLimits(input);
        CheckProcessing(input);
    }

    private static void CheckLimits(JsonObject input)
    {
        var payload = input.Whole("MaxPayloadInMB") ?? TransformPlan.DefaultPayload;
        if (payload * (input.Whole("MaxConcurrentTransforms") ?? 1) > MostMegabytesAtOnce)
            throw AwsException.Validation($"MaxConcurrentTransforms * MaxPayloadInMB must not exceed {MostMegabytesAtOnce} MB.");
        if (input.Text("BatchStrategy") is not null && input.Object("TransformInput")!.Text("SplitType") is null or "None" && input.Text("BatchStrategy") == "SingleRecord")
            throw AwsException.Validation("BatchStrategy SingleRecord needs a SplitType that tells records apart: Line.");
    }

    private static void CheckProcessing(JsonObject input)
    {
        if (input.Object("DataProcessing") is not { } processing)
            return;
        foreach (var filter in (string[])["InputFilter", "OutputFilter"])
            if (processing.Text(filter) is { } path && DataFilter.Parse(path) is null)
                throw AwsException.Validation($"{filter} '{path}' is not valid: it is a JSONPath such as $, $[1:], $[0,2] or $.features.");
        if (processing.Text("JoinSource") != "Input")
            return;
        var (split, assembled) = (input.Object("TransformInput")!.Text("SplitType") ?? "None", input.Object("TransformOutput")!.Text("AssembleWith") ?? "None");
        if (split != assembled)
            throw AwsException.Validation($"To join results with their input, SplitType and AssembleWith must be the same; they are {split} and {assembled}.");
        if (RecordFormat.Of(input.Object("TransformInput")!.Text("ContentType")) == RecordFormat.Plain)
            throw AwsException.Validation("To join results with their input, the ContentType must be text/csv, application/json or application/jsonlines.");
    }
}
