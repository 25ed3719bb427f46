using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Engine.Stacks.Templates;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>
/// Carries one stack's operation through its phases. All that it needs is in the store: run again after an abrupt end of the
/// process, it goes on where it was.
/// </summary>
internal sealed class StackRunner(StackTools tools, Scope scope, string stackId)
{
    public async Task RunAsync(CancellationToken stopping)
    {
        while (tools.Store.Find(scope, stackId) is { Operation: { } operation } stack)
        {
            var run = new StackRun(scope, stack, operation, tools);
            switch (operation.Phase)
            {
                case StackPhase.Apply:
                    await ApplyAsync(run, stopping);
                    break;
                case StackPhase.Cleanup:
                    await CleanUpAsync(run, stopping);
                    break;
                case StackPhase.Rollback:
                    await RollBackAsync(run, stopping);
                    break;
                case StackPhase.RollbackCleanup:
                    await CleanUpRollbackAsync(run, stopping);
                    break;
                case StackPhase.Undo:
                    await RemoveAllAsync(run, StackStatus.RollbackComplete, StackStatus.RollbackFailed, created: true, stopping);
                    break;
                case StackPhase.Delete:
                    await RemoveAllAsync(run, StackStatus.DeleteComplete, StackStatus.DeleteFailed, created: false, stopping);
                    break;
            }
        }
    }

    /// <summary>Ends an operation that a fault of the engine itself keeps from going on.</summary>
    public void GiveUp(Exception fault)
    {
        if (tools.Store.Find(scope, stackId) is not { Operation: { } operation } stack)
            return;
        var status = operation.Phase switch
        {
            StackPhase.Apply => operation.Creates ? StackStatus.CreateFailed : StackStatus.UpdateFailed,
            StackPhase.Undo => StackStatus.RollbackFailed,
            StackPhase.Delete => StackStatus.DeleteFailed,
            StackPhase.Cleanup => StackStatus.UpdateFailed,
            _ => StackStatus.UpdateRollbackFailed,
        };
        Finish(new StackRun(scope, stack, operation, tools), stack with { Suspended = operation }, status, $"Internal failure: {fault.Message}");
    }

    private async Task ApplyAsync(StackRun run, CancellationToken stopping)
    {
        var import = StackValues.Imports(tools.Store, scope);
        using var late = Deadline(run.Operation);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(stopping, late.Token);
        string? failure;
        IReadOnlyList<StackOutput> outputs = [];
        Blueprint? blueprint = null;
        try
        {
            blueprint = new Blueprint(Template.Parse(run.Stack.Input.Template), run.Stack.Input, new StackIdentity(run.Stack.Id, run.Stack.Name, scope), tools.Types, import);
            var values = new StackValues(run.Resource, import);
            var builder = new ResourceBuilder(run, blueprint, values);
            var failures = await DependencyWalk.RunAsync(blueprint.Graph, builder.ApplyAsync, stopAtFailure: true, cancelled.Token);
            stopping.ThrowIfCancellationRequested();
            failure = Failure(run, failures, late.IsCancellationRequested);
            if (failure is null)
                outputs = StackExports.Check(tools.Store, scope, run.Stack, blueprint.Outputs(values));
        }
        catch (AwsException e)
        {
            failure = e.Message;
        }
        if (failure is not null)
            Fail(run, failure);
        else
            Succeed(run, blueprint!, outputs);
    }

    private void Succeed(StackRun run, Blueprint blueprint, IReadOnlyList<StackOutput> outputs)
    {
        var next = run.Stack with { Outputs = outputs, Imports = [.. blueprint.Imports], Description = blueprint.Template.Description, Suspended = null };
        if (run.Operation.Creates)
        {
            Commit(run);
            Finish(run, next, StackStatus.CreateComplete, null);
        }
        else
            Advance(run, next, StackPhase.Cleanup, StackStatus.UpdateCleanup, null);
    }

    private void Fail(StackRun run, string failure)
    {
        var (creates, onFailure) = (run.Operation.Creates, run.Operation.OnFailure);
        if (onFailure == "DO_NOTHING")
            Finish(run, run.Stack with { Suspended = run.Operation }, creates ? StackStatus.CreateFailed : StackStatus.UpdateFailed, failure);
        else if (!creates)
            Advance(run, run.Stack, StackPhase.Rollback, StackStatus.UpdateRollbackInProgress, failure);
        else if (onFailure == "DELETE")
            Advance(run, run.Stack, StackPhase.Delete, StackStatus.DeleteInProgress, failure);
        else
            Advance(run, run.Stack, StackPhase.Undo, StackStatus.RollbackInProgress, $"{failure} Rollback requested by user.");
    }

