using System.Text;
using MLOps.Cloud.Endpoints;
using MLOps.Portal.Features.Playground.Formats;

namespace MLOps.Portal.Features.Playground.Requests;

/// <summary>How a request is sent.</summary>
public enum SendMode
{
    /// <summary>One answer at once.</summary>
    Once,

    /// <summary>The answer is shown as it arrives.</summary>
    Stream,

    /// <summary>The body goes to S3, and the answer is found there.</summary>
    Async,
}

/// <summary>An endpoint, and one of its variants where it is not chosen by traffic share.</summary>
public readonly record struct Target(string Endpoint, string Variant)
{
    // The default of a struct knows no initial values.
    public string Endpoint { get => field ?? ""; init; } = Endpoint;

    public string Variant { get => field ?? ""; init; } = Variant;
}

/// <summary>The request that is being written.</summary>
public sealed class Draft
{
    public Target First { get; set; }

    /// <summary>The endpoint that the same input is sent to for comparison; empty for none.</summary>
    public Target Second { get; set; }

    public SendMode Mode { get; set; }

    public string ContentType { get; set; } = MediaTypes.Csv;

    public string Accept { get; set; } = MediaTypes.Json;

    public string CustomAttributes { get; set; } = "";

    public string TargetModel { get; set; } = "";

    public string SessionId { get; set; } = "";

    public string InferenceId { get; set; } = "";

    public string Body { get; set; } = Samples.Bodies[0].Body;

    /// <summary>A file that is sent in place of the text.</summary>
    public BodyFile? File { get; set; }

    public ReadOnlyMemory<byte> Bytes => File?.Bytes ?? Encoding.UTF8.GetBytes(Body);

    public int Size => File?.Bytes.Length ?? Encoding.UTF8.GetByteCount(Body);

    /// <summary>Whether fields that are seldom needed hold something.</summary>
    public bool HasMore => TargetModel.Length > 0 || SessionId.Length > 0 || InferenceId.Length > 0;

    /// <param name="alone">Whether the request belongs to no session: a session is one endpoint's.</param>
    public InvocationRequest For(Target target, bool alone = false) => new(target.Endpoint, Bytes)
    {
        ContentType = ContentType.Trim(), Accept = Accept.Trim(), CustomAttributes = CustomAttributes.Trim(), TargetVariant = target.Variant,
        TargetModel = TargetModel.Trim(), SessionId = alone ? "" : SessionId.Trim(), InferenceId = InferenceId.Trim(),
    };

    /// <summary>Takes a request that was sent before.</summary>
    public void Take(InvocationRequest request)
    {
        First = new(request.Endpoint, request.TargetVariant);
        (ContentType, Accept, CustomAttributes) = (request.ContentType, request.Accept, request.CustomAttributes);
        (TargetModel, SessionId, InferenceId) = (request.TargetModel, request.SessionId, request.InferenceId);
        (Body, File) = Pretty.TextOf(request.Body.Span) is { } text ? (text, null) : ("", new BodyFile("earlier body", request.Body.ToArray()));
    }
}

/// <summary>A file as it is sent.</summary>
public sealed record BodyFile(string Name, byte[] Bytes);
