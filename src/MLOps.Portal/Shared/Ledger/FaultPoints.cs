namespace MLOps.Portal.Shared.Ledger;

/// <summary>Places in the way of a decision at which tests end the process, to see what is left. In the product nothing happens there.</summary>
public interface IFaultPoints
{
    void Reach(string point);
}

/// <summary>The names of the places, in the order in which a decision passes them.</summary>
public static class FaultPoint
{
    public const string BeforeVote = "before the vote";
    public const string AfterVote = "after the vote";
    public const string BeforeIntent = "before the intent";
    public const string AfterIntent = "after the intent";
    public const string BeforeCall = "before the call";
    public const string AfterCall = "after the call";
    public const string BeforeOutcome = "before the outcome";
    public const string AfterOutcome = "after the outcome";
}

internal sealed class NoFaultPoints : IFaultPoints
{
    public void Reach(string point)
    {
        // Nothing fails here on purpose.
    }
}
