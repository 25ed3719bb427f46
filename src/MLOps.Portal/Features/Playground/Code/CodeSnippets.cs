namespace MLOps.Portal.Features.Playground.Code;

/// <summary>The call for programs that have an AWS SDK.</summary>
internal static class CodeSnippets
{
    public static string Python(Snippet call) => $"""
        import boto3

        {PythonClient(call, "runtime", "sagemaker-runtime")}
        answer = runtime.invoke_endpoint(
        {PythonMembers(call)}    Body={PythonBody(call)},
        )
        print(answer["Body"].read().decode())
        """;

    /// <summary>The answer's pieces go out as bytes: one may end inside a character.</summary>
    public static string PythonStream(Snippet call) => $"""
        import sys

        import boto3

        {PythonClient(call, "runtime", "sagemaker-runtime")}
        answer = runtime.invoke_endpoint_with_response_stream(
        {PythonMembers(call)}    Body={PythonBody(call)},
        )
        for event in answer["Body"]:
            sys.stdout.buffer.write(event["PayloadPart"]["Bytes"])
            sys.stdout.buffer.flush()
        """;

    public static string CSharp(Snippet call) => $$"""
        // Package: AWSSDK.SageMakerRuntime
        using System.Text;
        using Amazon.SageMakerRuntime;
        using Amazon.SageMakerRuntime.Model;

        using var runtime = new AmazonSageMakerRuntimeClient(new AmazonSageMakerRuntimeConfig { {{CSharpConfig(call)}} });
        var answer = await runtime.InvokeEndpointAsync(new InvokeEndpointRequest
        {
        {{CSharpMembers(call)}}    Body = new MemoryStream({{CSharpBody(call)}}),
        });
        Console.WriteLine(Encoding.UTF8.GetString(answer.Body.ToArray()));
        """;

    public static string CSharpStream(Snippet call) => $$"""
        // Package: AWSSDK.SageMakerRuntime
        using System.Text;
        using Amazon.SageMakerRuntime;
        using Amazon.SageMakerRuntime.Model;

        using var runtime = new AmazonSageMakerRuntimeClient(new AmazonSageMakerRuntimeConfig { {{CSharpConfig(call)}} });
        using var answer = await runtime.InvokeEndpointWithResponseStreamAsync(new InvokeEndpointWithResponseStreamRequest
        {
        {{CSharpMembers(call)}}    Body = new MemoryStream({{CSharpBody(call)}}),
        });
        using var output = Console.OpenStandardOutput();
        await foreach (var piece in answer.Body)
        {
            if (piece is PayloadPart part)
                part.Bytes.CopyTo(output);
        }
        """;

    public static string JavaScript(Snippet call) => $$"""
        // Package: @aws-sdk/client-sagemaker-runtime; this is a module (.mjs)
        {{JavaScriptImport(call)}}import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";

        const runtime = new SageMakerRuntimeClient({ {{JavaScriptConfig(call)}} });
        const answer = await runtime.send(new InvokeEndpointCommand({
        {{JavaScriptMembers(call)}}  Body: {{JavaScriptBody(call)}},
        }));
        console.log(new TextDecoder().decode(answer.Body));
        """;

    public static string JavaScriptStream(Snippet call) => $$"""
        // Package: @aws-sdk/client-sagemaker-runtime; this is a module (.mjs)
        {{JavaScriptImport(call)}}import { InvokeEndpointWithResponseStreamCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";

        const runtime = new SageMakerRuntimeClient({ {{JavaScriptConfig(call)}} });
        const answer = await runtime.send(new InvokeEndpointWithResponseStreamCommand({
        {{JavaScriptMembers(call)}}  Body: {{JavaScriptBody(call)}},
        }));
        for await (const event of answer.Body)
          if (event.PayloadPart) process.stdout.write(event.PayloadPart.Bytes);
        """;

    internal static string PythonClient(Snippet call, string name, string service) =>
        $"{name} = boto3.client(\"{service}\", region_name={Snippet.Literal(call.Region)}{(call.Address.Length > 0 ? $", endpoint_url={Snippet.Literal(call.Address)}" : "")})";

    internal static string PythonMembers(Snippet call) => string.Concat(call.Members.Select(m => $"    {m.Name}={Snippet.Literal(m.Value)},\n"));

    internal static string PythonBody(Snippet call) => call.File is { } file ? $"open({Snippet.Literal(file)}, \"rb\").read()" : $"{Snippet.Literal(call.Body)}.encode()";

    internal static string CSharpConfig(Snippet call) => call.Address.Length > 0
        ? $"ServiceURL = {Snippet.Literal(call.Address)}, AuthenticationRegion = {Snippet.Literal(call.Region)}"
        : $"RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName({Snippet.Literal(call.Region)})";

    internal static string CSharpMembers(Snippet call) => string.Concat(call.Members.Select(m => $"    {m.Name} = {Snippet.Literal(m.Value)},\n"));

    internal static string CSharpBody(Snippet call) => call.File is { } file ? $"File.ReadAllBytes({Snippet.Literal(file)})" : $"Encoding.UTF8.GetBytes({Snippet.Literal(call.Body)})";

    internal static string JavaScriptImport(Snippet call) => call.File is null ? "" : "import { readFileSync } from \"node:fs\";\n";

    internal static string JavaScriptConfig(Snippet call) => $"region: {Snippet.Literal(call.Region)}{(call.Address.Length > 0 ? $", endpoint: {Snippet.Literal(call.Address)}" : "")}";

    internal static string JavaScriptMembers(Snippet call) => string.Concat(call.Members.Select(m => $"  {m.Name}: {Snippet.Literal(m.Value)},\n"));

    internal static string JavaScriptBody(Snippet call) => call.File is { } file ? $"readFileSync({Snippet.Literal(file)})" : $"new TextEncoder().encode({Snippet.Literal(call.Body)})";
}
