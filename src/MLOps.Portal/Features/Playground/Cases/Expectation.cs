using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.Cloud.Endpoints;
using MLOps.Portal.Features.Playground.Answers;
using MLOps.Portal.Features.Playground.Formats;

namespace MLOps.Portal.Features.Playground.Cases;

/// <summary>Whether an answer is what it should be.</summary>
internal static class Expectation
{
    private const double Tolerance = 1e-6;

    /// <summary>The predictions of an answer, one a row; the whole text where it is no table.</summary>
    public static IReadOnlyList<string> Labels(InvocationResult answer) =>
        Predictions.Read(answer.Text.Trim(), answer.ContentType) is { } read ? [.. read.Answers] : [answer.Text.Trim()];

    /// <summary>Whether the answer holds the labels that were expected, or is the text or JSON that was.</summary>
    public static bool Holds(string expected, InvocationResult answer) =>
        answer.IsSuccess && (Same(Split(expected), Labels(answer)) || SameText(expected.Trim(), answer.Text.Trim()));

    /// <summary>Whether two answers say the same.</summary>
    public static bool Agree(IReadOnlyList<string> one, IReadOnlyList<string> two) => Same(one, two);

    /// <summary>The labels that are expected, one a line or parted by commas.</summary>
    public static IReadOnlyList<string> Split(string expected)
    {
        try
        {
            return [.. BodyFormats.CsvRows(expected).SelectMany(r => r).Select(c => c.Trim()).Where(c => c.Length > 0)];
        }
        catch (FormatException)
        {
            return [expected.Trim()];
        }
    }

    private static bool Same(IReadOnlyList<string> one, IReadOnlyList<string> two) => one.Count == two.Count && one.Zip(two, Same).All(same => same);

    private static bool Same(string one, string two) =>
        string.Equals(one, two, StringComparison.Ordinal)
        || (double.TryParse(one, NumberStyles.Float, CultureInfo.InvariantCulture, out var a) && double.TryParse(two, NumberStyles.Float, CultureInfo.InvariantCulture, out var b)
            && Math.Abs(a - b) <= Tolerance * Math.Max(1, Math.Max(Math.Abs(a), Math.Abs(b))));

    private static bool SameText(string one, string two)
    {
        if (string.Equals(one, two, StringComparison.Ordinal))
            return true;
        try
        {
            return JsonNode.DeepEquals(JsonNode.Parse(one), JsonNode.Parse(two));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
