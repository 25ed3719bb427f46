using System.Text.Encodings.Web;
using System.Text.Json;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
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

    /// <summary>The snippet of what is being written.</summary>
    public static Snippet Of(Draft draft, CloudConnection cloud)
    {
        var request = draft.For(draft.First);
        var isText = draft.File is null && draft.Body.Length <= LongestText && !draft.Body.Contains('\0', StringComparison.Ordinal);
        return new Snippet(request, cloud, isText ? null : FileName(draft));
    }

    /// <summary>The body as text; empty where it is in a file.</summary>
    public string Body => File is null ? System.Text.Encoding.UTF8.GetString(Request.Body.Span) : "";

    public string Region => Cloud.Region;

    /// <summary>The address of the runtime where it is not AWS's own; else empty.</summary>
    public string Address => Cloud.EndpointUrl.TrimEnd('/');

    /// <summary>The members of the request by their names in the API, without the body; empty ones are left out.</summary>
    public IEnumerable<(string Name, string Value)> Members => new (string Name, string Value)[]
    {
        ("EndpointName", Request.Endpoint), ("ContentType", Request.ContentType), ("Accept", Request.Accept), ("CustomAttributes", Request.CustomAttributes),
        ("TargetVariant", Request.TargetVariant), ("TargetModel", Request.TargetModel), ("InferenceId", Request.InferenceId), ("SessionId", Request.SessionId),
    }.Where(m => m.Value.Length > 0);

    /// <summary>The program in a language of <see cref="Languages"/>.</summary>
    public string In(string language) => language switch
    {
        "cli" => ShellSnippets.Cli(this),
        "python" => CodeSnippets.Python(this),
        "csharp" => CodeSnippets.CSharp(this),
        "javascript" => CodeSnippets.JavaScript(this),
        _ => ShellSnippets.Curl(this),
    };

    /// <summary>A string literal of Python, C# and JavaScript alike: JSON's.</summary>
    internal static string Literal(string text) => JsonSerializer.Serialize(text, Quoting);

    private static string FileName(Draft draft)
    {
        if (draft.File is { } file && file.Name.Length <= 100 && file.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') && !file.Name.StartsWith('-'))
            return file.Name;
        return MediaTypes.IsCsv(draft.ContentType) ? "body.csv" : MediaTypes.IsJson(draft.ContentType) ? "body.json" : "body.bin";
    }
}
