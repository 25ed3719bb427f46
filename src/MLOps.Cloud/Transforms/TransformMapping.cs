using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Transforms;

/// <summary>The SDK's batch transform jobs as the portal's records, and back.</summary>
internal static class TransformMapping
{
    public static TransformJobSummary Summary(string connection, Aws.TransformJobSummary j) => new(connection, j.TransformJobName, j.TransformJobStatus.Word())
    {
        Arn = j.TransformJobArn ?? "",
        Created = j.CreationTime.Time() ?? default,
        Modified = j.LastModifiedTime.Time(),
        Ended = j.TransformEndTime.Time(),
        FailureReason = j.FailureReason ?? "",
    };

    public static TransformJobSummary Summary(string connection, Aws.DescribeTransformJobResponse j) => new(connection, j.TransformJobName, j.TransformJobStatus.Word())
    {
        Arn = j.TransformJobArn ?? "",
        Created = j.CreationTime.Time() ?? default,
        Modified = j.TransformEndTime.Time() ?? j.TransformStartTime.Time(),
        Ended = j.TransformEndTime.Time(),
        FailureReason = j.FailureReason ?? "",
    };

    public static TransformJobDetail Detail(string connection, Aws.DescribeTransformJobResponse j) => new(Summary(connection, j))
    {
        Started = j.TransformStartTime.Time(),
        Request = new TransformDraft(j.TransformJobName, j.ModelName ?? "")
        {
            Input = j.TransformInput?.DataSource?.S3DataSource?.S3Uri ?? "",
            Output = j.TransformOutput?.S3OutputPath ?? "",
            ContentType = j.TransformInput?.ContentType ?? "",
            Accept = j.TransformOutput?.Accept ?? "",
            Lines = j.TransformInput?.SplitType.Word() == "Line",
            Single = j.BatchStrategy.Word() == "SingleRecord",
            Join = j.DataProcessing?.JoinSource.Word() == "Input",
            InputFilter = j.DataProcessing?.InputFilter ?? "",
            OutputFilter = j.DataProcessing?.OutputFilter ?? "",
            AtOnce = j.MaxConcurrentTransforms ?? 1,
            MaxPayloadMegabytes = j.MaxPayloadInMB ?? 6,
            InstanceType = j.TransformResources?.InstanceType.Word() ?? "",
            InstanceCount = j.TransformResources?.InstanceCount ?? 1,
            Environment = j.Environment.Settings(),
        },
    };

    public static Aws.CreateTransformJobRequest Create(TransformDraft draft) => new()
    {
        TransformJobName = draft.Name,
        ModelName = draft.Model,
        MaxConcurrentTransforms = draft.AtOnce,
        MaxPayloadInMB = draft.MaxPayloadMegabytes,
        BatchStrategy = !draft.Lines ? null : draft.Single ? "SingleRecord" : "MultiRecord",
        Environment = draft.Environment.Count > 0 ? TrainingRequests.Map(draft.Environment) : null,
        Tags = TrainingRequests.Tags(draft.Tags),
        TransformInput = new Aws.TransformInput
        {
            ContentType = draft.ContentType,
            SplitType = draft.Lines ? "Line" : "None",
            DataSource = new Aws.TransformDataSource { S3DataSource = new Aws.TransformS3DataSource { S3DataType = "S3Prefix", S3Uri = draft.Input } },
        },
        TransformOutput = new Aws.TransformOutput
        {
            S3OutputPath = draft.Output,
            Accept = draft.Accept.Length > 0 ? draft.Accept : null,
            AssembleWith = draft.Lines ? "Line" : "None",
        },
        DataProcessing = draft is { Join: false, InputFilter: "", OutputFilter: "" } ? null : new Aws.DataProcessing
        {
            JoinSource = draft.Join ? "Input" : "None",
            InputFilter = draft.InputFilter.Length > 0 ? draft.InputFilter : null,
            OutputFilter = draft.OutputFilter.Length > 0 ? draft.OutputFilter : null,
        },
        TransformResources = new Aws.TransformResources { InstanceType = draft.InstanceType, InstanceCount = draft.InstanceCount },
    };
}
