using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>Checks the attributes that a caller sets.</summary>
internal static class QueueAttributes
{
    private static readonly Dictionary<string, (int Least, int Most)> Numbers = new()
    {
        ["DelaySeconds"] = (0, 900), ["MaximumMessageSize"] = (1024, 1_048_576), ["MessageRetentionPeriod"] = (60, 1_209_600),
        ["ReceiveMessageWaitTimeSeconds"] = (0, 20), ["VisibilityTimeout"] = (0, 43_200), ["KmsDataKeyReusePeriodSeconds"] = (60, 86_400),
    };

    private static readonly string[] Texts = ["Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "SqsManagedSseEnabled"];
    private static readonly string[] FifoOnly = ["FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"];

    /// <exception cref="AwsException">InvalidAttributeName or InvalidAttributeValue.</exception>
    public static JsonObject Check(JsonObject sent)
    {
        foreach (var (name, node) in sent)
        {
            var value = node?.GetValue<string>() ?? "";
            if (FifoOnly.Contains(name) && value != "false")
                throw SqsErrors.Unsupported("The local cloud offers standard queues only.");
            if (Numbers.TryGetValue(name, out var range))
            {
                if (!int.TryParse(value, out var number) || number < range.Least || number > range.Most)
                    throw SqsErrors.InvalidAttribute(name, value);
            }
            else if (!Texts.Contains(name) && !FifoOnly.Contains(name))
            {
                throw new AwsException("InvalidAttributeName", $"Unknown Attribute {name}.");
            }
            if (name == "RedrivePolicy" && value.Length > 0)
                CheckRedrive(value);
            if (name is "Policy" or "RedriveAllowPolicy" && value.Length > 0 && Parse(value) is null)
                throw SqsErrors.InvalidAttribute(name, value);
        }
        return sent;
    }

    private static void CheckRedrive(string value)
    {
        if (Parse(value) is not { } policy || policy["deadLetterTargetArn"]?.ToString() is not { Length: > 0 } arn || arn.Split(':') is not ["arn", _, "sqs", _, _, _]
            || !int.TryParse(policy["maxReceiveCount"]?.ToString(), out var count) || count is < 1 or > 1000)
            throw SqsErrors.InvalidAttribute("RedrivePolicy", value);
    }

    private static JsonObject? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