    /// <summary>Says what failed, after the resources that were stopped because of it were marked; null where nothing did.</summary>
    private static string? Failure(StackRun run, IReadOnlyDictionary<string, Exception> failures, bool late)
    {
        foreach (var id in failures.Where(f => f.Value is OperationCanceledException).Select(f => f.Key))
            if (run.Resource(id) is { } stopped && stopped.Operation == run.Operation.Id)
                run.Write(stopped, stopped.Before is null ? StackStatus.CreateFailed : StackStatus.UpdateFailed,
                    stopped.Before is null ? "Resource creation cancelled" : "Resource update cancelled");
        if (late)
            return "Stack creation time exceeded the specified timeout.";
        if (failures.Values.FirstOrDefault(e => e is InvalidOperationException) is { } fault)
            throw new InvalidOperationException("A resource could not be worked out.", fault);
        var failed = failures.Where(f => f.Value is not OperationCanceledException).Select(f => f.Key).Order(StringComparer.Ordinal).ToList();
        if (failed.Count == 0)
            return null;
        var verb = failed.All(id => run.Resource(id)?.Before is null) ? "create" : "update";
        return $"The following resource(s) failed to {verb}: [{string.Join(", ", failed)}].";
    }

    private async Task CleanUpAsync(StackRun run, CancellationToken stopping)
    {
        var resources = tools.Store.Resources(scope, run.Stack);
        var left = resources.Values.Where(r => r.Operation != run.Operation.Id ? !r.IsDeleted : r is { Replaces: true, Before: not null }).ToList();
        var remover = new ResourceRemover(run);
        var failures = await WalkBackAsync(left, async (resource, token) =>
        {
            if (resource is { Replaces: true, Before: { } old } && resource.Operation == run.Operation.Id)
                await remover.RemoveOldAsync(resource, old, resource.UpdateReplacePolicy == "Retain", token);
            else
                await remover.RemoveAsync(resource, created: false, token);
        }, stopping);
        foreach (var gone in resources.Values.Where(r => r.Operation != run.Operation.Id))
            tools.Store.Remove(scope, run.Stack, gone.Id);
        Commit(run);
        Finish(run, run.Stack, StackStatus.UpdateComplete, failures.Count == 0 ? null : NotDeleted(failures));
    }

    private async Task RollBackAsync(StackRun run, CancellationToken stopping)
    {
        var touched = tools.Store.Resources(scope, run.Stack).Values.Where(r => r is { Before: not null, Added: false }).ToDictionary(r => r.Id);
        var restorer = new ResourceRestorer(run);
        var failures = await DependencyWalk.RunAsync(
            touched.ToDictionary(r => r.Key, r => (IReadOnlyCollection<string>)r.Value.DependedOn),
            (id, token) => restorer.RestoreAsync(run.Resource(id)!, token), stopAtFailure: false, stopping);
        stopping.ThrowIfCancellationRequested();
        if (failures.Count > 0)
        {
            Finish(run, run.Stack with { Suspended = run.Operation }, StackStatus.UpdateRollbackFailed,
                $"The following resource(s) failed to update: [{string.Join(", ", failures.Keys.Order(StringComparer.Ordinal))}].");
            return;
        }
        RestorePolicies(run);
        Advance(run, run.Stack with { Input = run.Operation.PreviousInput! }, StackPhase.RollbackCleanup, StackStatus.UpdateRollbackCleanup, null);
    }

    private async Task CleanUpRollbackAsync(StackRun run, CancellationToken stopping)
    {
        var left = tools.Store.Resources(scope, run.Stack).Values.Where(r => r.Added || r.Discarded is not null).ToList();
        var remover = new ResourceRemover(run);
        var failures = await WalkBackAsync(left, async (resource, token) =>
        {
            if (resource.Discarded is { } discarded)
            {
                await remover.RemoveOldAsync(resource, discarded, retain: false, token);
                run.Save(resource with { Discarded = null });
            }
            else
                await remover.RemoveAsync(resource, created: true, token);
        }, stopping);
        foreach (var gone in left.Where(r => r.Discarded is null))
            tools.Store.Remove(scope, run.Stack, gone.Id);
        foreach (var failed in left.Where(r => r.Discarded is not null))
            run.Save(run.Resource(failed.Id)! with { Discarded = null });
        Finish(run, run.Stack with { Suspended = null }, StackStatus.UpdateRollbackComplete, failures.Count == 0 ? null : NotDeleted(failures));
    }

