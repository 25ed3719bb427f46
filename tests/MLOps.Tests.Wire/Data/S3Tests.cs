using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.Data;

public sealed class S3Tests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    [Fact]
    public async Task Boto3_ObjectsOfEveryKind_RoundTrip()
    {
        var run = await cloud.PythonAsync("""
            import hashlib, io, os, urllib.request
            from boto3.s3.transfer import TransferConfig
            s3 = client("s3")
            s3.create_bucket(Bucket="round-trip")
            s3.put_bucket_versioning(Bucket="round-trip", VersioningConfiguration={"Status": "Enabled"})
            key = "a b/ü+日%2F.txt"
            first = s3.put_object(Bucket="round-trip", Key=key, Body=b"one", Metadata={"Owner": "me"}, Tagging="a=1&b=2%20x", ContentType="text/plain")
            s3.put_object(Bucket="round-trip", Key=key, Body=b"two")
            got = s3.get_object(Bucket="round-trip", Key=key, VersionId=first["VersionId"])
            assert got["Body"].read() == b"one" and got["Metadata"] == {"owner": "me"} and got["TagCount"] == 2, got
            assert s3.head_object(Bucket="round-trip", Key=key)["ContentLength"] == 3
            assert s3.get_object(Bucket="round-trip", Key=key, Range="bytes=1-")["Body"].read() == b"wo"

            data = os.urandom(11 * 1024 * 1024 + 17)
            parts = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
            s3.upload_fileobj(io.BytesIO(data), "round-trip", "big", Config=parts)
            s3.copy({"Bucket": "round-trip", "Key": "big"}, "round-trip", "copied", Config=parts)
            for name in ("big", "copied"):
                assert s3.get_object(Bucket="round-trip", Key=name, ChecksumMode="ENABLED")["Body"].read() == data
            etag = hashlib.md5(b"".join(hashlib.md5(data[i:i + (5 << 20)]).digest() for i in range(0, len(data), 5 << 20))).hexdigest()
            assert s3.head_object(Bucket="round-trip", Key="big")["ETag"] == f'"{etag}-3"'

            for algorithm in ("CRC32", "SHA1", "SHA256"):
                s3.put_object(Bucket="round-trip", Key="sum", Body=b"123456789", ChecksumAlgorithm=algorithm)
                s3.get_object(Bucket="round-trip", Key="sum", ChecksumMode="ENABLED")["Body"].read()

            put = s3.generate_presigned_url("put_object", Params={"Bucket": "round-trip", "Key": "pre signed"})
            urllib.request.urlopen(urllib.request.Request(put, data=b"presigned", method="PUT"))
            assert urllib.request.urlopen(s3.generate_presigned_url("get_object", Params={"Bucket": "round-trip", "Key": "pre signed"})).read() == b"presigned"

            keys = [o["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket="round-trip", PaginationConfig={"PageSize": 2}) for o in page["Contents"]]
            assert keys == sorted(["big", "copied", "pre signed", "sum", key], key=lambda k: k.encode()), keys
            assert [p["Prefix"] for p in s3.list_objects_v2(Bucket="round-trip", Delimiter="/")["CommonPrefixes"]] == ["a b/"]
            boto3.resource("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"]).Bucket("round-trip").object_versions.delete()
            s3.delete_bucket(Bucket="round-trip")
            """);
        run.Succeeded();
    }

    [Fact]
    public async Task Boto3_WhatIsRefused_HasTheErrorsOfS3()
    {
        var run = await cloud.PythonAsync("""
            s3 = client("s3")
            s3.create_bucket(Bucket="refusals")
            s3.put_object(Bucket="refusals", Key="k", Body=b"v")
            seen = {}
            def refused(name, call, **arguments):
                try:
                    call(**arguments)
                    seen[name] = "accepted"
                except ClientError as e:
                    seen[name] = f"{e.response['ResponseMetadata']['HTTPStatusCode']} {e.response['Error']['Code']}"
            refused("bucket", s3.get_object, Bucket="no-such-bucket", Key="k")
            refused("key", s3.get_object, Bucket="refusals", Key="other")
            refused("version", s3.get_object, Bucket="refusals", Key="k", VersionId="none")
            refused("head", s3.head_object, Bucket="refusals", Key="other")
            refused("range", s3.get_object, Bucket="refusals", Key="k", Range="bytes=5-")
            refused("match", s3.put_object, Bucket="refusals", Key="k", Body=b"w", IfNoneMatch="*")
            refused("unchanged", s3.get_object, Bucket="refusals", Key="k", IfNoneMatch=s3.head_object(Bucket="refusals", Key="k")["ETag"])
            refused("digest", s3.put_object, Bucket="refusals", Key="k", Body=b"w", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
            refused("name", s3.create_bucket, Bucket="Bad_Name")
            refused("full", s3.delete_bucket, Bucket="refusals")
            refused("acl", s3.put_object, Bucket="refusals", Key="k", Body=b"w", ACL="public-read")
            upload = s3.create_multipart_upload(Bucket="refusals", Key="m")["UploadId"]
            etags = [s3.upload_part(Bucket="refusals", Key="m", UploadId=upload, PartNumber=n, Body=b"small")["ETag"] for n in (1, 2)]
            refused("small", s3.complete_multipart_upload, Bucket="refusals", Key="m", UploadId=upload,
                    MultipartUpload={"Parts": [{"PartNumber": n + 1, "ETag": e} for n, e in enumerate(etags)]})
            west = client("s3", region_name="eu-west-1")
            west.create_bucket(Bucket="refusals-west", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
            refused("twice", west.create_bucket, Bucket="refusals-west", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
            print(json.dumps(seen))
            """);
        run.Succeeded().Json.AsObject().Select(e => $"{e.Key}: {e.Value}").Should().Equal(
            "bucket: 404 NoSuchBucket", "key: 404 NoSuchKey", "version: 404 NoSuchVersion", "head: 404 404", "range: 416 InvalidRange",
            "match: 412 PreconditionFailed", "unchanged: 304 304", "digest: 400 BadDigest", "name: 400 InvalidBucketName", "full: 409 BucketNotEmpty",
            "acl: 400 AccessControlListNotSupported", "small: 400 EntityTooSmall", "twice: 409 BucketAlreadyOwnedByYou");
    }

    [Fact]
    public async Task AwsCli_SyncsAFolderThereAndBack()
    {
        var from = Directory.CreateDirectory(Path.Combine(cloud.StateFolder, "cli-from"));
        Directory.CreateDirectory(Path.Combine(from.FullName, "deep", "er"));
        await File.WriteAllTextAsync(Path.Combine(from.FullName, "deep", "er", "ünïcode name.txt"), "content", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(from.FullName, "large.bin"), new byte[9 << 20], TestContext.Current.CancellationToken);
        var to = Path.Combine(cloud.StateFolder, "cli-to");

        (await cloud.AwsAsync("s3", "mb", "s3://cli-bucket")).Succeeded();
        (await cloud.AwsAsync("s3", "sync", from.FullName, "s3://cli-bucket/data")).Succeeded();
        (await cloud.AwsAsync("s3", "sync", "s3://cli-bucket/data", to)).Succeeded();
        (await cloud.AwsAsync("s3", "cp", "s3://cli-bucket/data/large.bin", "s3://cli-bucket/copy.bin")).Succeeded();

        (await File.ReadAllTextAsync(Path.Combine(to, "deep", "er", "ünïcode name.txt"), TestContext.Current.CancellationToken)).Should().Be("content");
        new FileInfo(Path.Combine(to, "large.bin")).Length.Should().Be(9 << 20);
        (await cloud.AwsAsync("s3", "ls", "s3://cli-bucket", "--recursive")).Succeeded().Output.Should().Contain("copy.bin").And.Contain("deep/er/");
        (await cloud.AwsAsync("s3", "rb", "s3://cli-bucket", "--force")).Succeeded();
    }
}
