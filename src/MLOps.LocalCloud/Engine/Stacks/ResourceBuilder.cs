using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Engine.Stacks.Templates;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>
/// Makes one resource of a stack, changes it or replaces it. Each step is written down before it is taken, so that the work
/// is taken up after an abrupt end of the process without making anything twice.
/// </summary>
internal sealed class ResourceBuilder(StackRun run, Blueprint blueprint, IResourceValues values)
{
    /// <summary>Brings a resource to what the blueprint asks for.</summary>
    public async Task ApplyAsync(string id, CancellationToken cancelled)
    {
        var resource = run.Resource(id) is { IsDeleted: false } existing ? existing : null;
        if (resource is not null && resource.Operation == run.Operation.Id)
        {
            await GoOnAsync(resource, cancelled);
            return;
        }
        if (resource?.Status is StackStatus.CreateFailed or StackStatus.UpdateFailed)
            resource = await ClearAsync(resource, cancelled);
        var planned = blueprint.Resources[id];
        JsonObject properties;
        try
        {
            properties = blueprint.Properties(id, values);
        }
        catch (Exception e) when (e is PropertyException or AwsException)
        {
            run.Write(resource is null ? New(planned, []) with { Current = Physical(planned, []) with { Step = ResourceStep.Refused } } : Touched(resource, planned),
                resource is null ? StackStatus.CreateFailed : StackStatus.UpdateFailed, e.Message);
            throw new ResourceFailedException(e.Message);
        }
        if (Values.IsUnknown(properties))
            throw new InvalidOperationException($"{id} was reached before what it depends on.");
        if (resource is null)
            await CarryOutAsync(run.Write(New(planned, properties), StackStatus.CreateInProgress), cancelled);
        else
            await ChangeAsync(resource, planned, properties, cancelled);
    }

    // Begun before the process ended; it may be complete, or have failed.
    private async Task GoOnAsync(StackResource resource, CancellationToken cancelled)
    {
        if (resource.Status is StackStatus.CreateFailed or StackStatus.UpdateFailed)
            throw new ResourceFailedException(resource.StatusReason ?? resource.Status);
        if (resource.Current.Step != ResourceStep.None)
            await CarryOutAsync(resource, cancelled);
    }

    // What an earlier operation left half made is removed before it is made again.
    private async Task<StackResource?> ClearAsync(StackResource resource, CancellationToken cancelled)
    {
        if (resource.Before is not null && !resource.Replaces)
            return resource;
        if (resource.Current.MayExist)
            await ResourceRemover.RemoveAsync(run, run.Type(resource), resource.Current, cancelled);
        if (resource.Before is not null)
            return run.Save(resource with { Current = resource.Before, Replaces = false });
        run.Tools.Store.Remove(run.Scope, run.Stack, resource.Id);
        return null;
    }

    private async Task ChangeAsync(StackResource resource, PlannedResource planned, JsonObject properties, CancellationToken cancelled)
    {
        var changed = StackPlan.Changed(resource.Current.Properties, properties);
        var touched = Touched(resource, planned);
        if (changed.Count == 0 && resource.Status != StackStatus.UpdateFailed)
        {
            run.Save(touched with { Current = touched.Current with { Shown = blueprint.Shown(resource.Id, values) } });
            return;
        }
        if (!planned.Type.Replaces(changed))
        {
            touched = touched with { Current = resource.Current with { Properties = properties, Shown = blueprint.Shown(resource.Id, values), Step = ResourceStep.Update } };
            await CarryOutAsync(run.Write(touched, StackStatus.UpdateInProgress), cancelled);
            return;
        }
        if (planned.Type is { NameIsIdentity: true, NameProperty: { } name } && properties.Text(name) == resource.Current.Name)
        {
            var reason = $"CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {resource.Current.PhysicalId} and update the stack again.";
            run.Write(touched, StackStatus.UpdateFailed, reason);
            throw new ResourceFailedException(reason);
        }
        touched = touched with { Current = Physical(planned, properties), Replaces = true };
        await CarryOutAsync(run.Write(touched, StackStatus.UpdateInProgress,
            "Requested update requires the creation of a new physical resource; hence creating one."), cancelled);
    }

