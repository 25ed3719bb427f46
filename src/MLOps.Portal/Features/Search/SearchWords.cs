namespace MLOps.Portal.Features.Search;

/// <summary>What kinds are called.</summary>
internal static class SearchWords
{
    public static string Of(FoundKind kind) => kind switch
    {
        FoundKind.ModelVersion => "Model version",
        FoundKind.TrainingJob => "Training job",
        FoundKind.TuningJob => "Tuning job",
        FoundKind.TransformJob => "Batch transform",
        _ => kind.ToString(),
    };
}
