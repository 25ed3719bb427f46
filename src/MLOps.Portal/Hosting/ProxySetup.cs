using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace MLOps.Portal.Hosting;

/// <summary>Forwarded headers are off unless the settings name the proxies that are believed.</summary>
internal static class ProxySetup
{
    public static void UseKnownProxies(this WebApplication app, PortalOptions options)
    {
        if (!options.ForwardedHeaders)
            return;
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost };
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        foreach (var proxy in options.KnownProxies)
            forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
        app.UseForwardedHeaders(forwarded);
    }
}
