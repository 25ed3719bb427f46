using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Endpoints.Deployment;

/// <summary>How far a deployment has come; stored with the endpoint, so that it goes on after a restart.</summary>
/// <param name="Step">The step of the policy that is under way.</param>
/// <param name="Phase"><c>Creating</c>, <c>ActivatingTraffic</c> or <c>Baking</c>.</param>
/// <param name="Share">The new fleet's share of the traffic, 0 to 1.</param>
/// <param name="WaitSeconds">How long the phase is to last; 0 where it lasts as long as it takes.</param>
internal sealed record DeploymentProgress(DeploymentPolicy Policy, DateTimeOffset Started, int Step, string Phase, DateTimeOffset PhaseStarted, double Share, int WaitSeconds)
{
    public static DeploymentProgress Begin(DeploymentPolicy policy, DateTimeOffset now) => new(policy, now, 0, "Creating", now, 0, 0);

    /// <summary>Reads the progress out of an endpoint's document; null where nothing is deployed.</summary>
    public static DeploymentProgress? Read(JsonObject endpoint, string member) => endpoint[member].Deserialize<DeploymentProgress>();

    public JsonNode ToJson() => JsonSerializer.SerializeToNode(this)!;
}
