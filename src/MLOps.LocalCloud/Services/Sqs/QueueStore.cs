using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>The store of queues.</summary>
internal sealed class QueueStore(QueueDatabase queues)
{
    private const string Columns = "id, account, region, name, created, modified, attributes";

    /// <summary>The queue that a call names by its URL: <c>…/ACCOUNT/NAME</c>, whatever the host.</summary>
    public Queue Require(OperationCall call)
    {
        var url = call.Input.Required("QueueUrl");
        var parts = url.TrimEnd('/').Split('/');
        if (parts.Length < 2)
            throw new AwsException("InvalidAddress", $"The address {url} is not valid for this endpoint.");
        return Find(call.Scope with { Account = parts[^2] }, parts[^1]) is { } queue && queue.Scope.Account == call.Scope.Account ? queue : throw SqsErrors.NoQueue();
    }

    public Queue? Find(Scope scope, string name) => queues.Database.Read(s => Find(s, scope, name));

    /// <summary>The queue with this ARN, or null.</summary>
    public static Queue? FindArn(SqliteSession s, string arn) => arn.Split(':') is ["arn", _, "sqs", var region, var account, var name]
        ? Find(s, new Scope(account, region), name) : null;

    /// <summary>Adds a queue, or returns the one of that name.</summary>
    public (Queue Queue, bool Added) GetOrAdd(Scope scope, string name, JsonObject attributes, DateTimeOffset now) => queues.Database.Write(s =>
    {
        var added = s.Execute(
            "INSERT INTO queues (account, region, name, created, modified, attributes) VALUES ($0, $1, $2, $3, $3, $4) ON CONFLICT DO NOTHING",
            scope.Account, scope.Region, name, now.ToUnixTimeMilliseconds(), attributes.ToJsonString()) > 0;
        return (Find(s, scope, name)!, added);
    });

    /// <summary>Sets attributes; those that are not named stay. An empty policy removes it.</summary>
    public void SetAttributes(Queue queue, JsonObject changes, DateTimeOffset now) => queues.Database.Write(s =>
    {
        var attributes = (Find(s, queue.Scope, queue.Name) ?? throw SqsErrors.NoQueue()).Attributes;
        foreach (var (name, value) in changes)
        {
            attributes.Remove(name);
            if (value!.GetValue<string>().Length > 0)
                attributes[name] = value.DeepClone();
        }
        s.Execute("UPDATE queues SET attributes = $1, modified = $2 WHERE id = $0", queue.Id, attributes.ToJsonString(), now.ToUnixTimeMilliseconds());
    });

    public IReadOnlyList<Queue> List(Scope scope, string prefix) => queues.Database.Read(s => s.Query(
        $"SELECT {Columns} FROM queues WHERE account = $0 AND region = $1 AND substr(name, 1, length($2)) = $2 ORDER BY name",
        Read, scope.Account, scope.Region, prefix));

    public IReadOnlyList<Queue> All() => queues.Database.Read(s => s.Query($"SELECT {Columns} FROM queues", Read));

    /// <summary>Removes a queue and its messages.</summary>
    public void Remove(Queue queue) => queues.Database.Write(s =>
    {
        s.Execute("DELETE FROM messages WHERE queue = $0", queue.Id);
        s.Execute("DELETE FROM queues WHERE id = $0", queue.Id);
    });

    public static bool Exists(SqliteSession s, long id) => s.Whole("SELECT EXISTS (SELECT 1 FROM queues WHERE id = $0)", id) != 0;

    private static Queue? Find(SqliteSession s, Scope scope, string name) => s.First(
        $"SELECT {Columns} FROM queues WHERE account = $0 AND region = $1 AND name = $2", Read, scope.Account, scope.Region, name);

    private static Queue Read(SqliteDataReader row) => new(
        row.GetInt64(0), new Scope(row.GetString(1), row.GetString(2)), row.GetString(3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)), (JsonObject)JsonNode.Parse(row.GetString(6))!);
}