    private async Task RemoveAllAsync(StackRun run, string complete, string failed, bool created, CancellationToken stopping)
    {
        if (!created && StackExports.InUse(tools.Store, scope, run.Stack) is var (export, users))
        {
            Finish(run, run.Stack, failed, $"Delete canceled. Cannot delete export {export} as it is in use by {users}");
            return;
        }
        var resources = tools.Store.Resources(scope, run.Stack).Values.Where(r => !r.IsDeleted).ToList();
        var remover = new ResourceRemover(run);
        var failures = await WalkBackAsync(resources, async (resource, token) =>
        {
            // A failed update may have left the resource and its replacement.
            foreach (var other in (PhysicalResource?[])[resource.Replaces ? resource.Before : null, resource.Discarded])
                if (other is not null)
                    await remover.RemoveOldAsync(resource, other, resource.DeletionPolicy == "Retain", token);
            await remover.RemoveAsync(resource, created, token);
        }, stopping);
        if (failures.Count > 0)
            Finish(run, run.Stack, failed, NotDeleted(failures));
        else if (complete == StackStatus.DeleteComplete)
            Finish(run, run.Stack with { Deleted = tools.Time.GetUtcNow(), Outputs = [], Imports = [] }, complete, null);
        else
            Finish(run, run.Stack, complete, null);
    }

    private static async Task<IReadOnlyDictionary<string, Exception>> WalkBackAsync(
        IReadOnlyList<StackResource> resources, Func<StackResource, CancellationToken, Task> visit, CancellationToken stopping)
    {
        var byId = resources.ToDictionary(r => r.Id);
        var graph = byId.ToDictionary(r => r.Key, r => (IReadOnlyCollection<string>)[.. r.Value.DependsOn, .. r.Value.DependedOn]);
        var failures = await DependencyWalk.RunAsync(DependencyWalk.Reverse(graph), (id, token) => visit(byId[id], token), stopAtFailure: false, stopping);
        stopping.ThrowIfCancellationRequested();
        return failures;
    }

    // Policies guard what exists: those of the template that is in force again hold.
    private void RestorePolicies(StackRun run)
    {
        var template = Template.Parse(run.Operation.PreviousInput!.Template);
        foreach (var resource in tools.Store.Resources(scope, run.Stack).Values)
            if (template.Resources.TryGetValue(resource.Id, out var declared))
                run.Save(resource with { DeletionPolicy = declared.DeletionPolicy, UpdateReplacePolicy = declared.UpdateReplacePolicy, Metadata = declared.Metadata?.ToJsonString() });
    }

    /// <summary>What the resources were before no longer matters.</summary>
    private void Commit(StackRun run)
    {
        foreach (var resource in tools.Store.Resources(scope, run.Stack).Values.Where(r => r.Before is not null || r.Added))
            run.Save(resource with { Before = null, DependedOn = [], Replaces = false, Added = false });
    }

    private static string NotDeleted(IReadOnlyDictionary<string, Exception> failures) =>
        $"The following resource(s) failed to delete: [{string.Join(", ", failures.Keys.Order(StringComparer.Ordinal))}].";

    private void Advance(StackRun run, StackRecord stack, StackPhase phase, string status, string? reason) =>
        Store(run, stack with { Operation = run.Operation with { Phase = phase }, Status = status, StatusReason = reason });

    private void Finish(StackRun run, StackRecord stack, string status, string? reason) =>
        Store(run, stack with { Operation = null, Status = status, StatusReason = reason });

    private void Store(StackRun run, StackRecord stack)
    {
        lock (tools.Store.Gate)
        {
            // Another call may have put another operation in this one's place.
            if (tools.Store.Find(scope, stackId) is { Operation: { } current } latest && current.Id == run.Operation.Id && current.Phase == run.Operation.Phase)
                tools.Journal.Write(scope, stack with { TerminationProtection = latest.TerminationProtection });
            else
                throw new OperationCanceledException();
        }
    }

    private CancellationTokenSource Deadline(StackOperation operation)
    {
        var wait = operation.Deadline - tools.Time.GetUtcNow();
        return wait is null ? new CancellationTokenSource() : new CancellationTokenSource(wait.Value > TimeSpan.Zero ? wait.Value : TimeSpan.Zero, tools.Time);
    }
}
