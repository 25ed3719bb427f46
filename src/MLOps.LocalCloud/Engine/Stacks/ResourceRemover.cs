using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Engine.Stacks.Resources;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>Removes what exists of resources. Safe to repeat: what is gone already is no error.</summary>
internal sealed class ResourceRemover(StackRun run)
{
    /// <summary>Removes a resource of the stack, or leaves it alone where its policy says so.</summary>
    /// <param name="created">Whether the resource was made by the operation that is being taken back.</param>
    public async Task RemoveAsync(StackResource resource, bool created, CancellationToken cancelled)
    {
        var retain = resource.DeletionPolicy == "Retain" && !(created && run.Stack.RetainExceptOnCreate)
            || resource.DeletionPolicy == "RetainExceptOnCreate" && !created
            || run.Operation.Retain.Contains(resource.Id);
        if (retain && resource.Current.PhysicalId is not null)
        {
            run.Write(resource, StackStatus.DeleteSkipped);
            return;
        }
        if (!resource.Current.MayExist)
        {
            run.Save(resource with { Status = StackStatus.DeleteComplete, Current = resource.Current with { Step = ResourceStep.None } });
            return;
        }
        var removing = resource.Status == StackStatus.DeleteInProgress ? resource : run.Write(resource, StackStatus.DeleteInProgress);
        try
        {
            await RemoveAsync(run, run.Type(resource), resource.Current, cancelled);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            run.Write(removing, StackStatus.DeleteFailed, ResourceBuilder.Reason(e));
            throw;
        }
        run.Write(removing with { Current = removing.Current with { Step = ResourceStep.None } }, StackStatus.DeleteComplete);
    }

    /// <summary>Removes what was replaced, or a replacement that is not wanted; the stack's resource goes on.</summary>
    public async Task RemoveOldAsync(StackResource resource, PhysicalResource old, bool retain, CancellationToken cancelled)
    {
        if (!old.MayExist)
            return;
        Event(retain ? StackStatus.DeleteSkipped : StackStatus.DeleteInProgress);
        if (retain)
            return;
        try
        {
            await RemoveAsync(run, run.Type(resource), old, cancelled);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Event(StackStatus.DeleteFailed, ResourceBuilder.Reason(e));
            throw;
        }
        Event(StackStatus.DeleteComplete);

        void Event(string status, string? reason = null) =>
            run.Tools.Journal.Event(run.Scope, run.Stack, resource.Id, old.PhysicalId, resource.Type, status, reason, old.ForEvents);
    }

    /// <summary>Removes what exists; where only its name is known, what bears the name.</summary>
    public static async Task RemoveAsync(StackRun run, ResourceType type, PhysicalResource physical, CancellationToken cancelled)
    {
        var call = run.Call(physical, cancelled);
        if (physical.PhysicalId is null)
        {
            if (await type.FindAsync(call) is not { } found)
                return;
            call = call.For(found.PhysicalId);
        }
        await type.DeleteAsync(call);
    }
}
