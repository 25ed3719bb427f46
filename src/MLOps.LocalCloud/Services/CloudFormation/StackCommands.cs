using MLOps.LocalCloud.Engine.Stacks;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudFormation;

/// <summary>How a stack is to be made or changed, beside what it is made from.</summary>
internal sealed record StackOptions
{
    /// <summary><c>ROLLBACK</c>, <c>DELETE</c> or <c>DO_NOTHING</c>.</summary>
    public string OnFailure { get; init; } = "ROLLBACK";

    public int? TimeoutInMinutes { get; init; }

    public bool TerminationProtection { get; init; }

    public bool RetainExceptOnCreate { get; init; }

    public string? Token { get; init; }

    public required string Principal { get; init; }

    public string? ChangeSetId { get; init; }
}

/// <summary>Puts operations on their way: checks the stack's state, stores what is to be done and starts it.</summary>
internal sealed class StackCommands(StackStore store, StackJournal journal, StackEngine engine, TimeProvider time)
{
    /// <summary>The identity of a stack that does not exist yet.</summary>
    public static StackIdentity NewIdentity(Scope scope, string name) => new(scope.Arn("cloudformation", $"stack/{name}/{Guid.NewGuid()}"), name, scope);

    /// <summary>The earlier answer where a call is repeated with its token; throws where the token belongs to another call.</summary>
    public StackRecord? Repeated(Scope scope, string? stackName, string call, string? token)
    {
        if (token is null || stackName is null || store.Find(scope, stackName) is not { } stack || stack.LastToken != token)
            return null;
        return stack.LastCall == call ? stack
            : throw new AwsException("TokenAlreadyExistsException", $"A client request token already exists for another operation: {token}");
    }

    public StackRecord Create(StackIdentity identity, StackInput input, StackOptions options, string? description)
    {
        lock (store.Gate)
        {
            var review = store.Find(identity.Scope, identity.Name);
            if (review is not null && review.Id != identity.Id)
                throw new AwsException("AlreadyExistsException", $"Stack [{identity.Name}] already exists");
            return Launch(identity.Scope, new StackRecord
            {
                Id = identity.Id,
                Name = identity.Name,
                Status = StackStatus.CreateInProgress,
                StatusReason = "User Initiated",
                Description = description,
                Input = input,
                Created = review?.Created ?? time.GetUtcNow(),
                DisableRollback = options.OnFailure == "DO_NOTHING",
                TerminationProtection = options.TerminationProtection || review?.TerminationProtection is true,
                RetainExceptOnCreate = options.RetainExceptOnCreate,
                TimeoutInMinutes = options.TimeoutInMinutes,
                ChangeSetId = options.ChangeSetId,
                LastCall = "CreateStack",
                Operation = Operation(StackPhase.Apply, options) with
                {
                    Creates = true, Deadline = options.TimeoutInMinutes is { } minutes ? time.GetUtcNow().AddMinutes(minutes) : null,
                },
            });
        }
    }

    public StackRecord Update(Scope scope, string id, StackInput input, StackOptions options)
    {
        lock (store.Gate)
        {
            var stack = store.Get(scope, id);
            CheckUpdatable(stack, options.OnFailure == "DO_NOTHING");
            return Launch(scope, stack with
            {
                Status = StackStatus.UpdateInProgress,
                StatusReason = "User Initiated",
                Input = input,
                Updated = time.GetUtcNow(),
                DisableRollback = options.OnFailure == "DO_NOTHING",
                RetainExceptOnCreate = options.RetainExceptOnCreate,
                ChangeSetId = options.ChangeSetId ?? stack.ChangeSetId,
                LastCall = "UpdateStack",
                Suspended = null,
                Operation = Operation(StackPhase.Apply, options) with { PreviousInput = stack.Suspended?.PreviousInput ?? stack.Input },
            });
        }
    }

