using System.IO.Compression;
using System.Text;
using MLOps.Cloud.Evaluations;
using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Tuning;
using MLOps.Cloud.Values;
using MLOps.Portal.Features.Training;
using MLOps.Portal.Features.Training.Launching;

namespace MLOps.Tests.Unit.Cloud;

public sealed class DraftTests
{
    private static readonly TrainingJobDraft Good = new("iris-1")
    {
        Image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/iris:1",
        RoleArn = "arn:aws:iam::123456789012:role/trainer",
        OutputPath = "s3://bucket/models",
        Channels = [new("train", "s3://bucket/data/train")],
        Hyperparameters = [new("depth", "6")],
        MetricDefinitions = [new("accuracy", "accuracy=([0-9.]+)")],
    };

    [Fact]
    public void Training_WhatTheApiTakes_HasNoFault() => DraftChecks.Of(Good).Should().BeEmpty();

    [Fact]
    public void Training_EachFault_IsNamedWithItsField()
    {
        var bad = Good with
        {
            Name = "-iris", Image = "", RoleArn = "trainer", OutputPath = "bucket", InstanceType = "big", InstanceCount = 0, VolumeGigabytes = 0, MaxRuntimeSeconds = 0,
            Channels = [new("a b", "nowhere")], Hyperparameters = [new("x", "1"), new("x", "2")], MetricDefinitions = [new("m", "(")],
        };
        DraftChecks.Of(bad).Select(f => f.Field).Distinct().Should().Equal(
            "Name", "Image", "RoleArn", "Hyperparameters", "Channels", "OutputPath", "InstanceType", "InstanceCount", "VolumeGigabytes", "MaxRuntimeSeconds", "MetricDefinitions");
    }

    [Fact]
    public void Training_NetworkKeysAndSpot_AreCheckedAsTheApiDoes()
    {
        DraftChecks.Of(Good with { Protection = new() { Subnets = ["subnet-1"], SecurityGroups = ["sg-1"], VolumeKey = "alias/ml" }, Spot = new(7200, "s3://bucket/checkpoints") }).Should().BeEmpty();
        DraftChecks.Of(Good with { Protection = new() { Subnets = ["subnet-1"] } }).Should().ContainSingle().Which.Message.Should().Contain("both");
        DraftChecks.Of(Good with { Protection = new() { Subnets = ["a_b"], SecurityGroups = ["sg-1"], OutputKey = "a key" } }).Select(f => f.Message).Should().HaveCount(2)
            .And.Contain(m => m.StartsWith("'a_b' is no id", StringComparison.Ordinal)).And.Contain(m => m.StartsWith("'a key' is no key", StringComparison.Ordinal));
        DraftChecks.Of(Good with { Spot = new(60, "nowhere") }).Select(f => f.Field).Should().Equal("Spot", "Spot");
    }

    [Fact]
    public void Repeated_Tags_AreThoseThatAPersonGave()
    {
        var job = new TrainingJobDetail(new("local", "iris", "Completed")) { Tags = [new("team", "research"), new("aws:cloudformation:stack-name", "s"), new("mlops:execution", "1"), new("mlops:model", "iris")] };
        LaunchForm.Of(TrainingJobDraft.Of(job, "again")).ToDraft().Tags.Should().Equal(new ResourceTag("team", "research"));
    }

