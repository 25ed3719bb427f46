using System.Text;
using MLOps.Portal.Features.Playground.Requests;

namespace MLOps.Portal.Features.Playground.Code;

/// <summary>The call for a POSIX shell.</summary>
internal static class ShellSnippets
{
    /// <summary>What curl has to be given.</summary>
    internal const string Needs = "# Needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, and AWS_SESSION_TOKEN where there is one.";

    public static string Curl(Snippet call) => $"{Needs}\n{Signed(call, "sagemaker", [.. Headers(call), CurlBody(call), Quote($"{Runtime(call)}/invocations")])}";

    public static string CurlStream(Snippet call) => $"""
        {Needs}
        # The answer comes as frames of application/vnd.amazon.eventstream, which curl shows as they are: a head in binary, then a piece of the answer.
        {Signed(call, "sagemaker", ["--no-buffer --output -", .. Headers(call), CurlBody(call), Quote($"{Runtime(call)}/invocations-response-stream")])}
        """;

    public static string Cli(Snippet call)
    {
        var file = call.File ?? "body.txt";
        var lines = new List<string> { "aws sagemaker-runtime invoke-endpoint", $"--region {Quote(call.Region)}" };
        if (call.Address.Length > 0)
            lines.Add($"--endpoint-url {Quote(call.Address)}");
        lines.AddRange(Options(call));
        lines.Add($"--body {Quote("fileb://" + file)}");
        lines.Add("answer.txt");
        return $"{Written(call, file)}{Lines(lines)}\ncat answer.txt";
    }

    public static string CliStream(Snippet call) => $"# The AWS CLI has no invoke-endpoint-with-response-stream; this waits for the whole answer.\n{Cli(call)}";

    /// <summary>A call of curl that signs for a service.</summary>
    internal static string Signed(Snippet call, string service, IEnumerable<string> rest, string fails = "--fail-with-body") => Lines(
    [
        $"curl {fails} --silent --show-error",
        $"--aws-sigv4 {Quote($"aws:amz:{call.Region}:{service}")}",
        "--user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\"",
        "${AWS_SESSION_TOKEN:+--header \"X-Amz-Security-Token: $AWS_SESSION_TOKEN\"}",
        .. rest,
    ]);

    /// <summary>The members that travel in headers, as curl takes them.</summary>
    internal static IEnumerable<string> Headers(Snippet call) =>
        call.Members.Where(m => m.Name != "EndpointName").Select(m => $"--header {Quote($"{Header(call.Mode, m.Name)}: {m.Value}")}");

    internal static string CurlBody(Snippet call) => call.File is { } file ? $"--data-binary {Quote("@" + file)}" : $"--data-raw {Quote(call.Body)}";

    /// <summary>The members as the AWS CLI takes them.</summary>
    internal static IEnumerable<string> Options(Snippet call) => call.Members.Select(m => $"--{Hyphens(m.Name).ToLowerInvariant()} {Quote(m.Value)}");

    /// <summary>The line that writes the body into a file; empty where it is in one.</summary>
    internal static string Written(Snippet call, string file) => call.File is null ? $"printf '%s' {Quote(call.Body)} > {file}\n" : "";

    /// <summary>The endpoint's address.</summary>
    internal static string Runtime(Snippet call) =>
        $"{(call.Address.Length > 0 ? call.Address : $"https://runtime.sagemaker.{call.Region}.amazonaws.com")}/endpoints/{Uri.EscapeDataString(call.Request.Endpoint)}";

    /// <summary>A word of the shell that stands for exactly this text.</summary>
    internal static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    internal static string Lines(IEnumerable<string> lines) => string.Join(" \\\n  ", lines);

    /// <summary>The header in which a member travels: most have SageMaker's prefix, and some of them in some operations alone.</summary>
    private static string Header(SendMode mode, string member) => (mode, member) switch
    {
        (SendMode.Once, "Accept") => "Accept",
        (not SendMode.Async, "ContentType") => "Content-Type",
        (_, "InputLocation") => "X-Amzn-SageMaker-InputLocation",
        _ => $"X-Amzn-SageMaker-{Hyphens(member)}",
    };

    /// <summary>EndpointName as Endpoint-Name.</summary>
    private static string Hyphens(string member)
    {
        var words = new StringBuilder();
        foreach (var letter in member)
        {
            if (char.IsUpper(letter) && words.Length > 0)
                words.Append('-');
            words.Append(letter);
        }
        return words.ToString();
    }
}
