using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;

namespace MLOps.Tests.Unit.Cloud;

public sealed class FaultReadingTests
{
    private static readonly CloudConnection Place = new("local", "123456789012", "us-east-1", ConnectionKind.Embedded, EndpointUrl: "http://127.0.0.1:4566");

    [Theory]
    [InlineData("ThrottlingException", 400, "Rate exceeded", CloudFaultKind.Throttled)]
    [InlineData("ResourceNotFound", 400, "Requested resource not found.", CloudFaultKind.NotFound)]
    [InlineData("PipelineNotFoundException", 400, "no pipeline", CloudFaultKind.NotFound)]
    [InlineData("ValidationException", 400, "Could not find endpoint \"arn:aws:…\".", CloudFaultKind.NotFound)]
    [InlineData("ValidationError", 400, "Stack with id x does not exist", CloudFaultKind.NotFound)]
    [InlineData("ValidationException", 400, "1 validation error detected", CloudFaultKind.Invalid)]
    [InlineData("NoSuchKey", 404, "The specified key does not exist.", CloudFaultKind.NotFound)]
    [InlineData("AccessDeniedException", 400, "not authorized", CloudFaultKind.Denied)]
    [InlineData("ResourceLimitExceeded", 400, "limit", CloudFaultKind.LimitExceeded)]
    [InlineData("ResourceInUse", 400, "in use", CloudFaultKind.Conflict)]
    [InlineData("NotImplemented", 501, "not offered", CloudFaultKind.NotSupported)]
    [InlineData("InternalFailure", 500, "oops", CloudFaultKind.ServiceFailure)]
    public void Read_AnswerOfAService_HasItsKind(string code, int status, string message, CloudFaultKind kind)
    {
        var fault = FaultReading.Read(new AmazonServiceException(message, null, ErrorType.Unknown, code, "r-1", (HttpStatusCode)status), Place);
        fault.Should().Be(new CloudFault(kind, message, code, "r-1"));
    }

    [Theory]
    [InlineData("PipelineExecutionOutdatedException", "changed since that execution")]
    [InlineData("StageNotRetryableException", "cannot be retried")]
    [InlineData("UnableToRollbackStageException", "cannot be rolled back")]
    [InlineData("ApprovalAlreadyCompletedException", "has been answered")]
    [InlineData("InvalidApprovalTokenException", "asked anew")]
    public void Read_RefusalOfAPipeline_SaysWhatToDoAndWhatTheCloudSaid(string code, string words)
    {
        var fault = FaultReading.Read(new AmazonServiceException("Its own words.", null, ErrorType.Unknown, code, "r-1", HttpStatusCode.BadRequest), Place);
        fault!.Kind.Should().Be(CloudFaultKind.Conflict);
        fault.Message.Should().Contain(words).And.EndWith("The cloud says: Its own words.");
    }

    [Fact]
    public void Read_NoAnswer_IsUnreachableAndNamesThePlace()
    {
        var refused = new HttpRequestException("failed", new SocketException((int)SocketError.ConnectionRefused));
        var fault = FaultReading.Read(new AmazonServiceException("failed", refused), Place);
        fault.Should().Be(new CloudFault(CloudFaultKind.Unreachable, "http://127.0.0.1:4566 cannot be reached: the connection was refused."));
    }

    [Fact]
    public void Read_NoTroubleWithTheCloud_IsNoFault() => FaultReading.Read(new InvalidOperationException(), Place).Should().BeNull();
}
