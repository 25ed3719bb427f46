using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Wire;

namespace MLOps.LocalCloud.Protocol.Validation;

/// <summary>The constraints of a shape in AWS's words.</summary>
internal static class Constraints
{
    /// <summary>Those that a value breaks; null where it breaks none.</summary>
    public static List<string>? Broken(ApiShape shape, JsonNode value)
    {
        List<string>? broken = null;
        if (shape.EnumSet is { } values && !values.Contains(Canonical.Text(value)))
            (broken ??= []).Add(EnumText(shape));
        if (shape.Min is not null || shape.Max is not null)
        {
            var size = Size(shape, value);
            if (size < shape.Min)
                (broken ??= []).Add(MinText(shape));
            if (size > shape.Max)
                (broken ??= []).Add(MaxText(shape));
        }
        if (shape.Pattern is not null && shape.Kind == ShapeKind.String && !Matches(shape, Canonical.Text(value)))
            (broken ??= []).Add(PatternText(shape));
        return broken;
    }

    /// <summary>All constraints of a shape, for messages about one item of many.</summary>
    public static string All(ApiShape shape)
    {
        var all = new List<string>();
        if (shape.EnumSet is not null)
            all.Add(EnumText(shape));
        if (shape.Max is not null)
            all.Add(MaxText(shape));
        if (shape.Min is not null)
            all.Add(MinText(shape));
        if (shape.Pattern is not null)
            all.Add(PatternText(shape));
        return string.Join(", ", all);
    }

    private static decimal? Size(ApiShape shape, JsonNode value) => shape.Kind switch
    {
        ShapeKind.String => Canonical.Length(Canonical.Text(value)),
        ShapeKind.Blob => Canonical.BlobLength(Canonical.Text(value)),
        ShapeKind.List => value.AsArray().Count,
        ShapeKind.Map => value.AsObject().Count,
        _ => Canonical.TryNumber(value, out var number) && Math.Abs(number) < 1e27 ? (decimal)number : null,
    };

    private static bool Matches(ApiShape shape, string text)
    {
        try
        {
            return shape.Regex!.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            // A text made to exhaust the pattern is not one that the pattern means.
            return false;
        }
    }

    private static string Measure(ApiShape shape) => shape.IsNumber ? "value" : "length";

    private static string EnumText(ApiShape shape) => $"Member must satisfy enum value set: [{string.Join(", ", shape.Enum!)}]";

    private static string MinText(ApiShape shape) =>
        $"Member must have {Measure(shape)} greater than or equal to {shape.Min!.Value.ToString("0.##########", CultureInfo.InvariantCulture)}";

    private static string MaxText(ApiShape shape) =>
        $"Member must have {Measure(shape)} less than or equal to {shape.Max!.Value.ToString("0.##########", CultureInfo.InvariantCulture)}";

    private static string PatternText(ApiShape shape) => $"Member must satisfy regular expression pattern: {shape.Pattern}";
}
