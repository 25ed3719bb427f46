using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MLOps.Tests.Wire.Sdk;

/// <summary>
/// An API description as these tests read it, apart from both the generator and the local cloud, and values that satisfy it
/// in the local cloud's canonical form.
/// </summary>
internal sealed class ApiDescription
{
    private static readonly string[] Candidates =
    [
        "text/csv", "a", "b", "1", "abc-123", "12", "123456789012", "s3://bucket/key", "https://example.com/x", "arn:aws:iam::123456789012:role/name",
        "arn:aws:codepipeline:us-east-1:123456789012:name", "arn:aws:logs:us-east-1:123456789012:log-group:name", "arn:aws:sns:us-east-1:123456789012:topic", "arn:aws:s3:::bucket",
        "2f0f2a3c-6a44-4b6e-9f7e-0d6f6b8f1a11", "sg-12345678", "fs-12345678", "arn:aws:lambda:us-east-1:123456789012:function:name", "subnet-12345678", "us-east-1", "1.2.3",
        "abc; Expires=2024-01-01T00:00:00Z", "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        .. new[]
        {
            "model-package/m", "transform-job/t", "endpoint/e", "endpoint-config/e", "training-job/t", "model/m", "app/a/b", "hub-content/h", "labeling-job/l",
            "hyper-parameter-tuning-job/h", "automl-job/a", "inference-component/i", "processing-job/p", "experiment-trial-component/e",
            "hub-content/h/DataSet/d", "hub-content/h/Model/m", "model-package-group/g", "training-plan/t", "hub/h", "ml-reservation/m", "mlflow-app/m",
        }.Select(resource => $"arn:aws:sagemaker:us-east-1:123456789012:{resource}"),
    ];

    private readonly JsonNode root;

    public ApiDescription(string service)
    {
        using var stream = typeof(LocalCloud.LocalCloudApplication).Assembly.GetManifestResourceStream($"api/{service}.json")!;
        root = JsonNode.Parse(stream)!;
    }

    public string Name => Text(root["metadata"]!, "serviceId")!.Replace(" ", "");

    public IEnumerable<(string Name, JsonNode Json)> ClientOperations =>
        root["operations"]!.AsObject().Where(o => o.Value!["client"] is not null).Select(o => (o.Key, o.Value!));

    public JsonNode Shape(string name) => root["shapes"]![name]!;

    public JsonNode Target(JsonNode member) => Shape(Text(member, "shape")!);

    /// <summary>A value with every member that can be had; null where the shape repeats itself.</summary>
    /// <param name="shape">The name of the shape.</param>
    /// <param name="without">The members of the outermost structure that are left out: payloads, and what exceptions inherit.</param>
    public JsonNode? Sample(string shape, params string[] without) => Sample(shape, [], without);

    public static string? Text(JsonNode json, string name) => json[name]?.GetValue<string>();

    private JsonNode? Sample(string name, string[] path, string[] without)
    {
        var shape = Shape(name);
        if (path.Contains(name))
            return null;
        path = [.. path, name];
        switch (Text(shape, "type"))
        {
            case "structure": return Structure(shape, path, without);
            case "list": return List(shape, path);
            case "map": return Map(shape, path);
            case "boolean": return true;
            case "timestamp": return 1700000000.25;
            case "blob": return "AQID";
            case "integer" or "long": return Number(shape, 3);
            case "float" or "double": return Number(shape, 2.5);
            default: return Strings(name).First();
        }
    }

    private JsonObject Structure(JsonNode shape, string[] path, string[] without)
    {
        var structure = new JsonObject();
        foreach (var (name, member) in shape["members"]!.AsObject().Where(m => !without.Contains(m.Key)))
        {
            if (Sample(Text(member!, "shape")!, path, []) is { } value)
                structure[name] = value;
            if (shape["union"] is not null && structure.Count > 0)
                break;
        }
        return structure;
    }

    private JsonArray? List(JsonNode shape, string[] path)
    {
        var list = new JsonArray();
        for (var i = 0; i < Math.Max(1, Limit(shape, "min") ?? 1); i++)
        {
            if (Sample(Text(shape["member"]!, "shape")!, path, []) is not { } item)
                return null;
            list.Add(item);
        }
        return list;
    }

    private JsonObject? Map(JsonNode shape, string[] path) =>
        Limit(shape, "max") == 0 ? []
        : Sample(Text(shape["value"]!, "shape")!, path, []) is { } value
            ? new JsonObject(Strings(Text(shape["key"]!, "shape")!).Take((int)(Limit(shape, "min") ?? 1)).Select(key => KeyValuePair.Create<string, JsonNode?>(key, value.DeepClone())))
            : null;

    private static JsonNode Number(JsonNode shape, double wanted)
    {
        var number = Math.Max(Math.Min(wanted, Limit(shape, "max") ?? wanted), Limit(shape, "min") ?? wanted);
        return JsonNode.Parse(number.ToString("R", CultureInfo.InvariantCulture))!;
    }

    /// <summary>Texts that satisfy a shape.</summary>
    private IEnumerable<string> Strings(string name)
    {
        var shape = Shape(name);
        if (shape["enum"] is JsonArray values)
            return values.Select(v => v!.GetValue<string>());
        var min = (int)(Limit(shape, "min") ?? 0);
        var max = Limit(shape, "max") ?? int.MaxValue;
        var pattern = Text(shape, "pattern");
        var texts = Candidates.Select(c => c.PadRight(min, '1')).Where(c => c.Length <= max && Matches(pattern, c)).ToList();
        return texts.Count > 0 ? texts : throw new InvalidOperationException($"No candidate satisfies {name}: {pattern} [{min}, {max}]. Add one.");
    }

    private static double? Limit(JsonNode shape, string name) => shape[name]?.GetValue<double>();

    private static bool Matches(string? pattern, string text)
    {
        try
        {
            // Classes of Java's dialect that .NET does not have.
            pattern = pattern?.Replace(@"\p{Alnum}", "a-zA-Z0-9").Replace(@"\p{ASCII}", @"[\x00-\x7F]");
            return pattern is null || Regex.IsMatch(text, $@"\A(?:{pattern})\z", RegexOptions.None, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException)
        {
            // A pattern in Java's dialect; those of the descriptions all allow simple words.
            return true;
        }
    }
}
