using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Pipelines.Runners;

/// <summary>Deploy/CloudFormation: creates, updates, replaces or deletes a stack from an artifact's template and follows it to its end.</summary>
internal sealed class CloudFormationRunner(TimeProvider time) : IActionRunner
{
    private const string DeadStack = "DELETE_IN_PROGRESS,ROLLBACK_COMPLETE,ROLLBACK_FAILED,CREATE_FAILED,DELETE_FAILED,UPDATE_ROLLBACK_FAILED";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    public string Type => "Deploy/CloudFormation";

    public async Task<ActionOutcome> RunAsync(ActionContext context, CancellationToken cancelled)
    {
        var (mode, name) = (context.Required("ActionMode"), context.Required("StackName"));
        if (mode is not ("CREATE_UPDATE" or "REPLACE_ON_FAILURE" or "DELETE_ONLY"))
            throw new ActionFailedException("ConfigurationError", $"The local cloud offers CREATE_UPDATE, REPLACE_ON_FAILURE and DELETE_ONLY, not the action mode {mode}");
        var stack = await FindAsync(context, name, cancelled);
        if (mode == "DELETE_ONLY")
            return await DeleteAsync(context, name, stack, cancelled);
        // With an id reported before a restart the change has gone out: only its end is awaited.
        if (context.ExternalId is null)
        {
            if (stack is not null && mode == "REPLACE_ON_FAILURE" && DeadStack.Split(',').Contains(stack.Text("StackStatus")))
            {
                await DeleteAsync(context, name, stack, cancelled);
                stack = null;
            }
            if (!await ChangeAsync(context, name, stack, cancelled))
                return await OutcomeAsync(context, stack!, cancelled) with { Message = "No updates are to be performed" };
        }
        return await OutcomeAsync(context, await SettleAsync(context, name, cancelled), cancelled);
    }

    /// <summary>False where the stack is as it should be.</summary>
    private static async Task<bool> ChangeAsync(ActionContext context, string name, JsonObject? stack, CancellationToken cancelled)
    {
        var request = await StackRequest.ReadAsync(context, name, cancelled);
        request["ClientRequestToken"] = context.ActionExecutionId;
        try
        {
            var answer = await context.CallAsync("cloudformation", stack is null ? "CreateStack" : "UpdateStack", request, cancelled);
            context.Report(record => record.ExternalId = answer.Required("StackId"));
            return true;
        }
        catch (AwsException e) when (e.Message.Contains("No updates are to be performed", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        catch (AwsException e) when (e.Code == "TokenAlreadyExistsException")
        {
            // Sent before a restart, when the stack did not exist yet.
            context.Report(record => record.ExternalId = stack?.Required("StackId"));
            return true;
        }
    }

    private async Task<ActionOutcome> DeleteAsync(ActionContext context, string name, JsonObject? stack, CancellationToken cancelled)
    {
        if (stack is null)
            return ActionOutcome.Success("There is no such stack");
        await context.CallAsync("cloudformation", "DeleteStack", new() { ["StackName"] = name }, cancelled);
        var id = stack.Required("StackId");
        while (await FindAsync(context, id, cancelled) is { } now && now.Text("StackStatus") != "DELETE_COMPLETE")
        {
            if (now.Text("StackStatus") == "DELETE_FAILED")
                throw new ActionFailedException("JobFailed", $"Stack {name} could not be deleted: {now.Text("StackStatusReason")}");
            await Task.Delay(Poll, time, cancelled);
        }
        return ActionOutcome.Success("The stack was deleted");
    }

    private async Task<JsonObject> SettleAsync(ActionContext context, string name, CancellationToken cancelled)
    {
        while (true)
        {
            var stack = await FindAsync(context, name, cancelled) ?? throw new ActionFailedException("JobFailed", $"Stack {name} is gone");
            if (!stack.Required("StackStatus").EndsWith("_IN_PROGRESS", StringComparison.Ordinal))
                return stack;
            await Task.Delay(Poll, time, cancelled);
        }
    }

    private static async Task<ActionOutcome> OutcomeAsync(ActionContext context, JsonObject stack, CancellationToken cancelled)
    {
        var (status, id) = (stack.Required("StackStatus"), stack.Required("StackId"));
        var outputs = stack.Objects("Outputs").ToDictionary(o => o.Required("OutputKey"), o => o.Text("OutputValue") ?? "");
        if (status is not ("CREATE_COMPLETE" or "UPDATE_COMPLETE"))
            return ActionOutcome.Failure("JobFailed", $"Stack {stack.Text("StackName")} ended {status}: {await ReasonAsync(context, id, cancelled)}") with { ExternalId = id };
        if (context.Configuration.GetValueOrDefault("OutputFileName") is { Length: > 0 } file && context.Outputs is [var output])
            await WriteOutputsAsync(context, output, file, outputs, cancelled);
        return ActionOutcome.Success($"Stack {stack.Text("StackName")}: {status}") with { ExternalId = id, Variables = outputs };
    }

    /// <summary>The first resource of the newest operation that failed, in its own words.</summary>
    private static async Task<string> ReasonAsync(ActionContext context, string stackId, CancellationToken cancelled)
    {
        var answer = await context.CallAsync("cloudformation", "DescribeStackEvents", new() { ["StackName"] = stackId }, cancelled);
        var failed = answer.Objects("StackEvents")
            .TakeWhile(e => !(e.Text("PhysicalResourceId") == stackId && e.Text("ResourceStatus") is "CREATE_IN_PROGRESS" or "UPDATE_IN_PROGRESS"))
            .LastOrDefault(e => e.Text("ResourceStatus")?.EndsWith("_FAILED", StringComparison.Ordinal) == true);
        return failed is null ? "see its events" : $"{failed.Text("LogicalResourceId")}: {failed.Text("ResourceStatusReason")}";
    }

    private static async Task WriteOutputsAsync(ActionContext context, ArtifactRecord output, string file, Dictionary<string, string> outputs, CancellationToken cancelled)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        await using (var entry = await archive.CreateEntry(file).OpenAsync(cancelled))
            await JsonSerializer.SerializeAsync(entry, outputs, cancellationToken: cancelled);
        zip.Position = 0;
        await context.Cloud.CallAsync(new OperationCall("s3", "PutObject", context.Scope,
            new JsonObject { ["Bucket"] = output.Bucket, ["Key"] = output.Key, ["ContentLength"] = zip.Length })
        { Body = zip, Principal = context.Pipeline.RoleArn, Cancelled = cancelled });
    }

    private static async Task<JsonObject?> FindAsync(ActionContext context, string name, CancellationToken cancelled)
    {
        try
        {
            var answer = await context.CallAsync("cloudformation", "DescribeStacks", new() { ["StackName"] = name }, cancelled);
            return answer.Objects("Stacks").FirstOrDefault();
        }
        catch (AwsException e) when (e.Code == "ValidationError" && e.Message.Contains("does not exist", StringComparison.Ordinal))
        {
            return null;
        }
    }
}
