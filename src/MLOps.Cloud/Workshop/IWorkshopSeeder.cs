using MLOps.Cloud.Values;

namespace MLOps.Cloud.Workshop;

/// <summary>
/// Gives the embedded cloud what a participant of the workshop creates, through the public APIs alone. It runs in the
/// background at start; what exists already is left as it is, so that a restart in the middle goes on.
/// </summary>
public interface IWorkshopSeeder
{
    /// <summary>Where the set-up stands. <see cref="WorkshopPhase.NotWanted"/> where no embedded cloud is seeded.</summary>
    WorkshopState Current { get; }

    /// <summary>The state now and every later one; slow readers get the latest.</summary>
    (WorkshopState State, IAsyncEnumerable<WorkshopState> Changes) Subscribe();

    /// <summary>Tries again after a failure; does nothing while it runs or when it is done.</summary>
    void Retry();
}

/// <summary>How far the set-up is.</summary>
public enum WorkshopPhase
{
    NotWanted,
    Running,
    Done,
    Failed,
}

/// <summary>Where the set-up stands: its steps in order.</summary>
public sealed record WorkshopState(WorkshopPhase Phase, ValueList<WorkshopStep> Steps)
{
    /// <summary>The step that runs or failed; null otherwise.</summary>
    public WorkshopStep? Active => Steps.FirstOrDefault(s => s.Status is WorkshopStepStatus.Running or WorkshopStepStatus.Failed);
}

/// <summary>How a step stands.</summary>
public enum WorkshopStepStatus
{
    Waiting,
    Running,
    Done,
    Failed,
}

/// <summary>A step of the set-up.</summary>
/// <param name="Title">What it does, for people: <c>Create the base stack</c>.</param>
/// <param name="Detail">What happens in it now, or what went wrong.</param>
/// <param name="Remedy">What to do about a failure; empty otherwise.</param>
public sealed record WorkshopStep(string Id, string Title, WorkshopStepStatus Status, string Detail = "", string Remedy = "")
{
    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Ended { get; init; }
}
