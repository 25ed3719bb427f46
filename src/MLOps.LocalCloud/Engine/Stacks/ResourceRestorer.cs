using MLOps.LocalCloud.Engine.Stacks.Model;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>Takes back what an update did to one resource: its earlier properties are applied, or its earlier self takes its place again.</summary>
internal sealed class ResourceRestorer(StackRun run)
{
    public async Task RestoreAsync(StackResource resource, CancellationToken cancelled)
    {
        var before = resource.Before!;
        if (run.Operation.Skip.Contains(resource.Id))
        {
            run.Write(Restored(resource, resource.Current with { Step = ResourceStep.None }), StackStatus.UpdateComplete);
            return;
        }
        if (resource.Replaces)
        {
            run.Write(Restored(resource, before) with { Discarded = resource.Current }, StackStatus.UpdateComplete);
            return;
        }
        if (resource.Current.Step == ResourceStep.None && StackPlan.Changed(before.Properties, resource.Current.Properties).Count == 0)
        {
            var unchanged = Restored(resource, before);
            if (resource.Status == StackStatus.UpdateFailed)
                run.Write(unchanged, StackStatus.UpdateComplete);
            else
                run.Save(unchanged);
            return;
        }
        if (resource.Current.Step != ResourceStep.Restore)
            resource = run.Write(resource with { Current = resource.Current with { Step = ResourceStep.Restore } }, StackStatus.UpdateInProgress);
        try
        {
            var type = run.Type(resource);
            await type.UpdateAsync(run.Call(before, cancelled), resource.Current.Properties);
            await type.SettleAsync(run.Call(before, cancelled));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            run.Write(resource, StackStatus.UpdateFailed, ResourceBuilder.Reason(e));
            throw;
        }
        run.Write(Restored(resource, before), StackStatus.UpdateComplete);
    }

    private static StackResource Restored(StackResource resource, PhysicalResource current) =>
        resource with { Current = current with { Step = ResourceStep.None }, Before = null, Replaces = false, Operation = "", DependsOn = resource.DependedOn, DependedOn = [] };
}
