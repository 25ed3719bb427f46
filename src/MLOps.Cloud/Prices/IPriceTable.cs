namespace MLOps.Cloud.Prices;

/// <summary>What an instance is used for: AWS has a price for each.</summary>
public enum InstanceUse
{
    Training,
    Hosting,

    /// <summary>Batch transform.</summary>
    Transform,
}

/// <summary>What instances cost by the hour. It makes estimates; the bill is AWS's.</summary>
public interface IPriceTable
{
    /// <summary>Where the prices are from, and as of when.</summary>
    PriceSource Source { get; }

    /// <summary>The price of one instance-hour; null where the table does not know the type.</summary>
    /// <param name="instanceType">Such as <c>ml.m5.large</c>.</param>
    /// <param name="region">Such as <c>eu-central-1</c>; where the table has no price for it, that of its default region with <see cref="InstancePrice.IsExact"/> false.</param>
    InstancePrice? Find(string instanceType, string region, InstanceUse use);
}

/// <summary>The price of one instance-hour.</summary>
/// <param name="PerHour">In <see cref="PriceSource.Currency"/>, on demand.</param>
/// <param name="IsExact">Whether it is the price of the region that was asked for.</param>
public sealed record InstancePrice(decimal PerHour, string Region, bool IsExact)
{
    /// <summary>What some instances cost over some time.</summary>
    public decimal For(int instances, TimeSpan time) => PerHour * instances * (decimal)time.TotalHours;

    /// <summary>What some instances cost in a month of 730 hours.</summary>
    public decimal Monthly(int instances) => PerHour * instances * 730;
}

/// <summary>Where prices are from.</summary>
/// <param name="AsOf">The day of the prices, as the table names it.</param>
/// <param name="Currency">Such as <c>USD</c>.</param>
public sealed record PriceSource(string Name, DateOnly AsOf, string Currency);
