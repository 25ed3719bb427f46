using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.Logs.Filtering;

namespace MLOps.LocalCloud.Services.Logs;

/// <summary>FilterLogEvents: searches a group, or some of its streams.</summary>
internal sealed class FilterOperations(LogStore store, LogEvents events, LogSink sink) : IOperations
{
    /// <summary>Events that one call looks at; a page may be empty and still not be the last.</summary>
    private const int MostScanned = 200_000;
    private const int Batch = 2_000;

    public void Map(OperationMap map) => map.On("logs", "FilterLogEvents", Filter);

    private JsonObject Filter(OperationCall call)
    {
        sink.Flush();
        var input = call.Input;
        var group = LogGroupOperations.Require(store, call);
        var streams = Streams(group, input);
        var passes = LogFilter.Parse(input.Text("filterPattern") ?? "");
        var limit = input.Whole("limit") ?? LogEventOperations.LargestPage;
        var from = (long)(input.Number("startTime") ?? 0);
        // Unlike GetLogEvents, the end itself still belongs to it.
        var to = input.Number("endTime") is { } end ? (long)end + 1 : long.MaxValue;
        var position = input.Text("nextToken") is { } token ? LogPositions.Read(token).Position : LogPositions.Start;
        var (found, scanned, ended) = (new List<LogEvent>(), 0, streams.Count == 0);
        while (!ended && found.Count < limit && scanned < MostScanned)
        {
            var batch = streams.Count == 1
                ? events.Forward(streams.Keys.Single(), position, from, to, Batch)
                : events.OfGroup(group.Id, position, from, to, Batch);
            ended = batch.Count < Batch;
            scanned += batch.Count;
            foreach (var e in batch)
            {
                if (found.Count == limit)
                {
                    ended = false;
                    break;
                }
                position = new LogPosition(e.At, e.Id);
                if (streams.ContainsKey(e.Stream) && passes(e.Message))
                    found.Add(e);
            }
        }
        var fitting = LogEventOperations.Fitting(found);
        if (fitting < found.Count)
        {
            found.RemoveRange(fitting, found.Count - fitting);
            (position, ended) = (new LogPosition(found[^1].At, found[^1].Id), false);
        }
        return new JsonObject
        {
            ["events"] = found.Select(e => new JsonObject
            {
                ["logStreamName"] = streams[e.Stream], ["timestamp"] = e.At, ["message"] = e.Message, ["ingestionTime"] = e.Ingested,
                ["eventId"] = $"{e.At:d20}{e.Id:d36}",
            }).ToJson(),
            ["searchedLogStreams"] = new JsonArray(),
            ["nextToken"] = ended ? null : LogPositions.Write(forward: true, position),
        };
    }

    private Dictionary<long, string> Streams(LogGroup group, JsonObject input)
    {
        var (names, prefix) = (input.Texts("logStreamNames").ToList(), input.Text("logStreamNamePrefix"));
        if (names.Count > 0 && prefix is not null)
            throw LogGroupOperations.Invalid("logStreamNames and logStreamNamePrefix are mutually exclusive.");
        if (names.Count == 0)
            return store.ListStreams(group, prefix ?? "").ToDictionary(s => s.Id, s => s.Name);
        return names.Distinct().Select(n => store.FindStream(group, n) ?? throw LogGroupOperations.NotFound("log stream")).ToDictionary(s => s.Id, s => s.Name);
    }
}
