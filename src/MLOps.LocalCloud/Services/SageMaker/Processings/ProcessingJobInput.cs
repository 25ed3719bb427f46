using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Processings;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.Processings;

/// <summary>What CreateProcessingJob checks beyond the API description.</summary>
internal static class ProcessingJobInput
{
    private const int MostInputsAndOutputs = 10;

    public static void Check(JsonObject input)
    {
        if (input.Object("ProcessingResources")!.Object("ClusterConfig")!.Whole("InstanceCount") > 1)
            throw new AwsException("ResourceLimitExceeded", "The account-level service limit for processing job usage is 1 instance. The local cloud processes on one machine.");
        var inputs = input.Objects("ProcessingInputs").ToList();
        var outputs = input.Object("ProcessingOutputConfig")?.Objects("Outputs").ToList() ?? [];
        if (inputs.Count > MostInputsAndOutputs || outputs.Count > MostInputsAndOutputs)
            throw AwsException.Validation($"A processing job has at most {MostInputsAndOutputs} inputs and {MostInputsAndOutputs} outputs.");
        foreach (var one in inputs)
            CheckInput(one);
        foreach (var one in outputs)
            CheckOutput(one);
        var names = inputs.Select(i => i.Required("InputName")).Concat(outputs.Select(o => o.Required("OutputName")));
        if (names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw AwsException.Validation($"The names of inputs and outputs must differ; {twice.Key} is given twice.");
    }

    private static void CheckInput(JsonObject input)
    {
        var name = input.Required("InputName");
        Unsupported.Refuse(input, "CreateProcessingJob", "AppManaged", "DatasetDefinition");
        var source = input.Object("S3Input") ?? throw AwsException.Validation($"The input {name} needs an S3Input.");
        if (source.Text("S3InputMode") == "Pipe")
            throw Unsupported.Of("the input mode Pipe; use File");
        if (source.Text("S3CompressionType") == "Gzip")
            throw AwsException.Validation($"S3CompressionType Gzip of the input {name} is for the input mode Pipe alone.");
        if (S3Location.Parse(source.Text("S3Uri")) is null)
            throw AwsException.Validation($"The S3Uri of the input {name} must be of the form s3://bucket/prefix.");
        CheckPath(name, source.Text("LocalPath") ?? throw AwsException.Validation($"The input {name} needs a LocalPath."));
    }

    private static void CheckOutput(JsonObject output)
    {
        var name = output.Required("OutputName");
        Unsupported.Refuse(output, "CreateProcessingJob", "AppManaged", "FeatureStoreOutput");
        var target = output.Object("S3Output") ?? throw AwsException.Validation($"The output {name} needs an S3Output.");
        if (S3Location.Parse(target.Text("S3Uri")) is null)
            throw AwsException.Validation($"The S3Uri of the output {name} must be of the form s3://bucket/prefix.");
        CheckPath(name, target.Text("LocalPath") ?? throw AwsException.Validation($"The output {name} needs a LocalPath."));
    }

    private static void CheckPath(string name, string path)
    {
        if (ProcessingFolder.Relative(path) is null)
            throw AwsException.Validation($"The LocalPath of {name} must be below {ProcessingFolder.Place}; it is {path}.");
    }
}
