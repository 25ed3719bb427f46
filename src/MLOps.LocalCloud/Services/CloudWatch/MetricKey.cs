using System.Text.Json;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudWatch;

/// <summary>What tells metrics apart. <see cref="Dimensions"/> is JSON of name-value pairs, sorted by name, so that equal sets are equal text.</summary>
internal sealed record MetricKey(Scope Scope, string Namespace, string Name, string Dimensions)
{
    public static MetricKey Of(Scope scope, string @namespace, string name, IEnumerable<(string Name, string Value)> dimensions) =>
        new(scope, @namespace, name, JsonSerializer.Serialize(dimensions.OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => new[] { d.Name, d.Value })));

    public IReadOnlyList<(string Name, string Value)> ReadDimensions() =>
        [.. JsonSerializer.Deserialize<string[][]>(Dimensions)!.Select(d => (d[0], d[1]))];
}