    public void Delete(Scope scope, string nameOrId, IReadOnlyList<string> retain, string? role, StackOptions options)
    {
        lock (store.Gate)
        {
            // What is gone, or never was, needs no deleting.
            if (store.Find(scope, nameOrId) is not { IsDeleted: false } stack || stack.Status == StackStatus.DeleteInProgress)
                return;
            if (stack.TerminationProtection)
                throw StackErrors.Validation($"Stack [{stack.Name}] cannot be deleted while TerminationProtection is enabled");
            if (retain.Count > 0 && stack.Status != StackStatus.DeleteFailed)
                throw StackErrors.Validation($"Invalid operation on stack [{stack.Id}]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.");
            if (StackStatus.IsBusy(stack.Status) && stack.Status is not (StackStatus.CreateInProgress or StackStatus.RollbackInProgress))
                throw StackErrors.Validation($"Stack [{stack.Name}] cannot be deleted while in status {stack.Status}");
            Launch(scope, stack with
            {
                Status = StackStatus.DeleteInProgress,
                StatusReason = "User Initiated",
                Input = role is null ? stack.Input : stack.Input with { RoleArn = role },
                LastCall = "DeleteStack",
                Suspended = null,
                Operation = Operation(StackPhase.Delete, options) with { Retain = retain },
            });
        }
    }

    /// <summary>Takes back an update that is still making its changes.</summary>
    public void CancelUpdate(Scope scope, string nameOrId, StackOptions options)
    {
        lock (store.Gate)
        {
            var stack = store.Get(scope, nameOrId);
            if (stack is not { Status: StackStatus.UpdateInProgress, Operation: { } operation })
                throw StackErrors.Validation($"CancelUpdateStack cannot be called from current stack status: {stack.Status}");
            Launch(scope, stack with
            {
                Status = StackStatus.UpdateRollbackInProgress, StatusReason = "User Initiated", LastCall = "CancelUpdateStack",
                Operation = operation with { Phase = StackPhase.Rollback, Token = options.Token },
            });
        }
    }

    /// <summary>Takes back a creation or an update that failed and was left as it was.</summary>
    public StackRecord RollBack(Scope scope, string nameOrId, StackOptions options)
    {
        lock (store.Gate)
        {
            var stack = store.Get(scope, nameOrId);
            if (stack.Status is not (StackStatus.CreateFailed or StackStatus.UpdateFailed) || stack.Suspended is not { } suspended)
                throw StackErrors.Validation($"Stack: {stack.Id} is in {stack.Status} state and can not be rolled back.");
            var creates = stack.Status == StackStatus.CreateFailed;
            return Launch(scope, stack with
            {
                Status = creates ? StackStatus.RollbackInProgress : StackStatus.UpdateRollbackInProgress,
                StatusReason = "User Initiated",
                LastCall = "RollbackStack",
                Operation = Operation(creates ? StackPhase.Undo : StackPhase.Rollback, options) with { PreviousInput = suspended.PreviousInput },
            });
        }
    }

    /// <summary>Goes on taking back an update where that failed.</summary>
    public void ContinueRollBack(Scope scope, string nameOrId, IReadOnlyList<string> skip, StackOptions options)
    {
        lock (store.Gate)
        {
            var stack = store.Get(scope, nameOrId);
            if (stack.Status != StackStatus.UpdateRollbackFailed || stack.Suspended is not { } suspended)
                throw StackErrors.Validation($"Stack:{stack.Id} is in {stack.Status} state and can not continue update rollback.");
            Launch(scope, stack with
            {
                Status = StackStatus.UpdateRollbackInProgress, StatusReason = "User Initiated", LastCall = "ContinueUpdateRollback",
                Operation = Operation(StackPhase.Rollback, options) with { PreviousInput = suspended.PreviousInput, Skip = skip },
            });
        }
    }

    public StackRecord Protect(Scope scope, string nameOrId, bool on)
    {
        lock (store.Gate)
        {
            var stack = store.Get(scope, nameOrId) with { TerminationProtection = on };
            store.Put(scope, stack);
            return stack;
        }
    }

    /// <summary>Refuses an update of a stack that is not at rest.</summary>
    public static void CheckUpdatable(StackRecord stack, bool disableRollback)
    {
        if (StackStatus.IsUpdatable(stack.Status) || stack.Status == StackStatus.UpdateFailed && disableRollback)
            return;
        throw StackErrors.Validation(stack.Status == StackStatus.UpdateFailed
            ? $"This stack is currently in a non-terminal [{stack.Status}] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API"
            : $"Stack:{stack.Id} is in {stack.Status} state and can not be updated.");
    }

    private StackRecord Launch(Scope scope, StackRecord stack)
    {
        stack = stack with { LastToken = stack.Operation!.Token };
        journal.Write(scope, stack);
        engine.Begin(scope, stack.Id);
        return stack;
    }

    private static StackOperation Operation(StackPhase phase, StackOptions options) => new()
    {
        Id = Guid.NewGuid().ToString(), Phase = phase, Principal = options.Principal, Token = options.Token, OnFailure = options.OnFailure,
    };
}
