using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Protocol.Routing;

namespace MLOps.Tests.Unit.Protocol;

public sealed class RequestRuleTests
{
    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("localhost:4566", true)]
    [InlineData("127.0.0.1:4566", true)]
    [InlineData("[::1]:4566", true)]
    [InlineData("bucket.localhost:4566", true)]
    [InlineData("bucket.s3.amazonaws.com", true)]
    [InlineData("bucket.s3.eu-west-1.amazonaws.com", true)]
    [InlineData("api.sagemaker.us-east-1.amazonaws.com", true)]
    [InlineData("sts.amazonaws.com", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("amazonaws.com.evil.example", false)]
    [InlineData("ec2-1-2-3-4.compute-1.amazonaws.com", false)]
    [InlineData("192.168.0.5", false)]
    public void Host_OfSomebodyElse_IsRefused(string host, bool accepted)
    {
        var request = Request("", ("Host", host));
        (HostGuard.Refusal(request) is null).Should().Be(accepted);
    }

    [Fact]
    public void Request_OfAWebPage_IsRefused()
    {
        HostGuard.Refusal(Request("", ("Host", "localhost"), ("Origin", "https://evil.example"))).Should().Contain("Origin");
        HostGuard.Refusal(Request("", ("Host", "localhost"), ("Origin", "null"))).Should().NotBeNull();
        HostGuard.Refusal(Request("", ("Host", "localhost"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"))).Should().NotBeNull();
        HostGuard.Refusal(Request("", ("Host", "localhost"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"))).Should().BeNull();
    }

    [Theory]
    [InlineData("?X-Amz-Date=20260501T115500Z&X-Amz-Expires=301", null)]
    [InlineData("?X-Amz-Date=20260501T115500Z&X-Amz-Expires=300", "AccessDenied")]
    [InlineData("?X-Amz-Date=20260501T115500Z&X-Amz-Expires=604801", "AuthorizationQueryParametersError")]
    [InlineData("?X-Amz-Date=yesterday&X-Amz-Expires=300", "AuthorizationQueryParametersError")]
    [InlineData("?AWSAccessKeyId=k&Signature=s&Expires=1777636801", null)]
    [InlineData("?AWSAccessKeyId=k&Signature=s&Expires=1777636800", "AccessDenied")]
    [InlineData("?AWSAccessKeyId=k&Signature=s&Expires=soon", "AccessDenied")]
    [InlineData("?Expires=1", null)]
    public void PresignedUrl_AfterItsTime_IsRefused(string query, string? code)
    {
        var check = FluentActions.Invoking(() => PresignedUrl.Check(Request(query), Clock));
        if (code is null)
            check.Should().NotThrow();
        else
            check.Should().Throw<AwsException>().Which.Code.Should().Be(code);
    }

    [Theory]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKID/20260501/eu-west-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0", "AKID", "eu-west-1", "sagemaker")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKID/20260501/../sagemaker/aws4_request,SignedHeaders=host", "AKID", null, "sagemaker")]
    [InlineData("AWS4-ECDSA-P256-SHA256 Credential=AKID/20260501/s3/aws4_request, SignedHeaders=host", "AKID", null, "s3")]
    [InlineData("AWS AKID:signature", "AKID", null, "s3")]
    [InlineData("AWS4-HMAC-SHA256 nonsense", "", null, null)]
    [InlineData("Bearer token", "", null, null)]
    public void Identity_OfAnAuthorizationHeader_IsReadFromItsScope(string header, string key, string? region, string? service) =>
        RequestIdentity.Of(Request("", ("Authorization", header))).Should().Be(new RequestIdentity(key, region, service));

    [Fact]
    public void Identity_OfAPresignedUrl_IsReadFromItsParameters() =>
        RequestIdentity.Of(Request("?X-Amz-Credential=AKID%2F20260501%2Fus-west-2%2Fs3%2Faws4_request")).Should().Be(new RequestIdentity("AKID", "us-west-2", "s3"));

    [Fact]
    public void Caller_WithTemporaryKey_NeedsItsTokenWhileItLasts()
    {
        var sessions = new OneSession(new CallerIdentity("210987654321", "arn:aws:sts::210987654321:assumed-role/r/s", "token", Clock.GetUtcNow().AddMinutes(1)));
        var callers = new CallerResolver(Options.Create(new LocalCloudOptions()), Clock, sessions);
        var identity = new RequestIdentity("ASIA", "eu-west-1", "sagemaker");
        callers.Resolve(Request("", ("X-Amz-Security-Token", "token")), identity).Should().Be((new Scope("210987654321", "eu-west-1"), "arn:aws:sts::210987654321:assumed-role/r/s"));
        callers.Invoking(c => c.Resolve(Request("", ("X-Amz-Security-Token", "other")), identity)).Should().Throw<AwsException>().Which.Code.Should().Be("UnrecognizedClientException");
        var late = new CallerResolver(Options.Create(new LocalCloudOptions()), new FakeTimeProvider(Clock.GetUtcNow().AddMinutes(1)), sessions);
        late.Invoking(c => c.Resolve(Request("", ("X-Amz-Security-Token", "token")), identity)).Should().Throw<AwsException>().Which.Code.Should().Be("ExpiredTokenException");
        callers.Resolve(Request(""), RequestIdentity.Anonymous).Scope.Should().Be(new Scope("123456789012", "us-east-1"));
    }

    private static HttpRequest Request(string query, params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        foreach (var (name, value) in headers)
            request.Headers[name] = value;
        return request;
    }

    private sealed class OneSession(CallerIdentity identity) : ICallerIdentity
    {
        public CallerIdentity? Find(string accessKeyId) => accessKeyId == "ASIA" ? identity : null;
    }
}
