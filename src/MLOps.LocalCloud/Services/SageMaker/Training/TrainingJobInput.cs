using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Training;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.Training;

/// <summary>What CreateTrainingJob checks beyond the API description.</summary>
internal static class TrainingJobInput
{
    /// <summary>Refuses what cannot be run here, and what no run could make sense of.</summary>
    public static void Check(JsonObject input)
    {
        Unsupported.Refuse(input, "CreateTrainingJob", "DebugRuleConfigurations", "ProfilerRuleConfigurations", "TensorBoardOutputConfig",
            "ServerlessJobConfig", "MlflowConfig", "ModelPackageConfig", "CheckpointConfig", "SessionChainingConfig");
        var algorithm = input.Object("AlgorithmSpecification") ?? throw AwsException.Validation("AlgorithmSpecification is required.");
        Unsupported.Refuse(algorithm, "CreateTrainingJob", "AlgorithmName");
        if (algorithm.Text("TrainingImage") is null)
            throw AwsException.Validation("You must specify either an AlgorithmName or a TrainingImage.");
        CheckMode(algorithm.Text("TrainingInputMode"));
        CheckMetrics(algorithm);
        CheckResources(input.Object("ResourceConfig") ?? throw AwsException.Validation("ResourceConfig is required."));
        if (S3Location.Parse(input.Object("OutputDataConfig")?.Text("S3OutputPath")) is null)
            throw AwsException.Validation("OutputDataConfig.S3OutputPath must be of the form s3://bucket/prefix.");
        var names = new HashSet<string>();
        foreach (var channel in input.Objects("InputDataConfig"))
            CheckChannel(channel, names);
    }

    private static void CheckMode(string? mode)
    {
        if (mode == "Pipe")
            throw Unsupported.Of("the input mode Pipe; use File or FastFile");
    }

    private static void CheckMetrics(JsonObject algorithm)
    {
        foreach (var metric in algorithm.Objects("MetricDefinitions"))
        {
            try
            {
                _ = MetricWatch.Compile(metric.Required("Regex"));
            }
            catch (ArgumentException e)
            {
                throw AwsException.Validation($"The regular expression of the metric definition {metric.Text("Name")} is not valid: {e.Message}");
            }
        }
    }

    private static void CheckResources(JsonObject resources)
    {
        Unsupported.Refuse(resources, "CreateTrainingJob", "InstanceGroups", "TrainingPlanArn", "InstancePlacementConfig", "KeepAlivePeriodInSeconds");
        var type = resources.Text("InstanceType") ?? throw AwsException.Validation("ResourceConfig.InstanceType is required.");
        var count = resources.Whole("InstanceCount") ?? throw AwsException.Validation("ResourceConfig.InstanceCount is required.");
        if (count > 1)
            throw new AwsException("ResourceLimitExceeded",
                $"The account-level service limit '{type} for training job usage' is 1 Instances, with current utilization of 0 Instances and a request delta of {count} Instances. " +
                "The local cloud trains on one machine.");
    }

    private static void CheckChannel(JsonObject channel, HashSet<string> names)
    {
        var name = channel.Required("ChannelName");
        if (!names.Add(name))
            throw AwsException.Validation($"Channel names must be unique; {name} is given twice.");
        CheckMode(channel.Text("InputMode"));
        if (channel.Text("CompressionType") == "Gzip")
            throw AwsException.Validation($"CompressionType Gzip of channel {name} is for the input mode Pipe alone.");
        if (channel.Object("DataSource")?.Object("S3DataSource") is not { } source)
            throw Unsupported.Of($"the data source of channel {name}; use S3DataSource");
        if (source.Text("S3DataType") is not ("S3Prefix" or "ManifestFile"))
            throw Unsupported.Of($"the S3DataType {source.Text("S3DataType")} of channel {name}; use S3Prefix or ManifestFile");
        if (S3Location.Parse(source.Text("S3Uri")) is null)
            throw AwsException.Validation($"The S3Uri of channel {name} must be of the form s3://bucket/prefix.");
    }
}
