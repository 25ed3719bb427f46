using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Events.Delivery;

/// <summary>Hands a text to a resource by its ARN, as its service takes it.</summary>
public sealed class Targets(ICloudCaller cloud, ILogSink logs)
{
    /// <summary>Whether <see cref="SendAsync"/> knows the kind of resource.</summary>
    public static bool IsOffered(string arn) => Parse(arn) is { Service: "sqs" or "sns" or "lambda" or "codepipeline" or "logs" };

    /// <summary>Sends to a queue, a topic, a function, a log group, or starts a pipeline.</summary>
    /// <param name="attributes">Message attributes for a queue; may be null.</param>
    /// <exception cref="AwsException">What the target's service refuses.</exception>
    public async Task SendAsync(string arn, string text, JsonObject? attributes, CancellationToken cancelled)
    {
        if (Parse(arn) is not { } target)
            throw AwsException.Validation($"{arn} is not an ARN.");
        switch (target.Service)
        {
            case "sqs":
                await cloud.CallAsync(target.Scope, "sqs", "SendMessage", new JsonObject
                {
                    ["QueueUrl"] = $"https://sqs.{target.Scope.Region}.amazonaws.com/{target.Scope.Account}/{target.Resource}",
                    ["MessageBody"] = text, ["MessageAttributes"] = attributes.Copy(),
                }, cancelled);
                break;
            case "sns":
                await cloud.CallAsync(target.Scope, "sns", "Publish", new JsonObject { ["TopicArn"] = arn, ["Message"] = text }, cancelled);
                break;
            case "lambda":
                await cloud.CallAsync(new OperationCall("lambda", "Invoke", target.Scope, new JsonObject { ["FunctionName"] = arn, ["InvocationType"] = "Event" })
                {
                    Body = new MemoryStream(Encoding.UTF8.GetBytes(text)), Principal = target.Scope.GlobalArn("iam", "root"), Cancelled = cancelled,
                });
                break;
            case "codepipeline":
                await cloud.CallAsync(target.Scope, "codepipeline", "StartPipelineExecution", new JsonObject { ["name"] = target.Resource }, cancelled);
                break;
            case "logs":
                logs.Append(target.Scope, target.Resource["log-group:".Length..].TrimEnd('*').TrimEnd(':'), Guid.NewGuid().ToString(), text);
                break;
            default:
                throw AwsException.Validation($"The local cloud does not deliver to {arn}.");
        }
    }

    private static (string Service, Scope Scope, string Resource)? Parse(string arn) =>
        arn.Split(':', 6) is ["arn", _, var service, var region, var account, { Length: > 0 } resource]
            && (service != "logs" || resource.StartsWith("log-group:", StringComparison.Ordinal))
            ? (service, new Scope(account, region), resource) : null;
}
