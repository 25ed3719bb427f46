using MLOps.Cloud.Connections;

namespace MLOps.Portal.Shared.Clouds;

/// <summary>Where something runs. Production looks different from development wherever it is shown.</summary>
public enum Surroundings
{
    None,
    Development,
    Production,
}

/// <summary>Reads surroundings from names, as the pipelines give them.</summary>
public static class SurroundingsOf
{
    private static readonly string[] ProductionEndings = ["-production", "-prod", "-prd", "production", "Prd", "Prod"];
    private static readonly string[] DevelopmentEndings = ["-development", "-dev", "development", "Dev"];

    /// <summary>Of an endpoint, stage or action, by its name; in a connection for production everything is production.</summary>
    public static Surroundings Name(string name, CloudConnection? connection = null) =>
        connection?.Label == ConnectionLabel.Production ? Surroundings.Production
        : ProductionEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)) ? Surroundings.Production
        : DevelopmentEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)) ? Surroundings.Development
        : Surroundings.None;
}
