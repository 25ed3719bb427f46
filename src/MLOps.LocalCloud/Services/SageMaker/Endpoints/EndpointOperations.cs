using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Engine.Endpoints.Deployment;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.EndpointConfigs;
using MLOps.LocalCloud.Services.SageMaker.Models;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.Endpoints;

/// <summary>Creates, shows, lists, changes and deletes endpoints.</summary>
internal sealed class EndpointOperations(
    EndpointTable endpoints, EndpointConfigTable configs, ModelTable models, EndpointEngine engine, ICloudCaller cloud, TimeProvider time) : IOperations
{
    public void Map(OperationMap map) => map
        .On("sagemaker", "CreateEndpoint", Create)
        .On("sagemaker", "DescribeEndpoint", Describe)
        .On("sagemaker", "ListEndpoints", call => ListPage.Of(call.Input, endpoints.Entries(call.Scope), "Endpoints", descending: true))
        .On("sagemaker", "UpdateEndpoint", UpdateAsync)
        .On("sagemaker", "UpdateEndpointWeightsAndCapacities", Scale)
        .On("sagemaker", "DeleteEndpoint", Delete);

    private JsonObject Create(OperationCall call)
    {
        var name = call.Input.Required("EndpointName");
        if (endpoints.Find(call.Scope, name) is not null)
            throw endpoints.Exists(call.Scope, name);
        var plan = Plan(call);
        _ = DeploymentPolicy.Of(call.Input.Object("DeploymentConfig"), plan.Instances); // refuses what no update could follow
        var endpoint = call.Input.Pick("EndpointName", "EndpointConfigName", "Tags");
        endpoint["EndpointArn"] = endpoints.Arn(call.Scope, name);
        endpoint["EndpointStatus"] = "Creating";
        endpoint[EndpointTable.Pending] = plan.ToJson();
        if (!endpoints.TryBegin(call.Scope, name, endpoint))
            throw endpoints.Exists(call.Scope, name);
        engine.Create(call.Scope, name, plan);
        return Answer(call.Scope, name);
    }

    private JsonObject Describe(OperationCall call)
    {
        var name = call.Input.Required("EndpointName");
        return EndpointView.Of(endpoints.Get(call.Scope, name), engine.Find(call.Scope, name));
    }

    private async Task<OperationAnswer> UpdateAsync(OperationCall call)
    {
        var name = call.Input.Required("EndpointName");
        var known = endpoints.Get(call.Scope, name);
        var before = EndpointPlan.Read(known, EndpointTable.Active);
        var plan = Plan(call);
        var (policy, config) = await DeploymentAsync(call, known, plan);
        foreach (var leaving in before?.Variants.ExceptBy(plan.Variants.Select(v => v.Name), v => v.Name) ?? [])
            await CheckUnscaledAsync(call, name, leaving.Name);
        var progress = DeploymentProgress.Begin(policy, time.GetUtcNow());
        Change(call.Scope, name, endpoint =>
        {
            if (call.Input.Flag("RetainAllVariantProperties") == true)
                plan = Retain(plan, EndpointPlan.Read(endpoint, EndpointTable.Active)!, call.Input);
            endpoint[EndpointTable.Pending] = plan.ToJson();
            endpoint[EndpointTable.Progress] = progress.ToJson();
            if (config is not null)
                endpoint["LastDeploymentConfig"] = config;
        });
        engine.Update(call.Scope, name, plan, progress);
        return Answer(call.Scope, name);
    }

    private JsonObject Scale(OperationCall call)
    {
        var name = call.Input.Required("EndpointName");
        endpoints.Get(call.Scope, name);
        EndpointPlan? plan = null;
        Change(call.Scope, name, endpoint =>
        {
            plan = Scaled(EndpointPlan.Read(endpoint, EndpointTable.Active)!, call);
            endpoint[EndpointTable.Active] = plan.ToJson();
        });
        engine.Scale(call.Scope, name, plan!);
        return Answer(call.Scope, name);
    }

    private JsonObject Delete(OperationCall call)
    {
        var name = call.Input.Required("EndpointName");
        endpoints.Get(call.Scope, name);
        endpoints.Enter(call.Scope, name, "Deleting", endpoint =>
        {
            if (EndpointTable.InProgress(endpoint))
                throw endpoints.Busy(call.Scope, name);
        });
        engine.Delete(call.Scope, name);
        return [];
    }

    /// <summary>SageMaker does not remove a variant that Application Auto Scaling looks after.</summary>
    private async Task CheckUnscaledAsync(OperationCall call, string name, string variant)
    {
        var targets = await cloud.CallAsync(call.Scope, "application-autoscaling", "DescribeScalableTargets", new JsonObject
        {
            ["ServiceNamespace"] = "sagemaker",
            ["ResourceIds"] = new JsonArray($"endpoint/{name}/variant/{variant}"),
        }, call.Cancelled);
        if (targets.Objects("ScalableTargets").Any())
            throw AwsException.Validation(
                $"The variant {variant} of endpoint \"{endpoints.Arn(call.Scope, name)}\" cannot be removed: it is a scalable target of Application Auto Scaling. Deregister it first.");
    }

    /// <summary>Puts an endpoint that serves into Updating; refuses one that is busy or never served.</summary>
    private void Change(Scope scope, string name, Action<JsonObject> change) => endpoints.Enter(scope, name, "Updating", endpoint =>
    {
        if (EndpointTable.InProgress(endpoint))
            throw endpoints.Busy(scope, name);
        if (endpoint[EndpointTable.Active] is null || endpoint.Text("EndpointStatus") != "InService")
            throw AwsException.Validation($"Cannot update endpoint \"{endpoints.Arn(scope, name)}\" in status {endpoint.Text("EndpointStatus")}.");
        change(endpoint);
    });

    private EndpointPlan Plan(OperationCall call) =>
        EndpointPlan.Make(call.Scope, call.Input.Required("EndpointConfigName"), configs, models, time.GetUtcNow().ToEpoch());

    private JsonObject Answer(Scope scope, string name) => new() { ["EndpointArn"] = endpoints.Arn(scope, name) };

    /// <summary>Variants that stay keep the counts and weights that they have now, except for what the caller excludes.</summary>
    private static EndpointPlan Retain(EndpointPlan plan, EndpointPlan active, JsonObject input)
    {
        var excluded = input.Objects("ExcludeRetainedVariantProperties").Select(p => p.Text("VariantPropertyType")).ToHashSet();
        return plan with
        {
            Capture = excluded.Contains("DataCaptureConfig") ? plan.Capture : active.Capture,
            Variants = [.. plan.Variants.Select(v => active.Variants.FirstOrDefault(a => a.Name == v.Name) is not { } before ? v : v with
            {
                Instances = excluded.Contains("DesiredInstanceCount") ? v.Instances : before.Instances,
                Weight = excluded.Contains("DesiredWeight") ? v.Weight : before.Weight,
            })],
        };
    }

    private static EndpointPlan Scaled(EndpointPlan active, OperationCall call)
    {
        var wanted = call.Input.Objects("DesiredWeightsAndCapacities").ToDictionary(d => d.Required("VariantName"));
        foreach (var (variant, change) in wanted)
        {
            Unsupported.Refuse(change, "UpdateEndpointWeightsAndCapacities", "ServerlessUpdateConfig");
            if (active.Variants.All(v => v.Name != variant))
                throw AwsException.Validation($"The variant name(s) \"{variant}\" is/are not present within endpoint configuration \"{active.ConfigName}\".");
            if (change.Whole("DesiredInstanceCount") < 1)
                throw AwsException.Validation("DesiredInstanceCount must be at least 1.");
        }
        return active with
        {
            Variants = [.. active.Variants.Select(v => !wanted.TryGetValue(v.Name, out var change) ? v : v with
            {
                Weight = change.Number("DesiredWeight") ?? v.Weight,
                Instances = change.Whole("DesiredInstanceCount") ?? v.Instances,
            })],
        };
    }

    /// <summary>How an update is to move the traffic: as it says, or as the one before where it asks for that.</summary>
    private async Task<(DeploymentPolicy Policy, JsonObject? Config)> DeploymentAsync(OperationCall call, JsonObject endpoint, EndpointPlan plan)
    {
        var config = call.Input.Object("DeploymentConfig");
        if (config is null && call.Input.Flag("RetainDeploymentConfig") == true)
            config = endpoint.Object("LastDeploymentConfig");
        var policy = DeploymentPolicy.Of(config, plan.Instances);
        if (policy.Alarms.Count > 0)
        {
            var found = await cloud.CallAsync(call.Scope, "cloudwatch", "DescribeAlarms", new JsonObject
            {
                ["AlarmNames"] = new JsonArray([.. policy.Alarms.Select(a => JsonValue.Create(a))]),
            }, call.Cancelled);
            if (policy.Alarms.Except(found.Objects("MetricAlarms").Select(a => a.Required("AlarmName"))).ToList() is { Count: > 0 } missing)
                throw AwsException.Validation($"The CloudWatch alarms [{string.Join(", ", missing)}] of AutoRollbackConfiguration do not exist in this account and region.");
        }
        return (policy, config.Copy());
    }
}
