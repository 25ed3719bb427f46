using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace MLOps.Cloud.Prices;

/// <inheritdoc/>
internal sealed class PriceTable(IOptions<PriceOptions> options) : IPriceTable
{
    private const string Shipped = "prices.json";
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly Table table = Read(options.Value.File);

    public PriceSource Source => new(table.Source, table.AsOf, table.Currency);

    public InstancePrice? Find(string instanceType, string region, InstanceUse use) =>
        In(region, instanceType, use) is { } exact ? new InstancePrice(exact, region, true)
        : In(table.DefaultRegion, instanceType, use) is { } other ? new InstancePrice(other, table.DefaultRegion, false)
        : null;

    /// <summary>The table of a file, or the one that ships where the name is empty.</summary>
    /// <exception cref="InvalidDataException">It is no price table; the message says what is wrong.</exception>
    public static Table Read(string file)
    {
        try
        {
            using var stream = file.Length > 0 ? File.OpenRead(file) : typeof(PriceTable).Assembly.GetManifestResourceStream(Shipped)!;
            var table = JsonSerializer.Deserialize<Table>(stream, Format) ?? throw new InvalidDataException("it is empty");
            if (table.Regions.Count == 0 || !table.Regions.ContainsKey(table.DefaultRegion))
                throw new InvalidDataException($"its regions do not hold its defaultRegion '{table.DefaultRegion}'");
            if (table.Regions.Values.SelectMany(r => r).FirstOrDefault(p => p.Value.Training < 0 || p.Value.Hosting < 0 || p.Value.Transform < 0).Key is { } negative)
                throw new InvalidDataException($"the price of {negative} is below zero");
            return table;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private decimal? In(string region, string instanceType, InstanceUse use) =>
        table.Regions.GetValueOrDefault(region)?.GetValueOrDefault(instanceType) is not { } price ? null : use switch
        {
            InstanceUse.Training => price.Training,
            InstanceUse.Transform => price.Transform ?? price.Hosting,
            _ => price.Hosting,
        };

    /// <summary>The file: where its prices are from, and a map of region to instance type to prices by the hour.</summary>
    internal sealed record Table(
        [property: JsonRequired] string Source, [property: JsonRequired] DateOnly AsOf, [property: JsonRequired] string Currency,
        [property: JsonRequired] string DefaultRegion, [property: JsonRequired] Dictionary<string, Dictionary<string, Price>> Regions);

    /// <summary>The prices of one instance-hour; null where the type is not offered for the use. A batch transform costs what hosting does where nothing else is said.</summary>
    internal sealed record Price(decimal? Training, decimal? Hosting, decimal? Transform = null);
}