    private async Task CarryOutAsync(StackResource resource, CancellationToken cancelled)
    {
        var creates = resource.Before is null;
        try
        {
            var done = await StepsAsync(resource, cancelled);
            run.Write(done with { Current = done.Current with { Step = ResourceStep.None } }, creates ? StackStatus.CreateComplete : StackStatus.UpdateComplete);
        }
        catch (OperationCanceledException)
        {
            throw;
        }
        catch (Exception e)
        {
            var reason = Reason(e);
            run.Write(run.Resource(resource.Id)!, creates ? StackStatus.CreateFailed : StackStatus.UpdateFailed, reason);
            throw new ResourceFailedException(reason);
        }
    }

    private async Task<StackResource> StepsAsync(StackResource resource, CancellationToken cancelled)
    {
        var type = run.Type(resource);
        if (resource.Current.Step is ResourceStep.Look or ResourceStep.Create)
            resource = await CreateAsync(resource, type, cancelled);
        if (resource.Current.Step == ResourceStep.Configure)
        {
            await type.ConfigureAsync(run.Call(resource.Current, cancelled), []);
            resource = run.Save(resource, ResourceStep.Settle);
        }
        if (resource.Current.Step == ResourceStep.Update)
        {
            await type.UpdateAsync(run.Call(resource.Current, cancelled), resource.Before!.Properties);
            resource = run.Save(resource, ResourceStep.Settle);
        }
        await type.SettleAsync(run.Call(resource.Current, cancelled));
        return await RefreshAsync(resource, type, cancelled);
    }

    private async Task<StackResource> CreateAsync(StackResource resource, ResourceType type, CancellationToken cancelled)
    {
        var call = run.Call(resource.Current, cancelled);
        var found = await type.FindAsync(call);
        if (resource.Current.Step == ResourceStep.Look)
        {
            // Whatever bears the name now is not the stack's; what is found after the next step is.
            if (found is not null)
                throw new ResourceFailedException($"{resource.Current.Name} already exists");
            resource = run.Save(resource, ResourceStep.Create);
        }
        if (found is null)
        {
            try
            {
                await type.CreateAsync(call);
            }
            catch (Exception e) when (e is AwsException or ResourceFailedException && !type.CreatesPiecemeal)
            {
                run.Save(resource, ResourceStep.Refused);
                throw;
            }
            found = await type.FindAsync(call) ?? throw new ResourceFailedException($"{resource.Current.Name} was made but cannot be found.");
        }
        return run.Write(resource with
        {
            Current = resource.Current with { PhysicalId = found.PhysicalId, Attributes = found.Attributes, Step = ResourceStep.Configure },
        }, resource.Status, "Resource creation Initiated");
    }

    private async Task<StackResource> RefreshAsync(StackResource resource, ResourceType type, CancellationToken cancelled)
    {
        var state = await type.FindAsync(run.Call(resource.Current, cancelled)) ?? throw new ResourceFailedException($"{resource.Current.Name} was removed meanwhile.");
        return resource with { Current = resource.Current with { PhysicalId = state.PhysicalId, Attributes = state.Attributes } };
    }

    private StackResource New(PlannedResource planned, JsonObject properties) => Declared(planned, new StackResource
    {
        Id = planned.Declaration.Id, Type = planned.Type.Name, Status = StackStatus.CreateInProgress, Timestamp = run.Tools.Time.GetUtcNow(),
        Current = Physical(planned, properties), Operation = run.Operation.Id, Added = true,
    });

    // What it was before is kept from the first change on, also through an update that follows upon a failed one.
    private StackResource Touched(StackResource resource, PlannedResource planned) => Declared(planned, resource with
    {
        Operation = run.Operation.Id, Before = resource.Before ?? resource.Current, DependedOn = resource.Before is null ? resource.DependsOn : resource.DependedOn,
    });

    private static StackResource Declared(PlannedResource planned, StackResource resource) => resource with
    {
        DependsOn = [.. planned.DependsOn],
        DeletionPolicy = planned.Declaration.DeletionPolicy,
        UpdateReplacePolicy = planned.Declaration.UpdateReplacePolicy,
        Metadata = planned.Declaration.Metadata?.ToJsonString(),
    };

    private PhysicalResource Physical(PlannedResource planned, JsonObject properties) => new()
    {
        Name = planned.Type.NameProperty is { } name && properties.Text(name) is { } custom ? custom
            : planned.Type.NameRule.Generate(run.Stack.Name, planned.Declaration.Id),
        Properties = properties,
        Shown = blueprint.Shown(planned.Declaration.Id, values),
        Step = ResourceStep.Look,
    };

    internal static string Reason(Exception e) => e is AwsException aws
        ? $"Resource handler returned message: \"{aws.Message}\" (HandlerErrorCode: {aws.Code})" : e.Message;
}
