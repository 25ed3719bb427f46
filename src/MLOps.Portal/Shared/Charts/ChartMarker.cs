namespace MLOps.Portal.Shared.Charts;

/// <summary>A moment on a chart's time axis, such as a deployment.</summary>
public sealed record ChartMarker(DateTimeOffset At, string Label);
