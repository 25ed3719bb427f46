namespace MLOps.Cloud.Workshop;

/// <summary>A step of the set-up did not work.</summary>
internal sealed class WorkshopException(string message, string remedy, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;
}
