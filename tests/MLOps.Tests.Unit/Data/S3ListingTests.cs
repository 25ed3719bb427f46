using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.S3;

namespace MLOps.Tests.Unit.Data;

public sealed class S3ListingTests : IAsyncLifetime
{
    private readonly DataCloud cloud = new();

    public async ValueTask InitializeAsync() => await cloud.CallAsync("s3", "CreateBucket", new JsonObject { ["Bucket"] = "keys" });

    public ValueTask DisposeAsync() => cloud.DisposeAsync();

    [Fact]
    public async Task ListObjects_PagedWithAnyPrefixAndDelimiter_EqualsTheDefinition()
    {
        // Keys that are hard to keep apart: prefixes of each other, beyond the 16-bit range, with control-like neighbours.
        string[] keys = ["a", "a/", "a/b", "a/b/c", "a//b", "a0", "a/\U0001F600", "a/\uFFFDz", "b\U0010FFFF/x", "b\U0010FFFFy", "c/1", "c/2", "c/3/4", "/", "//", "z z+%"];
        foreach (var key in keys)
            await cloud.CallAsync("s3", "PutObject", new JsonObject { ["Bucket"] = "keys", ["Key"] = key }, "");
        var ordered = keys.OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y))).ToList();
        foreach (var prefix in (string[])["", "a", "a/", "c/", "b", "none"])
            foreach (var delimiter in (string?[])[null, "/", "/b", "\U0010FFFF"])
                for (var size = 1; size <= 4; size++)
                {
                    var expected = ordered.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Select(k => Rolled(k, prefix, delimiter)).Distinct().ToList();
                    (await ListV2(prefix, delimiter, size)).Should().Equal(expected, "prefix {0}, delimiter {1}, {2} a page", prefix, delimiter, size);
                }
    }

    [Fact]
    public async Task ListObjectVersions_Paged_ShowsEachVersionOnceNewestFirst()
    {
        await cloud.CallAsync("s3", "PutBucketVersioning", new JsonObject { ["Bucket"] = "keys", ["VersioningConfiguration"] = new JsonObject { ["Status"] = "Enabled" } });
        var written = new List<(string Key, string Version)>();
        foreach (var key in (string[])["a", "b", "a", "c/x", "a", "b"])
            written.Add((key, (await cloud.CallAsync("s3", "PutObject", new JsonObject { ["Bucket"] = "keys", ["Key"] = key }, "")).Required("VersionId")));
        var marker = (await cloud.CallAsync("s3", "DeleteObject", new JsonObject { ["Bucket"] = "keys", ["Key"] = "b" })).Required("VersionId");
        written.Add(("b", marker));
        for (var size = 1; size <= 3; size++)
        {
            var seen = new List<(string, string)>();
            JsonObject page, more = [];
            do
            {
                more["Bucket"] = "keys";
                more["MaxKeys"] = size;
                page = await cloud.CallAsync("s3", "ListObjectVersions", more);
                seen.AddRange(page.Objects("Versions").Concat(page.Objects("DeleteMarkers")).Select(v => (v.Required("Key"), v.Required("VersionId"))));
                more = new JsonObject { ["KeyMarker"] = page.Text("NextKeyMarker"), ["VersionIdMarker"] = page.Text("NextVersionIdMarker") };
            }
            while (page.Flag("IsTruncated") == true);
            seen.Should().BeEquivalentTo(written);
        }
    }

    [Fact]
    public async Task ListObjectsV2_OfManyKeys_CostsAPageAndNotTheBucket()
    {
        var index = cloud.Get<S3Index>();
        index.Database.Write(s =>
        {
            for (var i = 0; i < 50_000; i++)
                s.Execute("""
                    INSERT INTO versions (bucket, key, version, latest, marker, modified, size, etag, blobs, properties)
                    VALUES ('keys', $0, 'null', 1, 0, 0, 0, '', '', '{}')
                    """, $"data/{i / 1000:d3}/{i % 1000:d3}");
        });
        var began = Stopwatch.StartNew();
        (await ListV2("data/", "/", 1000)).Should().HaveCount(50);
        (await ListV2("data/030/", null, 1000)).Should().HaveCount(1000);
        // A scan of the bucket takes far longer than this generous bound on a busy machine.
        began.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task CompleteMultipartUpload_OfParts_IsTheirContentInOrder()
    {
        const int Large = 5 << 20;
        var upload = (await cloud.CallAsync("s3", "CreateMultipartUpload", Named(("ChecksumAlgorithm", "CRC32C"), ("ChecksumType", "FULL_OBJECT")))).Required("UploadId");
        var content = (string[])[new string('a', Large), new string('b', Large), "tail"];
        var etags = new List<string>();
        for (var i = 0; i < 3; i++)
            etags.Add((await cloud.CallAsync("s3", "UploadPart", Named(("UploadId", upload), ("PartNumber", i + 1)), content[i])).Required("ETag"));
        (await cloud.ErrorAsync("s3", "CompleteMultipartUpload", Completed(upload, (1, "\"wrong\"")))).Should().Be("InvalidPart");
        (await cloud.ErrorAsync("s3", "CompleteMultipartUpload", Completed(upload, (2, etags[1]), (1, etags[0])))).Should().Be("InvalidPartOrder");
        (await cloud.ErrorAsync("s3", "CompleteMultipartUpload", Completed(upload, (3, etags[2]), (4, etags[0])))).Should().Be("InvalidPart");
        var whole = await cloud.CallAsync("s3", "CompleteMultipartUpload", Completed(upload, (1, etags[0]), (2, etags[1]), (3, etags[2])));

        whole.Text("ETag").Should().EndWith("-3\"");
        whole.Text("ChecksumCRC32C").Should().Be(Convert.ToBase64String(Checksum.Of("CRC32C", Encoding.ASCII.GetBytes(string.Concat(content)))));
        (await Read(Named(("Range", $"bytes={Large - 2}-{Large + 1}")))).Should().Be("aabb");
        (await Read(Named(("PartNumber", 3)))).Should().Be("tail");
        (await cloud.ErrorAsync("s3", "ListParts", Named(("UploadId", upload)))).Should().Be("NoSuchUpload");
        cloud.Get<Objects>().NamedBlobs().Should().HaveCount(3);
    }

    private static string Rolled(string key, string prefix, string? delimiter)
    {
        var at = delimiter is null ? -1 : key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
        return at < 0 ? key : key[..(at + delimiter!.Length)];
    }

    private async Task<List<string>> ListV2(string prefix, string? delimiter, int size)
    {
        var (seen, token) = (new List<string>(), (string?)null);
        do
        {
            var page = await cloud.CallAsync("s3", "ListObjectsV2", new JsonObject
            {
                ["Bucket"] = "keys", ["Prefix"] = prefix, ["Delimiter"] = delimiter, ["MaxKeys"] = size, ["ContinuationToken"] = token,
            });
            var names = page.Objects("Contents").Select(c => c.Required("Key")).Concat(page.Objects("CommonPrefixes").Select(c => c.Required("Prefix"))).ToList();
            names.Should().HaveCountLessThanOrEqualTo(size).And.HaveCount(page.Whole("KeyCount")!.Value);
            seen.AddRange(names.OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y))));
            token = page.Text("NextContinuationToken");
            (token is not null).Should().Be(page.Flag("IsTruncated")!.Value);
        }
        while (token is not null);
        return seen;
    }

    private static JsonObject Named(params (string Name, JsonNode Value)[] more)
    {
        var input = new JsonObject { ["Bucket"] = "keys", ["Key"] = "m" };
        foreach (var (name, value) in more)
            input[name] = value;
        return input;
    }

    private static JsonObject Completed(string upload, params (int Number, string ETag)[] parts) => Named(("UploadId", upload), ("MultipartUpload", new JsonObject
    {
        ["Parts"] = new JsonArray([.. parts.Select(p => new JsonObject { ["PartNumber"] = p.Number, ["ETag"] = p.ETag })]),
    }));

    private async Task<string> Read(JsonObject input)
    {
        using var reader = new StreamReader((await cloud.AnswerAsync("s3", "GetObject", input)).Body!);
        return await reader.ReadToEndAsync();
    }
}
