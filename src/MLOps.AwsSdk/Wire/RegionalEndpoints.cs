using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;
using Amazon.Util;

namespace MLOps.AwsSdk.Wire;

/// <summary>What an endpoint depends on: the region, the variants asked for, or the address that was configured.</summary>
internal sealed class RegionalEndpointParameters : EndpointParameters
{
    public RegionalEndpointParameters(string? region, bool useDualStack, bool useFips, string? endpoint)
    {
        // The names are those of the endpoint rule language, which a global endpoint provider may look at.
        this["Region"] = region;
        this["UseDualStack"] = useDualStack;
        this["UseFIPS"] = useFips;
        this["Endpoint"] = endpoint;
    }
}

/// <summary>
/// Addresses of a service that has one endpoint a region: <c>https://PREFIX.REGION.SUFFIX</c>, with <c>-fips</c> after the
/// prefix's first label where FIPS is asked for, and the partition's dual-stack suffix where that is.
/// </summary>
internal sealed class RegionalEndpointProvider(string prefix) : IEndpointProvider
{
    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        var fips = parameters["UseFIPS"] is true;
        var dualStack = parameters["UseDualStack"] is true;
        if (parameters["Endpoint"] is string { Length: > 0 } configured)
        {
            return fips || dualStack
                ? throw new AmazonClientException("Invalid Configuration: FIPS and dual-stack cannot be asked of a custom endpoint")
                : At(configured);
        }
        if (parameters["Region"] is not string { Length: > 0 } region || Fn.Partition(region) is not { } partition)
            throw new AmazonClientException("Invalid Configuration: Missing Region");
        Require(fips, partition, "supportsFIPS", "FIPS");
        Require(dualStack, partition, "supportsDualStack", "dual-stack");
        var suffix = (string)Fn.GetAttr(partition, dualStack ? "dualStackDnsSuffix" : "dnsSuffix");
        return At($"https://{(fips ? Fips(prefix) : prefix)}.{region}.{suffix}");
    }

    private static void Require(bool wanted, object partition, string attribute, string name)
    {
        if (wanted && Fn.GetAttr(partition, attribute) is not true)
            throw new AmazonClientException($"{name} is enabled but this partition does not support {name}");
    }

    private static string Fips(string prefix) =>
        prefix.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? prefix.Insert(dot, "-fips") : prefix + "-fips";

    private static Endpoint At(string url) => new(url, null, null);
}

/// <summary>Resolves the endpoint of each request from the client's configuration.</summary>
internal sealed class RegionalEndpointResolver : BaseEndpointResolver
{
    public static RegionalEndpointResolver Instance { get; } = new();

    protected override void ServiceSpecificHandler(IExecutionContext executionContext, EndpointParameters parameters) =>
        InjectHostPrefix(executionContext.RequestContext);

    protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext)
    {
        var config = requestContext.ClientConfig;
        var region = requestContext.Request.AlternateEndpoint?.SystemName ?? config.RegionEndpoint?.SystemName;
        // A configured address clears the region: it is then the one to sign for, or the one that the address names.
        if (region is null && !string.IsNullOrEmpty(config.ServiceURL))
        {
            region = string.IsNullOrEmpty(config.AuthenticationRegion)
                ? Amazon.RegionEndpoint.GetBySystemName(AWSSDKUtils.DetermineRegion(config.ServiceURL)).SystemName
                : config.AuthenticationRegion;
        }
        return new RegionalEndpointParameters(region, config.UseDualstackEndpoint, config.UseFIPSEndpoint, config.ServiceURL);
    }

    /// <summary>The endpoint that a request would be sent to.</summary>
    public Endpoint Determine(ServiceOperationEndpointParameters parameters, IClientConfig config, string serviceId)
    {
        var request = new DefaultRequest(parameters.Request, serviceId) { AlternateEndpoint = parameters.AlternateEndpoint };
        return GetEndpoint(new Amazon.Runtime.Internal.ExecutionContext(
            new RequestContext(false) { ClientConfig = config, OriginalRequest = parameters.Request, Request = request }, null));
    }
}
