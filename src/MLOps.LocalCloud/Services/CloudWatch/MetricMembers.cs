using System.Globalization;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudWatch;

/// <summary>Reads and writes what the operations have in common.</summary>
internal static class MetricMembers
{
    public static IReadOnlyList<(string Name, string Value)> Dimensions(JsonObject input) =>
        [.. input.Objects("Dimensions").Select(d => (d.Required("Name"), d.Required("Value")))];

    public static JsonArray Dimensions(IEnumerable<(string Name, string Value)> dimensions) =>
        dimensions.Select(d => new JsonObject { ["Name"] = d.Name, ["Value"] = d.Value }).ToJson();

    /// <summary>A list of numbers; empty where it is absent.</summary>
    public static IReadOnlyList<double> Numbers(JsonObject input, string name) =>
        [.. input.Items(name).Select(n => double.Parse(n.ToJsonString(), CultureInfo.InvariantCulture))];

    /// <summary>A period of CloudWatch: 1, 5, 10, 20, 30 or a multiple of 60 seconds.</summary>
    public static int Period(int? seconds, Func<string, AwsException> refuse) => seconds switch
    {
        null => throw refuse("The parameter Period is required."),
        1 or 5 or 10 or 20 or 30 => seconds.Value,
        >= 60 when seconds % 60 == 0 => seconds.Value,
        _ => throw refuse($"The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60; it is {seconds}."),
    };
}
