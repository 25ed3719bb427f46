using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Iam;

/// <summary>Checks the grammar of policy documents as IAM does before it stores one.</summary>
internal static class PolicyDocument
{
    private static readonly HashSet<string> DocumentFields = ["Version", "Id", "Statement"];

    private static readonly HashSet<string> StatementFields =
        ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"];

    /// <summary>A policy that says what its holder may do: statements name resources and no principal.</summary>
    public static void CheckIdentity(string text)
    {
        foreach (var statement in Statements(text))
        {
            if (Has(statement, "Principal") || Has(statement, "NotPrincipal"))
                throw Malformed("Policy document should not specify a principal.");
            if (!Has(statement, "Resource") && !Has(statement, "NotResource"))
                throw Malformed("Policy statement must contain resources.");
        }
    }

    /// <summary>A policy that says who may assume a role: statements name principals and no resource.</summary>
    public static void CheckTrust(string text)
    {
        foreach (var statement in Statements(text))
        {
            if (Has(statement, "Resource") || Has(statement, "NotResource"))
                throw Malformed("Has prohibited field Resource");
            if (!Has(statement, "Principal") && !Has(statement, "NotPrincipal"))
                throw Malformed("Missing required field Principal");
            if (Texts(statement["Action"] ?? statement["NotAction"]).Any(a => !a.StartsWith("sts:", StringComparison.OrdinalIgnoreCase)))
                throw Malformed("AssumeRole policy may only specify STS AssumeRole actions.");
        }
    }

    private static List<JsonObject> Statements(string text)
    {
        var document = Parse(text);
        foreach (var (field, _) in document)
            if (!DocumentFields.Contains(field))
                throw Malformed($"Syntax error in policy: unknown field {field}.");
        if (document["Version"] is { } version && (version is not JsonValue v || !v.TryGetValue(out string? name) || name is not ("2012-10-17" or "2008-10-17")))
            throw Malformed("The policy must contain a valid version string");
        var statements = document["Statement"] switch
        {
            JsonArray { Count: > 0 } list => list.Select(s => s as JsonObject ?? throw Malformed("Syntax errors in policy.")).ToList(),
            JsonObject one => [one],
            _ => throw Malformed("Syntax errors in policy."),
        };
        statements.ForEach(CheckStatement);
        if (statements.Select(s => s["Sid"]?.ToString()).OfType<string>().GroupBy(s => s).Any(g => g.Count() > 1))
            throw Malformed("Statement IDs (SID) in a single policy must be unique.");
        return statements;
    }

    private static void CheckStatement(JsonObject statement)
    {
        foreach (var (field, _) in statement)
            if (!StatementFields.Contains(field))
                throw Malformed($"Syntax error in policy: unknown field {field}.");
        if (statement["Effect"] is not JsonValue effect || !effect.TryGetValue(out string? word) || word is not ("Allow" or "Deny"))
            throw Malformed("Syntax errors in policy.");
        var actions = Has(statement, "Action");
        if (actions == Has(statement, "NotAction"))
            throw Malformed(actions ? "Syntax errors in policy." : "Policy statement must contain actions.");
        foreach (var action in Texts(statement[actions ? "Action" : "NotAction"]))
            if (action != "*" && action.Split(':') is not [{ Length: > 0 }, { Length: > 0 }])
                throw Malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
        foreach (var resource in Texts(statement["Resource"] ?? statement["NotResource"]))
            if (resource != "*" && !resource.StartsWith("arn:", StringComparison.Ordinal))
                throw Malformed($"Resource {resource} must be in ARN format or \"*\".");
        if (statement["Condition"] is { } condition and not JsonObject)
            throw Malformed($"Syntax errors in policy: Condition is no object but {condition.GetValueKind()}.");
    }

    private static JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, null, new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw Malformed("Syntax errors in policy.");
        }
        catch (JsonException)
        {
            throw Malformed("This policy contains invalid Json");
        }
    }

    private static bool Has(JsonObject statement, string field) => statement[field] switch
    {
        null => false,
        JsonArray list => list.Count > 0,
        _ => true,
    };

    private static IEnumerable<string> Texts(JsonNode? node)
    {
        foreach (var item in node is JsonArray list ? list : node is null ? [] : [node.DeepClone()])
            yield return item is JsonValue v && v.TryGetValue(out string? text) ? text : throw Malformed("Syntax errors in policy.");
    }

    private static AwsException Malformed(string message) => new("MalformedPolicyDocument", message);
}
