using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Archives;
using MLOps.LocalCloud.Engine.Functions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Lambda;

/// <summary>Takes a function's code from a request or from S3 and unpacks it.</summary>
internal sealed class FunctionCode(FunctionStore store, ICloudCaller caller)
{
    private const long LargestZip = 250L * 1024 * 1024;

    /// <summary>Unpacks the code that a structure with ZipFile, or S3Bucket and S3Key, names. Answers its base64 SHA-256 and its size in bytes.</summary>
    /// <exception cref="AwsException">There is no such object, or it is no zip that may be unpacked.</exception>
    public async Task<(string Sha256, long Size)> TakeAsync(OperationCall call, JsonObject code)
    {
        if (code.Text("ImageUri") is not null)
            throw FunctionNames.Invalid("Functions from images are not supported by the local cloud; give ZipFile, or S3Bucket and S3Key");
        if (code.Text("ZipFile") is { } zip)
        {
            if (code.Text("S3Bucket") is not null || code.Text("S3Key") is not null)
                throw FunctionNames.Invalid("Please do not provide other FunctionCode parameters when providing a ZipFile.");
            return Unpack(Convert.FromBase64String(zip));
        }
        if (code.Text("S3Bucket") is not { } bucket || code.Text("S3Key") is not { } key)
            throw FunctionNames.Invalid("Please provide a source for function code.");
        return Unpack(await DownloadAsync(call, bucket, key, code.Text("S3ObjectVersion")));
    }

    private async Task<byte[]> DownloadAsync(OperationCall call, string bucket, string key, string? version)
    {
        var input = new JsonObject { ["Bucket"] = bucket, ["Key"] = key };
        if (version is not null)
            input["VersionId"] = version;
        try
        {
            var answer = await caller.CallAsync(new OperationCall("s3", "GetObject", call.Scope, input) { Principal = call.Principal, Cancelled = call.Cancelled });
            await using var body = answer.Body!;
            if (answer.Output.Number("ContentLength") > LargestZip)
                throw FunctionNames.Invalid($"Unzipped size must be smaller than {LargestZip} bytes");
            using var memory = new MemoryStream();
            await body.CopyToAsync(memory, call.Cancelled);
            return memory.ToArray();
        }
        catch (AwsException e) when (e.Code.StartsWith("NoSuch", StringComparison.Ordinal) || e.Code == "InvalidArgument")
        {
            throw FunctionNames.Invalid($"Error occurred while GetObject. S3 Error Code: {e.Code}. S3 Error Message: {e.Message}");
        }
    }

    private (string Sha256, long Size) Unpack(byte[] zip)
    {
        var sha = Convert.ToBase64String(SHA256.HashData(zip));
        var target = store.CodeFolder(sha);
        if (!Directory.Exists(target))
        {
            var scratch = store.Scratch();
            try
            {
                SafeZip.Extract(new MemoryStream(zip), scratch, ArchiveLimits.Function);
                // One rename: code that has its name is complete.
                if (!Directory.Exists(target))
                    Directory.Move(scratch, target);
            }
            catch (UnsafeArchiveException e)
            {
                throw FunctionNames.Invalid($"Could not unzip uploaded file. Please check your file, then try to upload again. ({e.Message})");
            }
            catch (IOException) when (Directory.Exists(target))
            {
                // Another request unpacked the same code meanwhile.
            }
            finally
            {
                if (Directory.Exists(scratch))
                    Directory.Delete(scratch, recursive: true);
            }
        }
        return (sha, zip.LongLength);
    }
}
