using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.S3;

namespace MLOps.Tests.Unit.Data;

public sealed class S3ObjectTests : IAsyncLifetime
{
    private readonly DataCloud cloud = new();

    public async ValueTask InitializeAsync() => await cloud.CallAsync("s3", "CreateBucket", new JsonObject { ["Bucket"] = "models" });

    public ValueTask DisposeAsync() => cloud.DisposeAsync();

    [Fact]
    public async Task PutObject_WithAnyKey_IsReadBackAndEscapesNoFolder()
    {
        foreach (var key in (string[])["../../etc/passwd", "ü/日本/😀", "a//b", "/", "with space+plus"])
        {
            await Put(key, "content of " + key);
            (await Text(new JsonObject { ["Bucket"] = "models", ["Key"] = key })).Should().Be("content of " + key);
        }
    }

    [Fact]
    public async Task PutObject_InVersionedBucket_KeepsOlderVersionsAndDeleteMarkers()
    {
        await Versioning("Enabled");
        var first = await Put("m.tar.gz", "one");
        var second = await Put("m.tar.gz", "two");
        var marker = await cloud.CallAsync("s3", "DeleteObject", Named("m.tar.gz"));

        marker.Flag("DeleteMarker").Should().BeTrue();
        (await cloud.ErrorAsync("s3", "GetObject", Named("m.tar.gz"))).Should().Be("NoSuchKey");
        (await Text(Named("m.tar.gz", first.Text("VersionId")))).Should().Be("one");
        await cloud.CallAsync("s3", "DeleteObject", Named("m.tar.gz", marker.Text("VersionId")));
        (await Text(Named("m.tar.gz"))).Should().Be("two");
        await cloud.CallAsync("s3", "DeleteObject", Named("m.tar.gz", second.Text("VersionId")));
        (await Text(Named("m.tar.gz"))).Should().Be("one");
        (await cloud.ErrorAsync("s3", "DeleteBucket", new JsonObject { ["Bucket"] = "models" })).Should().Be("BucketNotEmpty");
    }

    [Fact]
    public async Task PutObject_WhileVersioningIsSuspended_ReplacesTheNullVersionOnly()
    {
        await Put("k", "before");
        await Versioning("Enabled");
        var kept = await Put("k", "kept");
        await Versioning("Suspended");
        (await Put("k", "after")).Text("VersionId").Should().Be("null");

        (await Text(Named("k", "null"))).Should().Be("after");
        (await Text(Named("k", kept.Text("VersionId")))).Should().Be("kept");
        var versions = await cloud.CallAsync("s3", "ListObjectVersions", new JsonObject { ["Bucket"] = "models" });
        versions.Objects("Versions").Select(v => (v.Text("VersionId"), v.Flag("IsLatest")))
            .Should().Equal(("null", true), (kept.Text("VersionId"), false));
    }

    [Theory]
    [InlineData("bytes=0-3", "0123", "bytes 0-3/10")]
    [InlineData("bytes=7-", "789", "bytes 7-9/10")]
    [InlineData("bytes=-2", "89", "bytes 8-9/10")]
    [InlineData("bytes=5-99", "56789", "bytes 5-9/10")]
    public async Task GetObject_WithRange_AnswersThatPart(string range, string content, string header)
    {
        await Put("digits", "0123456789");
        var input = Named("digits");
        input["Range"] = range;

        var answer = await cloud.AnswerAsync("s3", "GetObject", input);

        answer.Status.Should().Be(206);
        answer.Output.Text("ContentRange").Should().Be(header);
        (await Read(answer)).Should().Be(content);
    }

    [Fact]
    public async Task GetObject_WithConditions_AnswersAsHttpSays()
    {
        var etag = (await Put("k", "v")).Text("ETag");
        (await Error("IfNoneMatch", etag!)).Should().Be("NotModified");
        (await Error("IfMatch", "\"other\"")).Should().Be("PreconditionFailed");
        (await Error("IfModifiedSince", cloud.Time.GetUtcNow().ToEpoch())).Should().Be("NotModified");
        (await Error("Range", "bytes=1-")).Should().Be("InvalidRange");
        (await cloud.ErrorAsync("s3", "PutObject", new JsonObject { ["Bucket"] = "models", ["Key"] = "k", ["IfNoneMatch"] = "*" }, "w")).Should().Be("PreconditionFailed");
        (await Text(Named("k"))).Should().Be("v");

        Task<string> Error(string member, JsonNode value)
        {
            var input = Named("k");
            input[member] = value;
            return cloud.ErrorAsync("s3", "GetObject", input);
        }
    }

