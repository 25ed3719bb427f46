using MLOps.Cloud.Values;

namespace MLOps.Portal.Shared.Text;

/// <summary>The choices of a status filter: what a status means to a person, not the services' many words.</summary>
public static class StatusChoices
{
    public static readonly IReadOnlyList<(string Value, string Title)> All =
        [("waiting", "Waits for a person"), ("running", "Running"), ("failed", "Failed"), ("good", "Well"), ("stopped", "Stopped")];

    /// <summary>Whether a status word fits the choice; every one does where there is none.</summary>
    public static bool Fits(string? choice, string status) =>
        string.IsNullOrEmpty(choice) || string.Equals(Status.Kind(status).ToString(), choice, StringComparison.OrdinalIgnoreCase);
}
