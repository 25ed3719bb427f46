using System.Text.RegularExpressions;
using MLOps.Cloud.Endpoints;

namespace MLOps.Portal.Features.Playground.Formats;

/// <summary>What a person can do about an answer that says 415 (the body's type) or 406 (the answer's type).</summary>
/// <param name="IsAccept">Whether it is the answer's type that was refused.</param>
/// <param name="Types">Types to try instead, the likeliest first.</param>
public sealed partial record FormatHelp(bool IsAccept, IReadOnlyList<string> Types)
{
    private static readonly string[] Usual = [MediaTypes.Csv, MediaTypes.Json, MediaTypes.Lines];

    /// <summary>The help for an answer; null where its status has nothing to do with types.</summary>
    public static FormatHelp? Of(InvocationRequest request, InvocationResult? answer)
    {
        if (answer is not { StatusCode: 415 or 406 })
            return null;
        var isAccept = answer.StatusCode == 406;
        var refused = MediaTypes.Plain(isAccept ? request.Accept : request.ContentType);
        // Models say what they take; those that do not are offered what most take.
        var told = TypePattern().Matches(answer.Text).Select(m => m.Value.ToLowerInvariant()).Distinct().Where(t => t != refused && !t.Contains('*', StringComparison.Ordinal)).Take(6).ToList();
        return new FormatHelp(isAccept, told.Count > 0 ? told : [.. Usual.Where(t => t != refused)]);
    }

    [GeneratedRegex(@"\b(?:text|application|image|audio|video|multipart)/[a-z0-9][a-z0-9.+-]*[a-z0-9]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 500)]
    private static partial Regex TypePattern();
}
