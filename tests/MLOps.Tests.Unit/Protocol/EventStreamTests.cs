using System.Text;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Wire.EventStream;

namespace MLOps.Tests.Unit.Protocol;

public sealed class EventStreamTests
{
    [Fact]
    public void Event_WithPayload_IsFramedToTheByte()
    {
        var message = EventStreamEncoder.Event("PayloadPart", "hi"u8);
        Convert.ToHexStringLower(message.AsSpan(0, 12)).Should().StartWith("0000006b" + "00000059");
        Encoding.UTF8.GetString(message).Should().Contain(":message-type").And.Contain("event").And.Contain(":event-type").And.Contain("application/octet-stream");
        message.AsSpan(message.Length - 6, 2).ToArray().Should().Equal("hi"u8.ToArray());
    }

    [Fact]
    public void Exception_OfTheStream_CarriesItsMembers()
    {
        var stream = ApiCatalog.Default.Find("sagemaker-runtime", "InvokeEndpointWithResponseStream")!.Output!.Payload!.Shape;
        var modelled = Encoding.UTF8.GetString(EventStreamEncoder.Exception(stream, new AwsException("ModelStreamError", "it broke") { Members = new() { ["ErrorCode"] = "ModelInvocationTimeExceeded" } }));
        modelled.Should().Contain(":exception-type").And.Contain("ModelStreamError").And.Contain("\"ErrorCode\":\"ModelInvocationTimeExceeded\"").And.Contain("\"Message\":\"it broke\"");
        Encoding.UTF8.GetString(EventStreamEncoder.Exception(stream, new AwsException("Odd", "x"))).Should().Contain(":error-code");
    }
}
