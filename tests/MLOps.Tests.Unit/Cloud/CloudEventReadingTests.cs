using MLOps.Cloud.Events;

namespace MLOps.Tests.Unit.Cloud;

public sealed class CloudEventReadingTests
{
    [Fact]
    public void Read_StateChanges_NameWhatChanged()
    {
        CloudEventReading.Read("""{"source": "aws.codepipeline", "detail-type": "CodePipeline Stage Execution State Change", "detail": {"pipeline": "iris", "state": "STARTED"}}""")
            .Should().Be((ChangedKind.Pipeline, "iris"));
        CloudEventReading.Read("""{"source": "aws.sagemaker", "detail": {"TrainingJobName": "job-1", "TrainingJobStatus": "Completed"}}""")
            .Should().Be((ChangedKind.TrainingJob, "job-1"));
        CloudEventReading.Read("""{"source": "aws.sagemaker", "detail": {"EndpointName": "iris-production"}}""")
            .Should().Be((ChangedKind.Endpoint, "iris-production"));
    }

    [Theory]
    [InlineData("no event")]
    [InlineData("[]")]
    [InlineData("""{"source": "aws.s3", "detail": {"bucket": {"name": "b"}}}""")]
    [InlineData("""{"source": "aws.sagemaker", "detail": {"TrainingJobName": 7}}""")]
    [InlineData("""{"source": "aws.sagemaker", "detail": {"TrainingJobName": "\ud800"}}""")]
    public void Read_Others_SayNothing(string body) => CloudEventReading.Read(body).Should().BeNull();
}
