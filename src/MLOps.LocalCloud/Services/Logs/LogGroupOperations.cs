using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Logs;

/// <summary>Log groups and streams: create, describe, delete, retention.</summary>
internal sealed class LogGroupOperations(LogStore store, LogSink sink, TimeProvider time) : IOperations
{
    private static readonly int[] Retentions =
        [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

    public void Map(OperationMap map) => map
        .On("logs", "CreateLogGroup", CreateGroup)
        .On("logs", "CreateLogStream", CreateStream)
        .On("logs", "DeleteLogGroup", DeleteGroup)
        .On("logs", "DeleteLogStream", DeleteStream)
        .On("logs", "PutRetentionPolicy", PutRetention)
        .On("logs", "DescribeLogGroups", DescribeGroups)
        .On("logs", "DescribeLogStreams", DescribeStreams);

    /// <summary>The group that a call names by <c>logGroupName</c> or <c>logGroupIdentifier</c> (a name or an ARN).</summary>
    public static LogGroup Require(LogStore store, OperationCall call)
    {
        var (name, identifier) = (call.Input.Text("logGroupName"), call.Input.Text("logGroupIdentifier"));
        if (name is null == identifier is null)
            throw Invalid("Either logGroupName or logGroupIdentifier must be specified, and not both.");
        name ??= identifier!.StartsWith("arn:", StringComparison.Ordinal) ? identifier.Split(':', 7)[^1].TrimEnd('*').TrimEnd(':') : identifier;
        return store.FindGroup(call.Scope, name) ?? throw NotFound("log group");
    }

    public static AwsException Invalid(string message) => new("InvalidParameterException", message);

    public static AwsException NotFound(string what) => new("ResourceNotFoundException", $"The specified {what} does not exist.");

    private JsonObject CreateGroup(OperationCall call)
    {
        var properties = call.Input.Pick("kmsKeyId", "tags", "logGroupClass");
        sink.Flush();
        return store.AddGroup(call.Scope, call.Input.Required("logGroupName"), Now(), properties)
            ? [] : throw new AwsException("ResourceAlreadyExistsException", "The specified log group already exists");
    }

    private JsonObject CreateStream(OperationCall call)
    {
        sink.Flush();
        var name = call.Input.Required("logStreamName");
        if (name.AsSpan().ContainsAny(':', '*'))
            throw Invalid("1 validation error detected: Value at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*");
        return store.AddStream(Require(store, call), name, Now())
            ? [] : throw new AwsException("ResourceAlreadyExistsException", "The specified log stream already exists");
    }

    private JsonObject DeleteGroup(OperationCall call)
    {
        sink.Flush();
        return store.RemoveGroup(call.Scope, call.Input.Required("logGroupName")) ? [] : throw NotFound("log group");
    }

    private JsonObject DeleteStream(OperationCall call)
    {
        sink.Flush();
        return store.RemoveStream(Require(store, call), call.Input.Required("logStreamName")) ? [] : throw NotFound("log stream");
    }

    private JsonObject PutRetention(OperationCall call)
    {
        sink.Flush();
        var days = call.Input.Whole("retentionInDays") ?? 0;
        if (!Retentions.Contains(days))
            throw Invalid($"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [{string.Join(", ", Retentions)}]");
        return store.SetRetention(call.Scope, call.Input.Required("logGroupName"), days) ? [] : throw NotFound("log group");
    }

    private JsonObject DescribeGroups(OperationCall call)
    {
        sink.Flush();
        var input = call.Input;
        var (prefix, pattern) = (input.Text("logGroupNamePrefix"), input.Text("logGroupNamePattern"));
        if (prefix is not null && pattern is not null)
            throw Invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
        var limit = input.Whole("limit") ?? 50;
        var groups = store.ListGroups(call.Scope, input.Text("nextToken") ?? "", prefix ?? "", pattern ?? "", limit + 1);
        var output = new JsonObject { ["logGroups"] = new JsonArray([.. groups.Take(limit).Select(Describe)]) };
        if (groups.Count > limit)
            output["nextToken"] = groups[limit - 1].Name;
        return output;
    }

    private static JsonObject Describe(LogGroup group)
    {
        var arn = group.Scope.Arn("logs", "log-group:" + group.Name);
        return new JsonObject
        {
            ["logGroupName"] = group.Name,
            ["creationTime"] = group.Created,
            ["retentionInDays"] = group.Retention,
            ["metricFilterCount"] = 0,
            ["arn"] = arn + ":*",
            ["logGroupArn"] = arn,
            ["storedBytes"] = group.Bytes,
            ["kmsKeyId"] = group.Properties.Text("kmsKeyId"),
            ["logGroupClass"] = group.Properties.Text("logGroupClass") ?? "STANDARD",
        };
    }

    private JsonObject DescribeStreams(OperationCall call)
    {
        sink.Flush();
        var input = call.Input;
        var group = Require(store, call);
        var (byTime, prefix) = (input.Text("orderBy") == "LastEventTime", input.Text("logStreamNamePrefix"));
        if (byTime && prefix is not null)
            throw Invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
        var streams = store.ListStreams(group, prefix ?? "");
        IEnumerable<LogStream> ordered = byTime ? streams.OrderBy(s => s.Last ?? 0).ThenBy(s => s.Name, StringComparer.Ordinal) : streams;
        if (input.Flag("descending") == true)
            ordered = ordered.Reverse();
        var limit = input.Whole("limit") ?? 50;
        var skip = input.Text("nextToken") is not { } token ? 0
            : int.TryParse(token, out var n) && n >= 0 ? n : throw Invalid("The specified nextToken is invalid.");
        var output = new JsonObject { ["logStreams"] = new JsonArray([.. ordered.Skip(skip).Take(limit).Select(s => Describe(group, s))]) };
        if (streams.Count > skip + limit)
            output["nextToken"] = (skip + limit).ToString();
        return output;
    }

    private static JsonObject Describe(LogGroup group, LogStream stream) => new()
    {
        ["logStreamName"] = stream.Name,
        ["creationTime"] = stream.Created,
        ["firstEventTimestamp"] = stream.First,
        ["lastEventTimestamp"] = stream.Last,
        ["lastIngestionTime"] = stream.Ingested,
        ["uploadSequenceToken"] = "1",
        ["arn"] = group.Scope.Arn("logs", $"log-group:{group.Name}:log-stream:{stream.Name}"),
        ["storedBytes"] = 0,
    };

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
