using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Hosting.Protection;

/// <summary>How often one person, or one address, may ask. The answer to more is 429.</summary>
internal static class RateLimits
{
    /// <summary>The policy of everything that tries to sign in.</summary>
    public const string SignIn = "sign-in";

    public static void AddRateLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<LimitOptions>>((limiter, limits) =>
        {
            var most = limits.Value;
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetTokenBucketLimiter(Who(context), _ => new()
            {
                TokenLimit = Math.Max(30, most.RequestsPerMinute / 2),
                TokensPerPeriod = Math.Max(1, most.RequestsPerMinute / 60),
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            }));
            limiter.AddPolicy(SignIn, context => RateLimitPartition.GetSlidingWindowLimiter(Address(context.Connection.RemoteIpAddress), _ => new()
            {
                PermitLimit = most.SignInsPerMinute,
                Window = TimeSpan.FromMinutes(1),
                SegmentsPerWindow = 6,
            }));
        });
    }

    private static string Who(HttpContext context) => context.User.Id() is { Length: > 0 } id ? "person " + id : Address(context.Connection.RemoteIpAddress);

    /// <summary>What counts as one address: of IPv6 its network, for whoever has one address there has them all.</summary>
    public static string Address(IPAddress? address)
    {
        if (address is null)
            return "local";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes) + "/64";
    }
}
