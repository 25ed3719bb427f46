using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Models;
using MLOps.Cloud.Registry;
using MLOps.Cloud.Values;

namespace MLOps.Portal.Features.Models;

/// <summary>Joins what three inventories know: which version, which model, which endpoint.</summary>
public sealed record Registry(ValueList<ModelPackage> Packages, ValueList<ModelSummary> Models, ValueList<EndpointSummary> Endpoints)
{
    public static readonly Registry Empty = new([], [], []);

    /// <summary>The groups by name, each with its versions, newest first.</summary>
    public IEnumerable<(string Group, List<ModelPackage> Versions)> Groups =>
        Packages.GroupBy(p => p.Group, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.OrderByDescending(p => p.Version).ToList()));

    /// <summary>The models that hold a version's artifact.</summary>
    public IEnumerable<ModelSummary> ModelsOf(ModelPackage package) => Models.Where(m => package.ModelDataUrl.Length > 0 && m.ModelDataUrl == package.ModelDataUrl);

    /// <summary>Where a version serves.</summary>
    public IEnumerable<Serving> Serves(ModelPackage package)
    {
        var names = ModelsOf(package).Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        return Endpoints.SelectMany(e => e.Variants.Where(v => names.Contains(v.Model)).Select(v => Of(e, v)));
    }

    /// <summary>Where a model serves.</summary>
    public IEnumerable<Serving> Serves(ModelSummary model) => Endpoints.SelectMany(e => e.Variants.Where(v => v.Model == model.Name).Select(v => Of(e, v)));

    /// <summary>The version whose artifact a model holds; null where none does.</summary>
    public ModelPackage? PackageOf(ModelSummary model) => Packages.FirstOrDefault(p => model.ModelDataUrl.Length > 0 && p.ModelDataUrl == model.ModelDataUrl);

    private static Serving Of(EndpointSummary endpoint, VariantState variant)
    {
        var all = endpoint.Variants.Sum(v => v.CurrentWeight);
        return new Serving(endpoint.Name, endpoint.Status, variant.Name, all > 0 ? variant.CurrentWeight / all : 0);
    }
}

/// <summary>A variant that serves something.</summary>
/// <param name="Share">Its share of the endpoint's traffic, 0 to 1.</param>
public sealed record Serving(string Endpoint, string Status, string Variant, double Share);
