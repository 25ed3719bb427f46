using Microsoft.AspNetCore.Http;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Routing;

namespace MLOps.Tests.Unit.Protocol;

public sealed class RestRouteTests
{
    private static readonly RestRoutes S3 = new(ApiCatalog.Default.Services["s3"]);
    private static readonly RestRoutes Lambda = new(ApiCatalog.Default.Services["lambda"]);

    [Theory]
    [InlineData("GET", "/", "", "ListBuckets")]
    [InlineData("GET", "/b", "", "ListObjects")]
    [InlineData("GET", "/b/", "", "ListObjects")]
    [InlineData("GET", "/b", "?list-type=2&prefix=x", "ListObjectsV2")]
    [InlineData("GET", "/b", "?list-type=1", "ListObjects")]
    [InlineData("GET", "/b", "?versions", "ListObjectVersions")]
    [InlineData("GET", "/b", "?versioning=", "GetBucketVersioning")]
    [InlineData("GET", "/b", "?uploads", "ListMultipartUploads")]
    [InlineData("GET", "/b", "?acl", "GetBucketAcl")]
    [InlineData("PUT", "/b", "", "CreateBucket")]
    [InlineData("POST", "/b", "?delete", "DeleteObjects")]
    [InlineData("GET", "/b/k", "?versionId=3", "GetObject")]
    [InlineData("GET", "/b/k", "?uploadId=3", "ListParts")]
    [InlineData("GET", "/b/k", "?tagging", "GetObjectTagging")]
    [InlineData("GET", "/b/k", "?attributes", "GetObjectAttributes")]
    [InlineData("PUT", "/b/k", "", "PutObject")]
    [InlineData("PUT", "/b/k", "?partNumber=1&uploadId=x", "UploadPart")]
    [InlineData("POST", "/b/k", "?uploads", "CreateMultipartUpload")]
    [InlineData("POST", "/b/k", "?uploadId=x", "CompleteMultipartUpload")]
    [InlineData("DELETE", "/b/k", "?uploadId=x", "AbortMultipartUpload")]
    [InlineData("DELETE", "/b/k", "", "DeleteObject")]
    public void S3_MethodPathAndParameters_NameTheOperation(string method, string path, string query, string operation) =>
        S3.Match(method, path, Request(query))!.Value.Name.Should().Be(operation);

    [Fact]
    public void S3_CopySourceHeader_TellsCopiesFromUploads()
    {
        var copy = Request("");
        copy.Headers["x-amz-copy-source"] = "/other/key";
        S3.Match("PUT", "/b/k", copy)!.Value.Name.Should().Be("CopyObject");
        copy.QueryString = new QueryString("?partNumber=1&uploadId=x");
        S3.Match("PUT", "/b/k", copy)!.Value.Name.Should().Be("UploadPartCopy");
    }

    [Theory]
    [InlineData("/b/a/b//c", "a/b//c")]
    [InlineData("/b//lead", "/lead")]
    [InlineData("/b/a%2Fb%20c%C3%A9%2B+", "a/b cé++")]
    [InlineData("/b/tail/", "tail/")]
    [InlineData("/b/../up", "../up")]
    public void S3_Key_IsTakenAsItWasSent(string path, string key)
    {
        var labels = S3.Match("GET", path, Request(""))!.Value.Labels;
        labels["Key"].Should().Be(key);
        labels["Bucket"].Should().Be("b");
    }

    [Theory]
    [InlineData("GET", "/2015-03-31/functions/", "ListFunctions")]
    [InlineData("GET", "/2015-03-31/functions", "ListFunctions")]
    [InlineData("POST", "/2015-03-31/functions/f/invocations", "Invoke")]
    [InlineData("GET", "/2015-03-31/functions/f", "GetFunction")]
    [InlineData("GET", "/2015-03-31/functions/f/configuration", "GetFunctionConfiguration")]
    [InlineData("DELETE", "/2015-03-31/functions/f/policy/sid", "RemovePermission")]
    [InlineData("GET", "/2018-10-31/layers", "ListLayers")]
    public void Lambda_MethodAndPath_NameTheOperation(string method, string path, string operation) =>
        Lambda.Match(method, path, Request(""))!.Value.Name.Should().Be(operation);

    [Fact]
    public void Lambda_ArnAsLabel_IsDecoded() =>
        Lambda.Match("GET", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af", Request(""))!
            .Value.Labels["FunctionName"].Should().Be("arn:aws:lambda:us-east-1:123456789012:function:f");

    [Fact]
    public void Match_PathOfNoOperation_IsNull()
    {
        Lambda.Match("GET", "/2015-03-31/functions//configuration", Request("")).Should().BeNull();
        Lambda.Match("PATCH", "/2015-03-31/functions", Request("")).Should().BeNull();
        S3.Match("POST", "/b/k", Request("")).Should().BeNull();
    }

    [Fact]
    public void RestOperations_OfEveryDescription_RouteToThemselves()
    {
        foreach (var service in ApiCatalog.Default.Services.Values.Where(s => s.Protocols[0].StartsWith("rest-", StringComparison.Ordinal)))
        {
            var routes = new RestRoutes(service);
            foreach (var operation in service.Operations.Values)
            {
                var (path, request) = Example(operation);
                routes.Match(operation.Method, path, request)!.Value.Operation.Should().Be(operation);
            }
        }
    }

    [Theory]
    [InlineData("localhost", null)]
    [InlineData("127.0.0.1", null)]
    [InlineData("s3.localhost", null)]
    [InlineData("s3.us-east-1.localhost", null)]
    [InlineData("data.localhost", "data")]
    [InlineData("data.s3.localhost", "data")]
    [InlineData("my.data.s3.us-east-1.localhost", "my.data")]
    [InlineData("s3.amazonaws.com", null)]
    [InlineData("s3.eu-west-1.amazonaws.com", null)]
    [InlineData("data.s3.eu-west-1.amazonaws.com", "data")]
    [InlineData("data.s3-eu-west-1.amazonaws.com", "data")]
    public void S3Address_Host_NamesTheBucket(string host, string? bucket) => S3Address.BucketOf(host).Should().Be(bucket);

    private static HttpRequest Request(string query)
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        return request;
    }

    /// <summary>A request as botocore builds it: the labels filled, the literals and what is required in the query string and headers.</summary>
    private static (string Path, HttpRequest Request) Example(ApiOperation operation)
    {
        var path = string.Concat(operation.Uri.Segments.Select(s => s.IsLabel ? "/some-value" : $"/{s.Text}"));
        var query = operation.Uri.Query.Select(q => q.Value is null ? q.Name : $"{q.Name}={q.Value}").ToList();
        var request = Request("");
        foreach (var member in operation.Input?.Members.Where(m => m.Required) ?? [])
        {
            if (member.Location == MemberLocation.Query)
                query.Add($"{member.WireName}=1");
            else if (member.Location == MemberLocation.Header)
                request.Headers[member.WireName] = "b/k";
        }
        request.QueryString = query.Count == 0 ? QueryString.Empty : new QueryString($"?{string.Join('&', query)}");
        return (path.Length == 0 ? "/" : path, request);
    }
}
