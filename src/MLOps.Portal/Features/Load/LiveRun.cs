using MLOps.LoadGenerator;

namespace MLOps.Portal.Features.Load;

/// <summary>A run of this portal while it goes: its figures grow as the generator tells them.</summary>
internal sealed class LiveRun(LoadRun run, CancellationTokenSource cancelling)
{
    private readonly Lock gate = new();
    private readonly List<LoadPoint> points = [];
    private readonly List<MeasuredStep> steps = [];
    private readonly List<int> stepInstances = [];
    private LoadEnded? ended;
    private LoadTick? last;
    private int every = 1;
    private int ticks;

    public LoadRun Run { get; } = run;

    /// <summary>What the generator refused; empty where nothing.</summary>
    public string Refused { get; private set; } = "";

    public LoadEnded? Ended => ended;

    public void Cancel() => cancelling.Cancel();

    /// <param name="instances">The instances that take requests now.</param>
    public void Hear(LoadEvent told, int instances)
    {
        lock (gate)
        {
            switch (told)
            {
                case LoadTick tick:
                    last = tick;
                    stepInstances.Add(instances);
                    Add(new LoadPoint(tick.Seconds, tick.Concurrency, tick.PerSecond, tick.Errors, tick.Latency, instances));
                    break;
                case LoadStep step:
                    steps.Add(new(step.Concurrency, step.Requests, step.Errors, step.Seconds, step.Latency, stepInstances.Count > 0 ? stepInstances.Average() : instances));
                    stepInstances.Clear();
                    break;
                case LoadEnded end:
                    ended = end;
                    break;
                case LoadRefused refused:
                    Refused = refused.Message;
                    break;
            }
        }
    }

    public LoadFigures Figures(double? target)
    {
        lock (gate)
        {
            var figures = new LoadFigures { Points = [.. points], Steps = [.. steps], CurrentTarget = target };
            return ended is { } end
                ? figures with { Done = end.Done, Errors = end.Errors, Seconds = end.Seconds, Latency = end.Latency, Kinds = end.Kinds }
                : figures with { Done = last?.Done ?? 0, Errors = last?.Errors ?? 0, Seconds = last?.Seconds ?? 0, Latency = last?.Latency ?? new(0, 0, 0, 0) };
        }
    }

    /// <summary>A long run keeps every second point, then every fourth, so that it never holds more than it may.</summary>
    private void Add(LoadPoint point)
    {
        if (ticks++ % every != 0)
            return;
        points.Add(point);
        if (points.Count <= LoadFigures.MostPoints)
            return;
        for (var i = points.Count - 1; i > 0; i -= 2)
            points.RemoveAt(i);
        every *= 2;
    }
}
