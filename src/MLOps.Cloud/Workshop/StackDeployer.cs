using Amazon.CloudFormation;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;
using Aws = Amazon.CloudFormation.Model;

namespace MLOps.Cloud.Workshop;

/// <summary>Creates stacks and waits for them.</summary>
internal sealed class StackDeployer(ICloudClients clients, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// Creates a stack where it is missing and waits until it stands. One whose creation failed earlier is removed first;
    /// one that stands is left as it is.
    /// </summary>
    /// <returns>The stack's outputs by their keys.</returns>
    /// <exception cref="WorkshopException">The stack could not be created; the message says which resource failed, and why.</exception>
    public async Task<IReadOnlyDictionary<string, string>> EnsureAsync(
        string connection, string name, string template, IReadOnlyDictionary<string, string> parameters, Action<string> progress, CancellationToken cancelled)
    {
        var stack = await FindAsync(connection, name, cancelled);
        if (stack is not null && IsLeftover(stack.StackStatus.Word()))
        {
            progress($"removing what an earlier try left of {name}");
            await On(connection).DeleteStackAsync(new Aws.DeleteStackRequest { StackName = name }, cancelled);
            stack = await WaitAsync(connection, name, progress, cancelled);
        }
        if (stack is null)
        {
            await On(connection).CreateStackAsync(new Aws.CreateStackRequest
            {
                StackName = name,
                TemplateBody = template,
                Capabilities = ["CAPABILITY_NAMED_IAM"],
                Parameters = [.. parameters.Select(p => new Aws.Parameter { ParameterKey = p.Key, ParameterValue = p.Value })],
            }, cancelled);
        }
        stack = await WaitAsync(connection, name, progress, cancelled);
        if (stack?.StackStatus.Word() is not ("CREATE_COMPLETE" or "UPDATE_COMPLETE" or "UPDATE_ROLLBACK_COMPLETE"))
            throw new WorkshopException(await WhyAsync(connection, name, stack, cancelled), $"Look at the events of the stack {name}, mend what they name, and try again.");
        return stack.Outputs.OrEmpty().ToDictionary(o => o.OutputKey, o => o.OutputValue);
    }

    private IAmazonCloudFormation On(string connection) => clients.Get<IAmazonCloudFormation>(connection);

    private static bool IsLeftover(string status) => status is "ROLLBACK_COMPLETE" or "ROLLBACK_FAILED" or "CREATE_FAILED" or "DELETE_FAILED";

    /// <summary>Waits until nothing is in progress; null once the stack is gone.</summary>
    private async Task<Aws.Stack?> WaitAsync(string connection, string name, Action<string> progress, CancellationToken cancelled)
    {
        while (true)
        {
            var stack = await FindAsync(connection, name, cancelled);
            var status = stack?.StackStatus.Word() ?? "";
            if (!status.EndsWith("_IN_PROGRESS", StringComparison.Ordinal))
                return stack;
            progress($"{name}: {status}");
            await Task.Delay(Pause, time, cancelled);
        }
    }

    private async Task<Aws.Stack?> FindAsync(string connection, string name, CancellationToken cancelled)
    {
        try
        {
            var answer = await On(connection).DescribeStacksAsync(new Aws.DescribeStacksRequest { StackName = name }, cancelled);
            return answer.Stacks.OrEmpty().FirstOrDefault(s => s.StackStatus.Word() != "DELETE_COMPLETE");
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            return null;
        }
    }

    private async Task<string> WhyAsync(string connection, string name, Aws.Stack? stack, CancellationToken cancelled)
    {
        if (stack is null)
            return $"The stack {name} disappeared while it was created.";
        var events = await On(connection).DescribeStackEventsAsync(new Aws.DescribeStackEventsRequest { StackName = stack.StackId }, cancelled);
        var first = events.StackEvents.OrEmpty()
            .Where(e => e.ResourceStatus.Word().EndsWith("_FAILED", StringComparison.Ordinal) && e.ResourceStatusReason?.Contains("cancelled", StringComparison.OrdinalIgnoreCase) != true)
            .MinBy(e => e.Timestamp);
        return first is null
            ? $"The stack {name} is in {stack.StackStatus.Word()}: {stack.StackStatusReason}"
            : $"{first.LogicalResourceId} ({first.ResourceType}) of the stack {name} failed: {first.ResourceStatusReason}";
    }
}
