using MLOps.Cloud.Endpoints;
using MLOps.Ledger;
using MLOps.Portal.Shared.History;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Endpoints;

/// <summary>Finds out whether an endpoint was deleted, deployed to or captured from, by the configuration that it has.</summary>
internal sealed class EndpointReconciler(IEndpointReader reader, IDeploymentReader deployments, IServingHistory history) : IReconciler
{
    private const string Endpoint = "endpoint";
    private const string Before = "before";
    private const string Config = "config";

    public IReadOnlyCollection<string> Kinds { get; } = ["delete", "deploy", "capture"];

    /// <summary>What a deed must hold to be looked up: what served, and the name of the configuration that is to serve.</summary>
    public static Deed Deed(string what, EndpointSummary endpoint, string config = "") => new Deed(what).With((Endpoint, endpoint.Name), (Before, endpoint.ConfigName), (Config, config));

    public async Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        if (!intent.Details.TryGetValue(Endpoint, out var name))
            return null;
        var endpoint = (await Lookup.FindAsync(() => reader.DetailAsync(intent.Connection, name, cancelled)))?.Endpoint;
        if (intent.Kind == "delete")
            return Lookup.Gone($"endpoint {name}", endpoint?.Status);
        if (!intent.Details.TryGetValue(Config, out var config))
            return null;
        if (endpoint is null)
            return Finding.Unclear($"The endpoint is gone. {Lookup.Trail(intent, "UpdateEndpoint")}");
        var before = intent.Details.GetValueOrDefault(Before, "");
        if (endpoint.Pending?.ConfigName == config)
            return Finding.Happened($"{config} is being deployed.");
        if (endpoint.ConfigName == config && before != config)
            return Finding.Happened($"{name} serves {config}.");
        // The portal follows endpoints, and may have seen it come and go.
        if ((await history.ChangesAsync(intent.Connection, name, cancelled: cancelled)).FirstOrDefault(c => c.ConfigName == config && Lookup.IsSince(intent, c.At)) is { } seen)
            return Finding.Happened($"{config} was deployed: {seen.Kind}. {seen.What}".TrimEnd());
        if (endpoint.Modified is { } modified && modified >= intent.At - Lookup.Skew)
            return Finding.Unclear($"{name} was changed since, and serves {endpoint.ConfigName}. {Lookup.Trail(intent, "UpdateEndpoint")}");
        var isMade = config != before && (await deployments.ChoicesAsync(intent.Connection, name, cancelled)).Configs.Any(c => c.Name == config);
        return Finding.Absent($"{name} was not changed: it serves {endpoint.ConfigName}.{(isMade ? $" {config} was made, and can be deployed or deleted." : "")}");
    }
}
