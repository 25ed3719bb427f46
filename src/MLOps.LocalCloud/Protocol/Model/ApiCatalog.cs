using System.Collections.Frozen;
using System.Text.Json;

namespace MLOps.LocalCloud.Protocol.Model;

/// <summary>All services that the local cloud has an API description of. Loaded once for the process.</summary>
internal sealed class ApiCatalog
{
    private const string Folder = "api/";
    private static readonly Lazy<ApiCatalog> Embedded = new(Load);

    private ApiCatalog(IEnumerable<ApiService> services)
    {
        Services = services.ToFrozenDictionary(s => s.Name, StringComparer.Ordinal);
        ByTarget = Services.Values.Where(s => s.TargetPrefix is not null).ToFrozenDictionary(s => s.TargetPrefix!, StringComparer.Ordinal);
        ByVersion = Services.Values.Where(s => s.TargetPrefix is not null || s.Speaks("query"))
            .GroupBy(s => s.ApiVersion).Where(g => g.Count() == 1).ToFrozenDictionary(g => g.Key, g => g.Single(), StringComparer.Ordinal);
    }

    /// <summary>The descriptions that are built into this assembly.</summary>
    public static ApiCatalog Default => Embedded.Value;

    /// <summary>Services by botocore's name.</summary>
    public FrozenDictionary<string, ApiService> Services { get; }

    /// <summary>Services by the prefix of <c>X-Amz-Target</c>.</summary>
    public FrozenDictionary<string, ApiService> ByTarget { get; }

    /// <summary>Services by the <c>Version</c> of a query request.</summary>
    public FrozenDictionary<string, ApiService> ByVersion { get; }

    /// <summary>An operation that must be there: a mistake of the caller in this code base otherwise.</summary>
    public ApiOperation? Find(string service, string operation) => Services.GetValueOrDefault(service)?.Operations.GetValueOrDefault(operation);

    private static ApiCatalog Load()
    {
        var assembly = typeof(ApiCatalog).Assembly;
        var services = new List<ApiService>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var description = JsonDocument.Parse(stream);
            services.Add(ApiDescriptionReader.Read(Path.GetFileNameWithoutExtension(resource[Folder.Length..]), description.RootElement));
        }
        return new ApiCatalog(services);
    }
}
