using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Logs;

/// <summary>Writes the lines of running processes in batches, soon after they came and before anybody reads.</summary>
internal sealed class LogSink : ILogSink, IHostedService, IAsyncDisposable
{
    private const int Capacity = 200_000;
    private readonly BatchWriter<Line> writer;
    private readonly LogDatabase logs;
    private readonly LogEvents events;
    private readonly TimeProvider time;

    public LogSink(LogDatabase logs, LogEvents events, TimeProvider time, ILogger<LogSink> logger)
    {
        (this.logs, this.events, this.time) = (logs, events, time);
        writer = new BatchWriter<Line>(Capacity, Write, time, logger);
    }

    public void Append(Scope scope, string group, string stream, string message) =>
        writer.TryAdd(new Line(scope, group, stream, time.GetUtcNow().ToUnixTimeMilliseconds(), message));

    /// <summary>Writes what was appended, so that a reader sees it.</summary>
    public void Flush() => writer.Flush();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Flush();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    private void Write(IReadOnlyList<Line> lines)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        logs.Database.Write(s =>
        {
            foreach (var lot in lines.GroupBy(l => (l.Scope, l.Group, l.Stream)))
            {
                var (scope, groupName, streamName) = lot.Key;
                if (LogStore.FindGroup(s, scope, groupName) is not { } group)
                {
                    LogStore.AddGroup(s, scope, groupName, now, []);
                    group = LogStore.FindGroup(s, scope, groupName)!;
                }
                if (LogStore.FindStream(s, group.Id, streamName) is not { } stream)
                {
                    LogStore.AddStream(s, group.Id, streamName, now);
                    stream = LogStore.FindStream(s, group.Id, streamName)!;
                }
                events.Append(s, stream, now, lot.Select(l => (l.At, l.Message)));
            }
        });
    }

    private readonly record struct Line(Scope Scope, string Group, string Stream, long At, string Message);
}
