using System.Globalization;

namespace MLOps.Portal.Features.Load;

/// <summary>How runs read.</summary>
internal static class RunWords
{
    /// <summary>The status word whose colour and icon fits.</summary>
    public static string Status(LoadRunState state) => state switch
    {
        LoadRunState.Running => "InProgress",
        LoadRunState.Done => "Succeeded",
        LoadRunState.Cancelled or LoadRunState.TimedOut => "Stopped",
        _ => "Failed",
    };

    public static string Word(LoadRunState state) => state switch
    {
        LoadRunState.Running => "Running",
        LoadRunState.Done => "Done",
        LoadRunState.Cancelled => "Cancelled",
        LoadRunState.TimedOut => "Time was up",
        LoadRunState.Failed => "Failed",
        _ => "Lost",
    };

    public static string Ms(double milliseconds) => milliseconds.ToString(milliseconds < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture) + " ms";
}
