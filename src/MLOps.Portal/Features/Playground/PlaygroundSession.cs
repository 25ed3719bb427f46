using MLOps.Portal.Features.Playground.Answers;

namespace MLOps.Portal.Features.Playground;

/// <summary>What was tried while this tab is open, newest first.</summary>
internal sealed class PlaygroundSession
{
    private const int Capacity = 25;

    private readonly List<Attempt> history = [];

    public IReadOnlyList<Attempt> History => history;

    public void Add(Attempt attempt)
    {
        history.Insert(0, attempt);
        if (history.Count > Capacity)
            history.RemoveAt(Capacity);
    }
}
