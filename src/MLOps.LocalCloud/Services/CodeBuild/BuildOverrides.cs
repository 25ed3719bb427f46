using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodeBuild;

/// <summary>A project as one build sees it: with the overrides of StartBuild.</summary>
internal static class BuildOverrides
{
    private static readonly (string Override, string Member)[] Whole =
    [
        ("secondarySourcesOverride", "secondarySources"), ("secondarySourcesVersionOverride", "secondarySourceVersions"), ("sourceVersion", "sourceVersion"),
        ("artifactsOverride", "artifacts"), ("secondaryArtifactsOverride", "secondaryArtifacts"), ("cacheOverride", "cache"),
        ("serviceRoleOverride", "serviceRole"), ("timeoutInMinutesOverride", "timeoutInMinutes"), ("queuedTimeoutInMinutesOverride", "queuedTimeoutInMinutes"),
        ("encryptionKeyOverride", "encryptionKey"), ("logsConfigOverride", "logsConfig"), ("autoRetryLimitOverride", "autoRetryLimit"),
    ];

    private static readonly (string Override, string Member)[] OfSource =
        [("sourceTypeOverride", "type"), ("sourceLocationOverride", "location"), ("buildspecOverride", "buildspec"), ("sourceAuthOverride", "auth")];

    private static readonly (string Override, string Member)[] OfEnvironment =
        [("environmentTypeOverride", "type"), ("imageOverride", "image"), ("computeTypeOverride", "computeType"), ("privilegedModeOverride", "privilegedMode")];

    private static readonly string[] NotOffered = ["debugSessionEnabled", "fleetOverride", "registryCredentialOverride", "certificateOverride"];

    public static JsonObject Apply(JsonObject project, JsonObject input)
    {
        foreach (var name in NotOffered)
            if (input[name] is JsonObject or JsonValue && input[name]!.ToJsonString() != "false")
                throw ProjectRules.Invalid($"The local cloud does not offer {name} in CodeBuild");
        var effective = project.Copy()!;
        Copy(Whole, input, effective);
        Copy(OfSource, input, effective.Object("source")!);
        var environment = effective.Object("environment")!;
        Copy(OfEnvironment, input, environment);
        var overridden = input.Objects("environmentVariablesOverride").ToList();
        if (overridden.Count > 0)
        {
            var names = overridden.Select(v => v.Text("name")).ToHashSet();
            var kept = environment.Objects("environmentVariables").Where(v => !names.Contains(v.Text("name")));
            environment["environmentVariables"] = kept.Concat(overridden).Select(v => v.Copy()!).ToJson();
        }
        return effective;
    }

    private static void Copy((string Override, string Member)[] pairs, JsonObject input, JsonObject target)
    {
        foreach (var (name, member) in pairs)
            if (input[name] is { } value)
                target[member] = value.DeepClone();
    }
}
