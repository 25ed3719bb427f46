using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Prices;

namespace MLOps.Portal.Features.Overview;

/// <summary>What an endpoint costs: its instances, as many as there are now, times the hours.</summary>
/// <param name="PerHour">Of all instances together; null where the price table knows none of their types.</param>
/// <param name="InstanceHours">In this month so far, at the present size.</param>
/// <param name="IsExact">Whether the prices are those of the endpoint's region.</param>
/// <param name="Unpriced">Instance types that the table does not know.</param>
public sealed record EndpointSpend(string Endpoint, int Instances, decimal? PerHour, double InstanceHours, decimal? ThisMonth, bool IsExact, IReadOnlyList<string> Unpriced)
{
    /// <summary>In a month of 730 hours.</summary>
    public decimal? Monthly => PerHour * 730;

    /// <summary>What the endpoint costs at its present size.</summary>
    public static EndpointSpend Of(EndpointSummary endpoint, IPriceTable prices, string region, DateTimeOffset now)
    {
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var time = now - (endpoint.Created > month ? endpoint.Created : month);
        if (time < TimeSpan.Zero)
            time = TimeSpan.Zero;
        var priced = endpoint.Variants.Where(v => v.CurrentInstances > 0)
            .Select(v => (v.InstanceType, v.CurrentInstances, Price: prices.Find(v.InstanceType, region, InstanceUse.Hosting))).ToList();
        var known = priced.Where(p => p.Price is not null).ToList();
        decimal? perHour = priced.Count > 0 && known.Count == 0 ? null : known.Sum(p => p.Price!.PerHour * p.CurrentInstances);
        var instances = endpoint.Variants.Sum(v => v.CurrentInstances);
        return new EndpointSpend(endpoint.Name, instances, perHour, instances * time.TotalHours, perHour * (decimal)time.TotalHours,
            known.All(p => p.Price!.IsExact), [.. priced.Where(p => p.Price is null).Select(p => p.InstanceType).Distinct()]);
    }
}
