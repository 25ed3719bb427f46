using MLOps.Portal.Shared.Tables;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Search;

/// <summary>The columns of what was found.</summary>
internal static class SearchTable
{
    public static readonly TableShape<SearchEntry> Shape = new("search",
        new("name", "Name", e => e.Title) { By = e => e.Title, Always = true },
        new("kind", "Kind", e => SearchWords.Of(e.Kind)) { By = e => SearchWords.Of(e.Kind) },
        new("status", "Status", e => e.Status) { By = e => Words.OfStatus(e.Status) },
        new("detail", "About", e => e.Detail),
        new("cloud", "Cloud", e => e.Connection) { By = e => e.Connection },
        new("changed", "Changed", e => CsvText.Of(e.At)) { By = e => e.At, Class = "num" });
}
