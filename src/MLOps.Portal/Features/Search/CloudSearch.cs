using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Finding;
using MLOps.Portal.Shared.Clouds;

namespace MLOps.Portal.Features.Search;

/// <summary>What the clouds themselves found by a name: the inventories, and so the index, hold the newest things of each kind alone.</summary>
/// <param name="Entries">As the index would show them.</param>
/// <param name="Faults">The connections that could not be asked, and why.</param>
public sealed record CloudAnswer(IReadOnlyList<SearchEntry> Entries, IReadOnlyList<(string Connection, CloudFault Fault)> Faults)
{
    public static CloudAnswer Nothing { get; } = new([], []);
}

/// <summary>Asks every connection for what a query may mean; one that does not answer hides nothing of the others.</summary>
public sealed class CloudSearch(ICloudConnections connections, IThingFinder finder)
{
    /// <summary>Whether there is a word long enough to ask a cloud by.</summary>
    public static bool CanAsk(string? query) => Words(query).Any(w => w.Length >= IThingFinder.LeastLetters);

    /// <param name="only">The one connection to ask; all where empty.</param>
    public async Task<CloudAnswer> AskAsync(string query, string? only, CancellationToken cancelled)
    {
        var words = Words(query);
        // A cloud takes one part of a name: the longest word leaves the fewest, the others are compared here.
        var lead = words.MaxBy(w => w.Length)!;
        var answers = await Task.WhenAll(connections.All.Where(c => string.IsNullOrEmpty(only) || c.Name == only).Select(c => AskOneAsync(c, lead, cancelled)));
        return new(
            [.. answers.SelectMany(a => a.Entries).Where(e => new SearchText(e.Title) is var title && words.All(w => title.FitOf(w.ToLowerInvariant()) is not null)).OrderByDescending(e => e.At)],
            [.. answers.SelectMany(a => a.Faults)]);
    }

    private async Task<CloudAnswer> AskOneAsync(CloudConnection cloud, string part, CancellationToken cancelled)
    {
        try
        {
            var places = Places.In(connections, cloud);
            return new([.. (await finder.FindAsync(cloud.Name, part, cancelled)).Select(t => Entry(cloud.Name, places, t))], []);
        }
        catch (CloudException e)
        {
            return new([], [(cloud.Name, e.Fault)]);
        }
    }

    private static SearchEntry Entry(string connection, Places places, FoundThing thing)
    {
        var (kind, href) = thing.Kind switch
        {
            FoundThingKind.TrainingJob => (FoundKind.TrainingJob, places.TrainingJob(thing.Name)),
            FoundThingKind.TuningJob => (FoundKind.TuningJob, places.TuningJob(thing.Name)),
            FoundThingKind.TransformJob => (FoundKind.TransformJob, places.TransformJob(thing.Name)),
            _ => (FoundKind.Model, places.Model(thing.Name)),
        };
        return new(kind, connection, thing.Name, thing.Name, href) { Status = thing.Status, At = thing.Created };
    }

    private static string[] Words(string? query) => (query ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
