using System.Text.Encodings.Web;
using System.Text.Json;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Objects;
using MLOps.Portal.Features.Playground.Formats;
using MLOps.Portal.Features.Playground.Requests;

namespace MLOps.Portal.Features.Playground.Code;

/// <summary>
/// A request as programs in several languages are given it. None holds credentials: each takes them from where its SDK looks for them, and curl
/// from the environment.
/// </summary>
/// <param name="File">The file that holds the body, where it is not written into the program.</param>
public sealed record Snippet(InvocationRequest Request, CloudConnection Cloud, string? File)
{
    /// <summary>A longer body would bury the program.</summary>
    private const int LongestText = 8000;

    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The languages in which a snippet can be had.</summary>
    public static readonly IReadOnlyList<(string Id, string Title)> Languages = [("curl", "curl"), ("cli", "AWS CLI"), ("python", "Python"), ("csharp", "C#"), ("javascript", "JavaScript")];

    /// <summary>How it is sent; never <see cref="SendMode.Async"/> without an <see cref="Input"/>.</summary>
    public SendMode Mode => Input is not null ? SendMode.Async : IsStream ? SendMode.Stream : SendMode.Once;

    /// <summary>Whether the answer is read as it arrives.</summary>
    public bool IsStream { get; init; }

    /// <summary>Where the body of an asynchronous request goes; null for one that carries it.</summary>
    public ObjectRef? Input { get; init; }

    /// <summary>The snippet of what is being written. To an endpoint that is not asynchronous it is one that asks for one answer.</summary>
    /// <param name="asyncOutput">The S3 URI under which the endpoint leaves its answers; empty for one that answers at once.</param>
    public static Snippet Of(Draft draft, CloudConnection cloud, string asyncOutput)
    {
        var request = draft.For(draft.First);
        var isText = draft.File is null && draft.Body.Length <= LongestText && !draft.Body.Contains('\0', StringComparison.Ordinal);
        var beside = draft.Mode == SendMode.Async && asyncOutput.Length > 0 ? ObjectRef.Parse($"{asyncOutput.TrimEnd('/')}/inputs/{FileName(draft)}") : null;
        return new Snippet(request, cloud, isText ? null : FileName(draft)) { IsStream = draft.Mode == SendMode.Stream, Input = beside };
    }

    /// <summary>The body as text; empty where it is in a file.</summary>
    public string Body => File is null ? System.Text.Encoding.UTF8.GetString(Request.Body.Span) : "";

    public string Region => Cloud.Region;

    /// <summary>The address of the runtime where it is not AWS's own; else empty.</summary>
    public string Address => Cloud.EndpointUrl.TrimEnd('/');

    /// <summary>The members of the request by their names in the API, without the body; empty ones are left out, and those that the operation does not have.</summary>
    public IEnumerable<(string Name, string Value)> Members => new (string Name, string Value)[]
    {
        ("EndpointName", Request.Endpoint), ("ContentType", Request.ContentType), ("Accept", Request.Accept), ("CustomAttributes", Request.CustomAttributes),
        ("TargetVariant", Request.TargetVariant), ("TargetModel", Request.TargetModel), ("InferenceId", Request.InferenceId), ("SessionId", Request.SessionId),
        ("InputLocation", Input?.ToString() ?? ""),
    }.Where(m => m.Value.Length > 0 && Has(m.Name));

    /// <summary>The program in a language of <see cref="Languages"/>.</summary>
    public string In(string language) => (language, Input) switch
    {
        ("cli", { } input) => AsyncSnippets.Cli(this, input),
        ("python", { } input) => AsyncSnippets.Python(this, input),
        ("csharp", { } input) => AsyncSnippets.CSharp(this, input),
        ("javascript", { } input) => AsyncSnippets.JavaScript(this, input),
        (_, { } input) => AsyncSnippets.Curl(this, input),
        ("cli", _) => IsStream ? ShellSnippets.CliStream(this) : ShellSnippets.Cli(this),
        ("python", _) => IsStream ? CodeSnippets.PythonStream(this) : CodeSnippets.Python(this),
        ("csharp", _) => IsStream ? CodeSnippets.CSharpStream(this) : CodeSnippets.CSharp(this),
        ("javascript", _) => IsStream ? CodeSnippets.JavaScriptStream(this) : CodeSnippets.JavaScript(this),
        _ => IsStream ? ShellSnippets.CurlStream(this) : ShellSnippets.Curl(this),
    };

    /// <summary>A string literal of Python, C# and JavaScript alike: JSON's.</summary>
    internal static string Literal(string text) => JsonSerializer.Serialize(text, Quoting);

    private bool Has(string member) => Mode switch
    {
        SendMode.Stream => member is not "TargetModel",
        SendMode.Async => member is not ("TargetVariant" or "TargetModel" or "SessionId"),
        _ => true,
    };

    private static string FileName(Draft draft)
    {
        if (draft.File is { } file && file.Name.Length <= 100 && file.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') && !file.Name.StartsWith('-'))
            return file.Name;
        return MediaTypes.IsCsv(draft.ContentType) ? "body.csv" : MediaTypes.IsJson(draft.ContentType) ? "body.json" : "body.bin";
    }
}
