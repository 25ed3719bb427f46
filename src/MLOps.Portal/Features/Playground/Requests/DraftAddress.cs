using System.Web;
using MLOps.Portal.Shared.Clouds;

namespace MLOps.Portal.Features.Playground.Requests;

/// <summary>Writes a draft into the page's address and reads it from there. The body is part of it where it is short.</summary>
internal static class DraftAddress
{
    private const int LongestBody = 600;

    public static string Of(Places places, Draft draft, string? tab) => places.At("/playground",
        ("endpoint", draft.First.Endpoint), ("variant", draft.First.Variant), ("with", draft.Second.Endpoint), ("withVariant", draft.Second.Variant),
        ("mode", draft.Mode == SendMode.Once ? null : draft.Mode.ToString().ToLowerInvariant()),
        ("type", draft.ContentType == new Draft().ContentType ? null : draft.ContentType),
        ("accept", draft.Accept == new Draft().Accept ? null : draft.Accept.Length == 0 ? "-" : draft.Accept),
        ("attributes", draft.CustomAttributes), ("model", draft.TargetModel), ("session", draft.SessionId), ("inference", draft.InferenceId),
        ("body", draft.File is null && draft.Body.Length <= LongestBody && !Samples.IsOne(draft.Body) ? draft.Body : null), ("tab", tab));

    /// <summary>Takes what an address says; what it does not name goes back to its default, but a body that was written stays.</summary>
    public static void Read(Uri address, Draft draft)
    {
        var query = HttpUtility.ParseQueryString(address.Query);
        string Word(string name) => query[name] ?? "";
        draft.First = new(Word("endpoint"), Word("variant"));
        draft.Second = new(Word("with"), Word("withVariant"));
        draft.Mode = Enum.TryParse<SendMode>(Word("mode"), ignoreCase: true, out var mode) && Enum.IsDefined(mode) ? mode : SendMode.Once;
        draft.ContentType = query["type"] ?? new Draft().ContentType;
        draft.Accept = query["accept"] switch { null => new Draft().Accept, "-" => "", var accept => accept };
        (draft.CustomAttributes, draft.TargetModel, draft.SessionId, draft.InferenceId) = (Word("attributes"), Word("model"), Word("session"), Word("inference"));
        if (query["body"] is { } body)
            (draft.Body, draft.File) = (body, null);
    }
}
