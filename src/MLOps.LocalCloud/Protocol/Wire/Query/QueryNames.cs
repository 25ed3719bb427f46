using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire.Query;

/// <summary>
/// The names of SQS's lists and maps in the query protocol. SQS speaks JSON now and its description has forgotten them;
/// SDKs of before 2023 (the boto3 of many Linux distributions) still use them.
/// </summary>
internal static class QueryNames
{
    private static readonly Dictionary<string, string> ByShape = new(StringComparer.Ordinal)
    {
        ["QueueAttributeMap"] = "Attribute", ["TagMap"] = "Tag", ["QueueUrlList"] = "QueueUrl", ["MessageList"] = "Message",
        ["AttributeNameList"] = "AttributeName", ["MessageSystemAttributeList"] = "MessageSystemAttributeName",
        ["MessageAttributeNameList"] = "MessageAttributeName", ["MessageSystemAttributeMap"] = "Attribute",
        ["MessageBodyAttributeMap"] = "MessageAttribute", ["MessageBodySystemAttributeMap"] = "MessageSystemAttribute",
        ["DeleteMessageBatchRequestEntryList"] = "DeleteMessageBatchRequestEntry",
        ["DeleteMessageBatchResultEntryList"] = "DeleteMessageBatchResultEntry", ["BatchResultErrorEntryList"] = "BatchResultErrorEntry",
    };

    /// <summary>The name of a member's elements or parameters.</summary>
    public static string Of(ApiMember member) => member is { Flattened: true, LocationName: null }
        ? ByShape.GetValueOrDefault(member.Shape.Name, member.WireName) : member.WireName;

    /// <summary>The names of the key and the value of a map's entries.</summary>
    public static (string Key, string Value) OfEntry(ApiMember member)
    {
        var (key, value) = (member.Shape.Key.LocationName, member.Shape.Value.LocationName);
        if (key is not null && value is not null)
            return (key, value);
        return member.Flattened && ByShape.ContainsKey(member.Shape.Name)
            ? (member.Shape.Name == "TagMap" ? "Key" : "Name", "Value") : (key ?? "key", value ?? "value");
    }
}
