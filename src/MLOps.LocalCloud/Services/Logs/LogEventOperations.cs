using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Logs;

/// <summary>PutLogEvents and GetLogEvents.</summary>
internal sealed class LogEventOperations(LogStore store, LogEvents events, LogSink sink, TimeProvider time) : IOperations
{
    public const int LargestPage = 10_000;
    public const int LargestPageBytes = 1 << 20;
    private static readonly long TwoHours = (long)TimeSpan.FromHours(2).TotalMilliseconds;
    private static readonly long TwoWeeks = (long)TimeSpan.FromDays(14).TotalMilliseconds;

    public void Map(OperationMap map) => map
        .On("logs", "PutLogEvents", Put)
        .On("logs", "GetLogEvents", Get);

    /// <summary>Keeps a page within 1 MiB: how many of these events fit.</summary>
    public static int Fitting(IReadOnlyList<LogEvent> page)
    {
        var bytes = 0;
        for (var i = 0; i < page.Count; i++)
            if ((bytes += Encoding.UTF8.GetByteCount(page[i].Message) + LogEvents.OverheadBytes) > LargestPageBytes && i > 0)
                return i;
        return page.Count;
    }

    private JsonObject Put(OperationCall call)
    {
        sink.Flush();
        var group = LogGroupOperations.Require(store, call);
        var stream = store.FindStream(group, call.Input.Required("logStreamName")) ?? throw LogGroupOperations.NotFound("log stream");
        var sent = call.Input.Objects("logEvents").Select(e => (At: (long)e.Number("timestamp")!.Value, Message: e.Required("message"))).ToList();
        if (sent.Sum(e => Encoding.UTF8.GetByteCount(e.Message) + LogEvents.OverheadBytes) > LargestPageBytes)
            throw LogGroupOperations.Invalid("Upload too large: bytes exceed limit of 1048576");
        if (sent.Zip(sent.Skip(1)).Any(pair => pair.First.At > pair.Second.At))
            throw LogGroupOperations.Invalid("Log events in a single PutLogEvents request must be in chronological order.");
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var expiry = group.Retention is { } days ? now - (days * 86_400_000L) : long.MinValue;
        var rejected = new JsonObject();
        var tooNew = sent.FindIndex(e => e.At > now + TwoHours);
        if (tooNew >= 0)
            rejected["tooNewLogEventStartIndex"] = tooNew;
        if (sent.FindLastIndex(e => e.At < now - TwoWeeks) is >= 0 and var tooOld)
            rejected["tooOldLogEventEndIndex"] = tooOld + 1;
        if (sent.FindLastIndex(e => e.At < expiry) is >= 0 and var expired)
            rejected["expiredLogEventEndIndex"] = expired + 1;
        var kept = sent.Where(e => e.At <= now + TwoHours && e.At >= now - TwoWeeks && e.At >= expiry).ToList();
        if (kept.Count > 0)
            events.Append(stream, now, kept);
        var output = new JsonObject { ["nextSequenceToken"] = "1" };
        if (rejected.Count > 0)
            output["rejectedLogEventsInfo"] = rejected;
        return output;
    }

    private JsonObject Get(OperationCall call)
    {
        sink.Flush();
        var input = call.Input;
        var group = LogGroupOperations.Require(store, call);
        var stream = store.FindStream(group, input.Required("logStreamName")) ?? throw LogGroupOperations.NotFound("log stream");
        var limit = input.Whole("limit") ?? LargestPage;
        var (from, to) = ((long)(input.Number("startTime") ?? 0), (long)(input.Number("endTime") ?? long.MaxValue));
        var (forward, position) = input.Text("nextToken") is { } token ? LogPositions.Read(token)
            : input.Flag("startFromHead") == true ? (true, LogPositions.Start) : (false, LogPositions.End);
        var page = forward ? events.Forward(stream.Id, position, from, to, limit) : events.Backward(stream.Id, position, from, to, limit);
        var fitting = Fitting(page);
        page.RemoveRange(fitting, page.Count - fitting);
        if (!forward)
            page.Reverse();
        var (first, last) = page.Count > 0 ? (Position(page[0]), Position(page[^1])) : Stay(forward, position, from);
        return new JsonObject
        {
            ["events"] = new JsonArray([.. page.Select(e => new JsonObject
            {
                ["timestamp"] = e.At, ["message"] = e.Message, ["ingestionTime"] = e.Ingested,
            })]),
            ["nextForwardToken"] = LogPositions.Write(forward: true, last),
            ["nextBackwardToken"] = LogPositions.Write(forward: false, first),
        };
    }

    /// <summary>Without events the token of the reader's direction stays, which says that this is the end; the other leads back.</summary>
    private static (LogPosition First, LogPosition Last) Stay(bool forward, LogPosition position, long from) =>
        position == LogPositions.End ? (position, new LogPosition(from - 1, long.MaxValue))
        : position == LogPositions.Start ? (position, position)
        : forward ? (position with { Id = position.Id + 1 }, position) : (position, position with { Id = position.Id - 1 });

    private static LogPosition Position(LogEvent e) => new(e.At, e.Id);
}
