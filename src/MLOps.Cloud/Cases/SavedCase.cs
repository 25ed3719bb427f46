using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Cases;

/// <summary>One request that candidate and production are both asked.</summary>
/// <param name="Number">Its place in the set, from 1.</param>
/// <param name="Body">The body as it is sent.</param>
/// <param name="Label">The right answer; null where nobody wrote one down.</param>
/// <param name="CustomAttributes">Sent as the header of that name, such as <c>algorithm=random_forest</c>; empty for none.</param>
public sealed record SavedCase(int Number, string Body, string? Label = null, string CustomAttributes = "")
{
    /// <summary>The body's own type; empty for that of the set.</summary>
    public string ContentType { get; init; } = "";

    /// <summary>The type that the answer shall have; empty for the model's choice.</summary>
    public string Accept { get; init; } = "";
}

/// <summary>Cases that belong together.</summary>
/// <param name="Source">Where they are from, for people.</param>
/// <param name="Sha256">64 hex digits over all of the source, so that other cases are seen to be others.</param>
/// <param name="Total">How many the source holds; <see cref="Cases"/> may be the first of them.</param>
public sealed record CaseSet(string Source, string Sha256, string ContentType, IReadOnlyList<SavedCase> Cases, int Total);

/// <summary>
/// Where saved cases come from. A gate names the place as <c>scheme:rest</c>; each source knows its schemes. Register one more
/// to feed sign-offs from somewhere else.
/// </summary>
public interface ICaseSource
{
    /// <summary>Whether the place is one of this source's.</summary>
    bool Knows(string place);

    /// <summary>The cases for a candidate, at most <paramref name="most"/> of them.</summary>
    /// <exception cref="CloudException"><see cref="CloudFaultKind.NotFound"/>: there are none; <see cref="CloudFaultKind.Invalid"/>: they cannot be read as cases.</exception>
    Task<CaseSet> ReadAsync(string place, SignOffEvidence candidate, int most, CancellationToken cancelled = default);
}

/// <summary>Asks candidate and production the same cases.</summary>
public interface ICaseRunner
{
    /// <summary>Asks every case of both, a few at a time. What a model refuses is an answer too.</summary>
    /// <param name="asked">Hears how many answers have come, of candidate and production together.</param>
    /// <exception cref="CloudException">The candidate's endpoint cannot be asked. Where production's cannot, the results say so.</exception>
    Task<CaseResults> RunAsync(CaseSet cases, CaseTarget candidate, CaseTarget? production, double tolerance, Action<int>? asked = null, CancellationToken cancelled = default);
}

/// <summary>Who is asked: an endpoint, and one of its variants where it is not the endpoint's choice.</summary>
public sealed record CaseTarget(string Connection, string Endpoint, string Variant = "");
