using Microsoft.Extensions.Options;

namespace MLOps.Cloud.Prices;

/// <summary>The section <c>Cloud:Prices</c>. Validated at start.</summary>
public sealed class PriceOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Cloud:Prices";

    /// <summary>A price table of one's own (JSON, shaped as the one that ships); the one that ships where empty.</summary>
    public string File { get; set; } = "";
}

/// <summary>Reads the table once at start, so that a faulty one is told then.</summary>
internal sealed class PriceOptionsValidator : IValidateOptions<PriceOptions>
{
    public ValidateOptionsResult Validate(string? name, PriceOptions options)
    {
        try
        {
            PriceTable.Read(options.File);
            return ValidateOptionsResult.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return ValidateOptionsResult.Fail($"Cloud:Prices:File '{options.File}' cannot be used: {e.Message}");
        }
    }
}
