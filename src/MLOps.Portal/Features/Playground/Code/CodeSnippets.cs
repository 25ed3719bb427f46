namespace MLOps.Portal.Features.Playground.Code;

/// <summary>The call for programs that have an AWS SDK.</summary>
internal static class CodeSnippets
{
    public static string Python(Snippet call)
    {
        var address = call.Address.Length > 0 ? $", endpoint_url={Snippet.Literal(call.Address)}" : "";
        var members = string.Concat(call.Members.Select(m => $"    {m.Name}={Snippet.Literal(m.Value)},\n"));
        var body = call.File is { } file ? $"open({Snippet.Literal(file)}, \"rb\").read()" : $"{Snippet.Literal(call.Body)}.encode()";
        return $"""
            import boto3

            runtime = boto3.client("sagemaker-runtime", region_name={Snippet.Literal(call.Region)}{address})
            answer = runtime.invoke_endpoint(
            {members}    Body={body},
            )
            print(answer["Body"].read().decode())
            """;
    }

    public static string CSharp(Snippet call)
    {
        var config = call.Address.Length > 0
            ? $"ServiceURL = {Snippet.Literal(call.Address)}, AuthenticationRegion = {Snippet.Literal(call.Region)}"
            : $"RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName({Snippet.Literal(call.Region)})";
        var members = string.Concat(call.Members.Select(m => $"    {m.Name} = {Snippet.Literal(m.Value)},\n"));
        var body = call.File is { } file ? $"File.ReadAllBytes({Snippet.Literal(file)})" : $"Encoding.UTF8.GetBytes({Snippet.Literal(call.Body)})";
        return $$"""
            // Package: AWSSDK.SageMakerRuntime
            using System.Text;
            using Amazon.SageMakerRuntime;
            using Amazon.SageMakerRuntime.Model;

            using var runtime = new AmazonSageMakerRuntimeClient(new AmazonSageMakerRuntimeConfig { {{config}} });
            var answer = await runtime.InvokeEndpointAsync(new InvokeEndpointRequest
            {
            {{members}}    Body = new MemoryStream({{body}}),
            });
            Console.WriteLine(Encoding.UTF8.GetString(answer.Body.ToArray()));
            """;
    }

    public static string JavaScript(Snippet call)
    {
        var address = call.Address.Length > 0 ? $", endpoint: {Snippet.Literal(call.Address)}" : "";
        var members = string.Concat(call.Members.Select(m => $"  {m.Name}: {Snippet.Literal(m.Value)},\n"));
        var import = call.File is null ? "" : "import { readFileSync } from \"node:fs\";\n";
        var body = call.File is { } file ? $"readFileSync({Snippet.Literal(file)})" : $"new TextEncoder().encode({Snippet.Literal(call.Body)})";
        return $$"""
            // Package: @aws-sdk/client-sagemaker-runtime; this is a module (.mjs)
            {{import}}import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";

            const runtime = new SageMakerRuntimeClient({ region: {{Snippet.Literal(call.Region)}}{{address}} });
            const answer = await runtime.send(new InvokeEndpointCommand({
            {{members}}  Body: {{body}},
            }));
            console.log(new TextDecoder().decode(answer.Body));
            """;
    }
}
