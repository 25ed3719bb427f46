namespace MLOps.Cloud.Values;

/// <summary>One page of a list. <paramref name="Next"/> asks for the next one; null at the end.</summary>
public sealed record Page<T>(ValueList<T> Items, string? Next = null);

/// <summary>A named text: a hyperparameter, a setting, an environment variable, a variable of a pipeline.</summary>
public sealed record Setting(string Name, string Value);

/// <summary>A named number that was measured, such as a training job's <c>validation:accuracy</c>.</summary>
/// <param name="At">When it was measured, where known.</param>
public sealed record MetricValue(string Name, double Value, DateTimeOffset? At = null);

/// <summary>A tag of a resource.</summary>
public sealed record ResourceTag(string Key, string Value)
{
    private static readonly string[] Reserved = ["aws:", "mlops:"];

    /// <summary>Whether it is nobody's to give or take: AWS keeps <c>aws:</c> for itself, and by <c>mlops:</c> a pipeline's work is known.</summary>
    public bool IsReserved => Reserved.Any(r => Key.StartsWith(r, StringComparison.OrdinalIgnoreCase));
}
