using System.Globalization;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>What the promotion page sends: what shall be done, and what was on the page.</summary>
/// <param name="Act">One of the words below; <c>all:VARIANT</c> and <c>agree:ID</c> name what they are about.</param>
internal sealed record PromotionForm(string Act, string About, IReadOnlyDictionary<string, string> Fields, string Seen, string EvidenceDigest, string Evidence, string Reason, bool Override, string OverrideReason)
{
    /// <summary>Shares as the fields say.</summary>
    public const string Shift = "shift";

    /// <summary>All traffic for one variant.</summary>
    public const string All = "all";

    /// <summary>The shift that somebody else asked for.</summary>
    public const string Agree = "agree";

    /// <summary>The pipeline's stage goes back to an execution.</summary>
    public const string Rollback = "rollback";

    /// <summary>The endpoint uses an earlier configuration.</summary>
    public const string Configuration = "configuration";

    /// <summary>The name of the field that holds a variant's share, but for the variant.</summary>
    public const string ShareField = "share.";

    /// <summary>Whether it came from the form that takes production back, not from the one that shares the traffic.</summary>
    public bool IsBack => Act is Rollback or Configuration;

    /// <summary>
    /// What a person typed, by the names of the fields; the reason of each of the page's forms by a name of its own. Shares are what they chose only
    /// where they asked for shares: else they are those that the page began with, which must not come back when the traffic has moved.
    /// </summary>
    public IEnumerable<KeyValuePair<string, string?>> Written =>
        [new(IsBack ? BackReason : "reason", Reason), new("overrideReason", OverrideReason), .. Act == Shift ? Fields.Select(f => KeyValuePair.Create(ShareField + f.Key, (string?)f.Value)) : []];

    /// <summary>The name under which the reason to take production back is kept.</summary>
    public const string BackReason = "backReason";

    public static PromotionForm Read(IFormCollection form)
    {
        var act = form["act"].ToString().Split(':', 2);
        return new PromotionForm(
            act[0], act.Length > 1 ? act[1] : "",
            form.Keys.Where(k => k.StartsWith(ShareField, StringComparison.Ordinal)).ToDictionary(k => k[ShareField.Length..], k => form[k].ToString()),
            form["seen"].ToString(), form["digest"].ToString(), form["evidence"].ToString(), Typed.Clean(form["reason"]), form["override"].Count > 0, Typed.Clean(form["overrideReason"]));
    }

    /// <summary>The shares that the fields hold, for the variants that there are; what is no number is no share.</summary>
    public Shares SharesOf(Shares now) => new(now.All.Select(s => KeyValuePair.Create(s.Key, Number(Fields.GetValueOrDefault(s.Key, "")))));

    private static double Number(string text) =>
        double.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
