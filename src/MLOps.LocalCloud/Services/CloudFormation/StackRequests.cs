using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Engine.Stacks.Templates;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudFormation;

/// <summary>Reads what calls that make or change a stack have in common, and refuses what has no effect here.</summary>
internal sealed class StackRequests(ICloudCaller caller, StackStore store, ResourceTypes types)
{
    private static readonly string[] NotOffered =
    [
        "StackPolicyBody", "StackPolicyURL", "StackPolicyDuringUpdateBody", "StackPolicyDuringUpdateURL", "IncludeNestedStacks", "ImportExistingResources",
        "ResourcesToImport", "DeploymentMode",
    ];

    /// <summary>The template that a call brings.</summary>
    /// <param name="existing">The stack whose template UsePreviousTemplate means.</param>
    public async Task<Template> TemplateAsync(OperationCall call, StackRecord? existing)
    {
        var (body, url) = (call.Input.Text("TemplateBody"), call.Input.Text("TemplateURL"));
        var previous = call.Input.Flag("UsePreviousTemplate") is true;
        if (new[] { body is not null, url is not null, previous }.Count(given => given) != 1)
            throw StackErrors.Validation("Either Template URL or Template Body must be specified.");
        if (previous)
            return Template.Parse(existing?.Input.Template ?? throw StackErrors.Validation("There is no previous template."));
        if (body is not null && Encoding.UTF8.GetByteCount(body) > TemplateReader.MaxBody)
            throw StackErrors.Validation($"1 validation error detected: Value '{body[..100]}…' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to {TemplateReader.MaxBody}");
        return Template.Parse(body ?? await FetchAsync(call, url!));
    }

    /// <summary>What a stack is to be made from, checked as far as can be before anything is made.</summary>
    public (StackInput Input, Blueprint Blueprint) Read(OperationCall call, Template template, StackIdentity identity, StackRecord? existing)
    {
        foreach (var member in NotOffered)
            if (call.Input[member] is { } given && !(given is JsonValue v && v.TryGetValue(out bool flag) && !flag) && given is not JsonArray { Count: 0 })
                throw StackErrors.NotOffered($"{member} of {call.Operation}");
        if (call.Input.Object("RollbackConfiguration") is { } rollback && (rollback.Items("RollbackTriggers").Any() || rollback.Whole("MonitoringTimeInMinutes") > 0))
            throw StackErrors.NotOffered($"RollbackConfiguration of {call.Operation}");
        var tags = call.Input["Tags"] is null ? existing?.Input.Tags : call.Input.Objects("Tags").GroupBy(t => t.Required("Key"))
            .ToDictionary(g => g.Key, g => g.Count() == 1 ? g.Single().Text("Value") ?? "" : throw StackErrors.Validation($"Duplicate tag keys: {g.Key}"));
        var input = new StackInput
        {
            Template = template.Text,
            Parameters = ParameterValues.Resolve(template, call.Input.Objects("Parameters"), existing?.Input.Parameters),
            Tags = tags ?? new Dictionary<string, string>(),
            Capabilities = [.. call.Input.Texts("Capabilities")],
            NotificationArns = call.Input["NotificationARNs"] is null ? existing?.Input.NotificationArns ?? [] : [.. call.Input.Texts("NotificationARNs")],
            RoleArn = call.Input.Text("RoleARN") ?? existing?.Input.RoleArn,
        };
        var blueprint = new Blueprint(template, input, identity, types, StackValues.Imports(store, identity.Scope));
        var missing = Capabilities(template).Where(c => !Has(input.Capabilities, c)).ToList();
        if (missing.Count > 0)
            throw new AwsException("InsufficientCapabilitiesException", $"Requires capabilities : [{string.Join(", ", missing)}]");
        CheckAllowedTypes(call, template);
        return (input, blueprint);
    }

    /// <summary>What a caller must acknowledge for the template.</summary>
    public IReadOnlyList<string> Capabilities(Template template)
    {
        var identities = template.Resources.Values.Where(r => types.Find(r.Type) is { IsIdentity: true }).ToList();
        var capabilities = new List<string>();
        if (identities.Any(r => types[r.Type].NameProperty is { } name && r.Properties.ContainsKey(name)))
            capabilities.Add("CAPABILITY_NAMED_IAM");
        else if (identities.Count > 0)
            capabilities.Add("CAPABILITY_IAM");
        if (template.LanguageExtensions)
            capabilities.Add("CAPABILITY_AUTO_EXPAND");
        return capabilities;
    }

    private static bool Has(IReadOnlyList<string> given, string capability) =>
        given.Contains(capability) || capability == "CAPABILITY_IAM" && given.Contains("CAPABILITY_NAMED_IAM");

    private static void CheckAllowedTypes(OperationCall call, Template template)
    {
        var allowed = call.Input.Texts("ResourceTypes").ToList();
        if (allowed.Count == 0)
            return;
        var refused = template.Resources.Values.Select(r => r.Type).Distinct()
            .Where(t => !allowed.Any(a => a == t || a.EndsWith('*') && t.StartsWith(a[..^1], StringComparison.Ordinal))).ToList();
        if (refused.Count > 0)
            throw StackErrors.Validation($"Resource types {string.Join(", ", refused)} are not specified");
    }

    private async Task<string> FetchAsync(OperationCall call, string url)
    {
        if (TemplateUrl.Parse(url) is not var (bucket, key, version))
            throw StackErrors.Validation("TemplateURL must be a supported URL.");
        var input = new JsonObject { ["Bucket"] = bucket, ["Key"] = key, ["VersionId"] = version };
        try
        {
            var answer = await caller.CallAsync(new OperationCall("s3", "GetObject", call.Scope, input) { Principal = call.Principal, Cancelled = call.Cancelled });
            await using var body = answer.Body ?? Stream.Null;
            using var reader = new StreamReader(body, Encoding.UTF8);
            var text = new char[TemplateReader.MaxObject + 1];
            var length = await reader.ReadBlockAsync(text, call.Cancelled);
            return new string(text, 0, length);
        }
        catch (AwsException e)
        {
            throw StackErrors.Validation($"S3 error: {e.Message}");
        }
    }
}
