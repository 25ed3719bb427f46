namespace MLOps.Portal.Shared.Layout;

/// <summary>A component that a feature puts into the bar above every page.</summary>
public sealed record BarItem(Type Component);
