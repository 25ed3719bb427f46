using MLOps.Cloud.Objects;
using static MLOps.Portal.Features.Playground.Code.CodeSnippets;

namespace MLOps.Portal.Features.Playground.Code;

/// <summary>The call of an asynchronous endpoint for programs that have an AWS SDK: the body goes to S3, and the answer is waited for there.</summary>
internal static class AsyncSnippets
{
    public static string Python(Snippet call, ObjectRef input) => $"""
        import boto3

        {PythonClient(call, "s3", "s3")}
        {PythonClient(call, "runtime", "sagemaker-runtime")}
        s3.put_object(Bucket={Snippet.Literal(input.Bucket)}, Key={Snippet.Literal(input.Key)}, Body={PythonBody(call)})
        taken = runtime.invoke_endpoint_async(
        {PythonMembers(call)})
        # Where the model fails, taken["FailureLocation"] tells why, and nothing comes to the output.
        bucket, key = taken["OutputLocation"].removeprefix("s3://").split("/", 1)
        s3.get_waiter("object_exists").wait(Bucket=bucket, Key=key, WaiterConfig={Waiting})
        print(s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())
        """;

    public static string CSharp(Snippet call, ObjectRef input) => $$"""
        // Packages: AWSSDK.SageMakerRuntime, AWSSDK.S3
        using System.Net;
        using System.Text;
        using Amazon.S3;
        using Amazon.S3.Model;
        using Amazon.SageMakerRuntime;
        using Amazon.SageMakerRuntime.Model;

        using var s3 = new AmazonS3Client(new AmazonS3Config { {{CSharpConfig(call)}}{{(call.Address.Length > 0 ? ", ForcePathStyle = true" : "")}} });
        using var runtime = new AmazonSageMakerRuntimeClient(new AmazonSageMakerRuntimeConfig { {{CSharpConfig(call)}} });
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = {{Snippet.Literal(input.Bucket)}}, Key = {{Snippet.Literal(input.Key)}}, InputStream = new MemoryStream({{CSharpBody(call)}}) });
        var taken = await runtime.InvokeEndpointAsyncAsync(new InvokeEndpointAsyncRequest
        {
        {{CSharpMembers(call)}}});
        // Where the model fails, taken.FailureLocation tells why, and nothing comes to the output.
        var place = new Uri(taken.OutputLocation);
        for (var looks = 600; ; looks--)
        {
            try
            {
                using var answer = await s3.GetObjectAsync(place.Host, place.AbsolutePath[1..]);
                Console.WriteLine(await new StreamReader(answer.ResponseStream).ReadToEndAsync());
                break;
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound && looks > 0)
            {
                await Task.Delay(1000);
            }
        }
        """;

    public static string JavaScript(Snippet call, ObjectRef input) => $$"""
        // Packages: @aws-sdk/client-sagemaker-runtime, @aws-sdk/client-s3; this is a module (.mjs)
        {{JavaScriptImport(call)}}import { GetObjectCommand, PutObjectCommand, S3Client, waitUntilObjectExists } from "@aws-sdk/client-s3";
        import { InvokeEndpointAsyncCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";

        const s3 = new S3Client({ {{JavaScriptConfig(call)}}{{(call.Address.Length > 0 ? ", forcePathStyle: true" : "")}} });
        const runtime = new SageMakerRuntimeClient({ {{JavaScriptConfig(call)}} });
        await s3.send(new PutObjectCommand({ Bucket: {{Snippet.Literal(input.Bucket)}}, Key: {{Snippet.Literal(input.Key)}}, Body: {{JavaScriptBody(call)}} }));
        const taken = await runtime.send(new InvokeEndpointAsyncCommand({
        {{JavaScriptMembers(call)}}}));
        // Where the model fails, taken.FailureLocation tells why, and nothing comes to the output.
        const [, Bucket, Key] = taken.OutputLocation.match(/^s3:\/\/([^/]+)\/(.+)$/);
        await waitUntilObjectExists({ client: s3, minDelay: 1, maxDelay: 5, maxWaitTime: 600 }, { Bucket, Key });
        const answer = await s3.send(new GetObjectCommand({ Bucket, Key }));
        console.log(await answer.Body.transformToString());
        """;

    // Ten minutes, as in the other languages.
    private const string Waiting = "{\"Delay\": 1, \"MaxAttempts\": 600}";

    public static string Curl(Snippet call, ObjectRef input)
    {
        var put = ShellSnippets.Signed(call, "s3", ["--request PUT", "--header 'Content-Type: application/octet-stream'", ShellSnippets.CurlBody(call), ShellSnippets.Quote(Object(call, input.Bucket, input.Key))]);
        var ask = ShellSnippets.Signed(call, "sagemaker",
        [
            .. ShellSnippets.Headers(call), "--data-raw ''", "--output /dev/null", "--write-out '%header{x-amzn-sagemaker-outputlocation}'",
            ShellSnippets.Quote($"{ShellSnippets.Runtime(call)}/async-invocations"),
        ]);
        // The answer's place is in the bucket of the input: both lie below the endpoint's output path.
        var get = ShellSnippets.Signed(call, "s3", ["--retry 300 --retry-delay 2 --retry-all-errors", $"{ShellSnippets.Quote(Object(call, input.Bucket, ""))}\"${{output#s3://*/}}\""], fails: "--fail");
        return $"""
            {ShellSnippets.Needs}
            # Needs curl 7.84 or newer.
            {put}
            output=$({ask})
            # Where the model fails, X-Amzn-SageMaker-FailureLocation tells why, and nothing comes to the output.
            {get}
            """;
    }

    public static string Cli(Snippet call, ObjectRef input)
    {
        var file = call.File ?? "body.txt";
        var at = $"--region {ShellSnippets.Quote(call.Region)}{(call.Address.Length > 0 ? $" --endpoint-url {ShellSnippets.Quote(call.Address)}" : "")}";
        var ask = ShellSnippets.Lines(["aws sagemaker-runtime invoke-endpoint-async", at, .. ShellSnippets.Options(call), "--query OutputLocation --output text"]);
        return $$"""
            {{ShellSnippets.Written(call, file)}}aws s3 cp {{at}} --only-show-errors {{ShellSnippets.Quote(file)}} {{ShellSnippets.Quote(input.ToString())}}
            output=$({{ask}})
            # Where the model fails, the FailureLocation tells why, and nothing comes to the output.
            aws s3api wait object-exists {{at}} --bucket {{ShellSnippets.Quote(input.Bucket)}} --key "${output#s3://*/}"
            aws s3 cp {{at}} --only-show-errors "$output" -
            """;
    }

    /// <summary>The address of an object; of a bucket's objects where the key is empty.</summary>
    private static string Object(Snippet call, string bucket, string key)
    {
        var path = string.Join('/', key.Split('/').Select(Uri.EscapeDataString));
        return call.Address.Length > 0 ? $"{call.Address}/{bucket}/{path}" : $"https://{bucket}.s3.{call.Region}.amazonaws.com/{path}";
    }
}