    [Fact]
    public void Training_Repeated_KeepsNetworkKeysSpotAndProgram()
    {
        var job = new TrainingJobDetail(new("local", "iris", "Completed"))
        {
            Protection = new() { Subnets = ["subnet-1"], SecurityGroups = ["sg-1"], IsIsolated = true, EncryptsTraffic = true, VolumeKey = "v", OutputKey = "o" },
            Spot = new(7200, "s3://bucket/checkpoints", "/opt/ml/checkpoints"), Entrypoint = ["python"], Arguments = ["train.py"],
            Channels = [new("train", "s3://bucket/data", "text/csv", "FastFile", "ShardedByS3Key")],
        };
        var sent = TrainingRequests.Create(LaunchForm.Of(TrainingJobDraft.Of(job, "again")).ToDraft());
        sent.VpcConfig.Subnets.Should().Equal("subnet-1");
        sent.VpcConfig.SecurityGroupIds.Should().Equal("sg-1");
        (sent.EnableNetworkIsolation, sent.EnableInterContainerTrafficEncryption, sent.EnableManagedSpotTraining).Should().Be((true, true, true));
        (sent.ResourceConfig.VolumeKmsKeyId, sent.OutputDataConfig.KmsKeyId, sent.StoppingCondition.MaxWaitTimeInSeconds).Should().Be(("v", "o", 7200));
        (sent.CheckpointConfig.S3Uri, sent.CheckpointConfig.LocalPath).Should().Be(("s3://bucket/checkpoints", "/opt/ml/checkpoints"));
        sent.AlgorithmSpecification.ContainerEntrypoint.Concat(sent.AlgorithmSpecification.ContainerArguments).Should().Equal("python", "train.py");
        (sent.InputDataConfig.Single().InputMode.Value, sent.InputDataConfig.Single().DataSource.S3DataSource.S3DataDistributionType.Value).Should().Be(("FastFile", "ShardedByS3Key"));
    }

    [Theory]
    [InlineData("Integer", "1", "10", "Auto", "", true)]
    [InlineData("Integer", "1.5", "10", "Auto", "", false)]
    [InlineData("Integer", "10", "1", "Auto", "", false)]
    [InlineData("Continuous", "0.1", "0.1", "Auto", "", false)]
    [InlineData("Continuous", "0", "1", "Logarithmic", "", false)]
    [InlineData("Continuous", "0", "0.99", "ReverseLogarithmic", "", true)]
    [InlineData("Categorical", "", "", "Auto", "a", true)]
    [InlineData("Categorical", "", "", "Auto", "", false)]
    public void Tuning_Range_IsCheckedAsTheApiDoes(string kind, string low, string high, string scaling, string values, bool good)
    {
        var range = new TuningRange("depth", kind) { Low = low, High = high, Scaling = scaling, Values = values.Length > 0 ? [values] : [] };
        (new TuningDraft("t", Good) { Metric = "accuracy", Ranges = [range] }.Check().Count == 0).Should().Be(good);
    }

    [Fact]
    public void Tuning_Draft_LeavesSearchedHyperparametersOutOfTheStaticOnes()
    {
        var request = TuningMapping.Create(new TuningDraft("t", Good) { Metric = "accuracy", Ranges = [new("depth", "Integer") { Low = "1", High = "9" }] });
        request.TrainingJobDefinition.StaticHyperParameters.Should().NotContainKey("depth");
        request.HyperParameterTuningJobConfig.ParameterRanges.IntegerParameterRanges.Single().MaxValue.Should().Be("9");
    }

    [Fact]
    public void Transform_TooMuchAtOnce_IsNamed() =>
        TransformChecks.Of(new TransformDraft("t", "m") { Input = "s3://bucket/in", Output = "s3://bucket/out", AtOnce = 20, MaxPayloadMegabytes = 6 })
            .Should().ContainSingle().Which.Field.Should().Be("AtOnce");

    [Fact]
    public void Evaluation_ResultFile_BecomesMatrices()
    {
        var (rows, matrices) = EvaluationJobs.Read(Encoding.UTF8.GetBytes(
            """{"rows":3,"algorithms":{"forest":{"metrics":{"accuracy":0.67},"classes":["a","b"],"confusion":[[1,1],[0,1]]},"line":{"metrics":{"r2":0.5}}}}"""));
        rows.Should().Be(3);
        matrices[0].Recall(0).Should().Be(0.5);
        matrices[0].Precision(1).Should().Be(0.5);
        matrices[1].Classes.Should().BeEmpty();
    }

    [Fact]
    public void Upload_Zip_NeedsBothFilesAsJson()
    {
        UploadCheck.Fault([1, 2, 3]).Should().Be("This is no zip file.");
        UploadCheck.Fault(Zip(("trainingjob.json", "{}"))).Should().Contain("no deployment.json");
        UploadCheck.Fault(Zip(("trainingjob.json", "{}"), ("deployment.json", "{"))).Should().Contain("not JSON");
        UploadCheck.Fault(Zip(("trainingjob.json", "{}"), ("deployment.json", "{}"))).Should().BeNull();
    }

    private static byte[] Zip(params (string Name, string Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        return stream.ToArray();
    }
}
