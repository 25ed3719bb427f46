using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Finding;

/// <summary>The kinds of things that a cloud can hold more of than the inventories do.</summary>
public enum FoundThingKind
{
    TrainingJob,
    TuningJob,
    TransformJob,
    Model,
}

/// <summary>Something that a cloud knows by its name.</summary>
/// <param name="Status">The service's word; empty for models, which have none.</param>
public sealed record FoundThing(FoundThingKind Kind, string Name, string Status, DateTimeOffset? Created);

/// <summary>Asks a cloud itself for what is called so, beyond the newest things that the inventories hold.</summary>
public interface IThingFinder
{
    /// <summary>How many letters a part of a name must have: fewer are in nearly every name.</summary>
    public const int LeastLetters = 3;

    /// <summary>The newest of each kind whose names contain <paramref name="part"/>, at most a hundred each; nothing where no name can contain it.</summary>
    /// <exception cref="CloudException">The cloud refuses, or does not answer.</exception>
    Task<IReadOnlyList<FoundThing>> FindAsync(string connection, string part, CancellationToken cancelled = default);
}
