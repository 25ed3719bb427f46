using System.Text;

namespace MLOps.Portal.Features.Playground.Code;

/// <summary>The call for a POSIX shell.</summary>
internal static class ShellSnippets
{
    /// <summary>The headers in which InvokeEndpoint's members travel.</summary>
    private static readonly Dictionary<string, string> Headers = new()
    {
        ["ContentType"] = "Content-Type", ["Accept"] = "Accept", ["CustomAttributes"] = "X-Amzn-SageMaker-Custom-Attributes",
        ["TargetVariant"] = "X-Amzn-SageMaker-Target-Variant", ["TargetModel"] = "X-Amzn-SageMaker-Target-Model",
        ["InferenceId"] = "X-Amzn-SageMaker-Inference-Id", ["SessionId"] = "X-Amzn-SageMaker-Session-Id",
    };

    public static string Curl(Snippet call)
    {
        var address = call.Address.Length > 0 ? call.Address : $"https://runtime.sagemaker.{call.Region}.amazonaws.com";
        var lines = new List<string>
        {
            "curl --fail-with-body --silent --show-error",
            $"--aws-sigv4 {Quote($"aws:amz:{call.Region}:sagemaker")}",
            "--user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\"",
            "${AWS_SESSION_TOKEN:+--header \"X-Amz-Security-Token: $AWS_SESSION_TOKEN\"}",
        };
        lines.AddRange(call.Members.Where(m => Headers.ContainsKey(m.Name)).Select(m => $"--header {Quote($"{Headers[m.Name]}: {m.Value}")}"));
        lines.Add(call.File is { } file ? $"--data-binary {Quote("@" + file)}" : $"--data-raw {Quote(call.Body)}");
        lines.Add(Quote($"{address}/endpoints/{Uri.EscapeDataString(call.Request.Endpoint)}/invocations"));
        return "# Needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, and AWS_SESSION_TOKEN where there is one.\n" + Lines(lines);
    }

    public static string Cli(Snippet call)
    {
        var file = call.File ?? "body.txt";
        var lines = new List<string> { "aws sagemaker-runtime invoke-endpoint", $"--region {Quote(call.Region)}" };
        if (call.Address.Length > 0)
            lines.Add($"--endpoint-url {Quote(call.Address)}");
        lines.AddRange(call.Members.Select(m => $"--{Option(m.Name)} {Quote(m.Value)}"));
        lines.Add($"--body {Quote("fileb://" + file)}");
        lines.Add("answer.txt");
        return (call.File is null ? $"printf '%s' {Quote(call.Body)} > {file}\n" : "") + Lines(lines) + "\ncat answer.txt";
    }

    /// <summary>A word of the shell that stands for exactly this text.</summary>
    internal static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Lines(IEnumerable<string> lines) => string.Join(" \\\n  ", lines);

    /// <summary>EndpointName as the AWS CLI has it: endpoint-name.</summary>
    private static string Option(string member)
    {
        var option = new StringBuilder();
        foreach (var letter in member)
        {
            if (char.IsUpper(letter) && option.Length > 0)
                option.Append('-');
            option.Append(char.ToLowerInvariant(letter));
        }
        return option.ToString();
    }
}