    [Fact]
    public async Task PutObject_WithWrongChecksum_IsRefusedAndLeavesNothing()
    {
        foreach (var (member, value, code) in ((string, string, string)[])[
            ("ContentMD5", "1B2M2Y8AsgTpgAmY7PhCfg==", "BadDigest"), ("ContentMD5", "?", "InvalidDigest"),
            ("ChecksumCRC32", "AAAAAA==", "BadDigest"), ("ChecksumSHA256", "AAAA", "InvalidRequest")])
        {
            var input = Named("k");
            input[member] = value;
            (await cloud.ErrorAsync("s3", "PutObject", input, "content")).Should().Be(code);
        }
        var late = () => cloud.AnswerAsync("s3", "PutObject", Named("k"), "content", new() { ["ChecksumCRC32C"] = "AAAAAA==" });
        (await late.Should().ThrowAsync<AwsException>()).Which.Code.Should().Be("BadDigest");
        (await cloud.ErrorAsync("s3", "HeadObject", Named("k"))).Should().Be("NoSuchKey");
        cloud.Get<Objects>().NamedBlobs().Should().BeEmpty();
    }

    [Theory]
    [InlineData("CRC32", "cbf43926")]
    [InlineData("CRC32C", "e3069283")]
    [InlineData("CRC64NVME", "ae8b14860a799888")]
    [InlineData("XXHASH64", "8cb841db40e6ae83")]
    public void Checksum_OfTheCheckString_IsThePublishedOne(string algorithm, string expected)
    {
        var whole = Checksum.Of(algorithm, "123456789"u8);
        Convert.ToHexStringLower(whole).Should().Be(expected);
        if (Checksum.CanJoin(algorithm))
            Checksum.Join(algorithm, Checksum.Of(algorithm, "1234"u8), Checksum.Of(algorithm, "56789"u8), 5).Should().Equal(whole);
    }

    [Fact]
    public async Task PutObject_Committed_IsToldToSubscribers()
    {
        var heard = new List<CloudEvent>();
        using var subscription = cloud.Events.Subscribe(heard.Add);
        await Versioning("Enabled");
        var version = (await Put("training_jobs/iris/trainingjob.zip", "zip")).Text("VersionId");

        heard.Should().ContainSingle().Which.DetailType.Should().Be("Object Created");
        heard[0].Detail["bucket"]!["name"]!.GetValue<string>().Should().Be("models");
        heard[0].Detail.Object("object")!.Text("version-id").Should().Be(version);
    }

    [Fact]
    public async Task Objects_OpenedAgainAfterAnAbruptEnd_AreAllThere()
    {
        await Put("answered", "all of it");
        File.WriteAllText(Path.Combine(cloud.Get<MLOps.LocalCloud.State.StateFolder>().Folder("s3", "incoming"), "half"), "ha");

        await using var again = cloud.Reopen();

        var answer = await again.AnswerAsync("s3", "GetObject", Named("answered"));
        (await Read(answer)).Should().Be("all of it");
    }

    private static JsonObject Named(string key, string? version = null) => new() { ["Bucket"] = "models", ["Key"] = key, ["VersionId"] = version };

    private Task<JsonObject> Put(string key, string content) => cloud.CallAsync("s3", "PutObject", Named(key), content);

    private Task Versioning(string status) => cloud.CallAsync("s3", "PutBucketVersioning",
        new JsonObject { ["Bucket"] = "models", ["VersioningConfiguration"] = new JsonObject { ["Status"] = status } });

    private async Task<string> Text(JsonObject input) => await Read(await cloud.AnswerAsync("s3", "GetObject", input));

    private static async Task<string> Read(OperationAnswer answer)
    {
        using var reader = new StreamReader(answer.Body!);
        return await reader.ReadToEndAsync();
    }
}
