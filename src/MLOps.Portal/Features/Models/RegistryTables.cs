using MLOps.Cloud.Models;
using MLOps.Cloud.Registry;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Tables;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Models;

/// <summary>A model with where it serves.</summary>
public sealed record ServedModel(ModelSummary Model, ValueList<Serving> Serves);

/// <summary>A version with where it serves.</summary>
public sealed record ServedVersion(ModelPackage Package, ValueList<Serving> Serves)
{
    /// <summary>What it was measured by, in a few words.</summary>
    public string Quality => string.Join(" · ", Package.Metrics
        .Where(m => m.Name.EndsWith("accuracy", StringComparison.Ordinal) || m.Name.EndsWith("r2", StringComparison.Ordinal)).Take(2).Select(m => $"{m.Name} {m.Value}"));
}

/// <summary>The columns of the lists of the model registry.</summary>
internal static class RegistryTables
{
    public static readonly TableShape<ServedModel> Models = new("models",
        new("name", "Model", m => m.Model.Name) { By = m => m.Model.Name, Always = true, Class = "w-40" },
        new("serves", "Serves in", m => Where(m.Serves)) { By = m => Where(m.Serves) is { Length: > 0 } where ? where : null },
        new("job", "Trained by", m => m.Model.TrainingJob) { By = m => m.Model.TrainingJob },
        new("image", "Image", m => m.Model.Image),
        new("created", "Created", m => CsvText.Of(m.Model.Created)) { By = m => m.Model.Created, Class = "num" });

    /// <summary>The same where the cloud is asked page by page: it sorts by name and age alone.</summary>
    public static readonly TableShape<ServedModel> FarModels = new("models", [.. Models.Columns.Select(c => c.Key is "name" or "created" ? c : c with { By = null })]);

    public static readonly TableShape<ServedVersion> Versions = new("versions",
        new("version", "Version", v => $"{v.Package.Group} v{v.Package.Version}") { By = v => $"{v.Package.Group} {v.Package.Version:000000}", Always = true },
        new("approval", "Approval", v => v.Package.Approval) { By = v => Approvals.Word(v.Package.Approval) },
        new("serves", "Serves in", v => Where(v.Serves)) { By = v => Where(v.Serves) is { Length: > 0 } where ? where : null },
        new("quality", "Quality", v => v.Quality),
        new("job", "Trained by", v => v.Package.TrainingJob) { By = v => v.Package.TrainingJob },
        new("registered", "Registered", v => CsvText.Of(v.Package.Created)) { By = v => v.Package.Created, Class = "num" });

    private static string Where(IEnumerable<Serving> serves) => string.Join("; ", serves.Select(s => $"{s.Endpoint}/{s.Variant}"));
}
