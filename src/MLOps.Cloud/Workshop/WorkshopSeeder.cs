using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Workshop;

/// <inheritdoc/>
internal sealed partial class WorkshopSeeder : BackgroundService, IWorkshopSeeder
{
    // A cloud that starts beside the portal, or stutters, is asked again before a person is.
    private static readonly TimeSpan TransientPause = TimeSpan.FromSeconds(1);
    private const int TransientTries = 20;

    private readonly WorkshopPlan plan;
    private readonly TimeProvider time;
    private readonly ILogger<WorkshopSeeder> logger;
    private readonly LatestValue<WorkshopState> state;
    private readonly bool isWanted;
    private TaskCompletionSource retry = NewSignal();

    public WorkshopSeeder(WorkshopPlan plan, IOptions<CloudOptions> options, TimeProvider time, ILogger<WorkshopSeeder> logger)
    {
        this.plan = plan;
        this.time = time;
        this.logger = logger;
        isWanted = options.Value is { Mode: CloudMode.Embedded, Workshop.Seed: true };
        state = new LatestValue<WorkshopState>(isWanted
            ? new WorkshopState(WorkshopPhase.Running, plan.Steps.Select(s => new WorkshopStep(s.Id, s.Title, WorkshopStepStatus.Waiting)).ToValueList())
            : new WorkshopState(WorkshopPhase.NotWanted, []));
    }

    public WorkshopState Current => state.Value;

    public (WorkshopState State, IAsyncEnumerable<WorkshopState> Changes) Subscribe() => state.Subscribe();

    public void Retry() => Volatile.Read(ref retry).TrySetResult();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (isWanted)
            {
                var waiting = NewSignal();
                Volatile.Write(ref retry, waiting);
                if (await SeedAsync(stoppingToken))
                    return;
                await waiting.Task.WaitAsync(stoppingToken);
                state.Update(s => new WorkshopState(WorkshopPhase.Running, s.Steps));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start goes on from what exists.
        }
        finally
        {
            state.Complete();
        }
    }

    /// <summary>Goes through all steps; those that were done before only look.</summary>
    private async Task<bool> SeedAsync(CancellationToken cancelled)
    {
        var started = time.GetTimestamp();
        foreach (var (id, title, work) in plan.Steps)
        {
            Change(id, s => s with { Status = WorkshopStepStatus.Running, Started = time.GetUtcNow(), Ended = null, Detail = "", Remedy = "" });
            try
            {
                await PersistAsync(() => work(detail => Change(id, s => s.Detail == detail ? s : s with { Detail = detail }), cancelled), cancelled);
            }
            catch (Exception e) when (e is WorkshopException or CloudException or IOException or UnauthorizedAccessException)
            {
                Log.Failed(logger, e, title, e.Message);
                Change(id, s => s with { Status = WorkshopStepStatus.Failed, Ended = time.GetUtcNow(), Detail = e.Message, Remedy = Remedy(e) });
                state.Update(s => s with { Phase = WorkshopPhase.Failed });
                return false;
            }
            Change(id, s => s with { Status = WorkshopStepStatus.Done, Ended = time.GetUtcNow(), Detail = "" });
            Log.StepDone(logger, title, time.GetElapsedTime(started).TotalSeconds);
        }
        state.Update(s => s with { Phase = WorkshopPhase.Done });
        return true;
    }

    private async Task PersistAsync(Func<Task> work, CancellationToken cancelled)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await work();
                return;
            }
            catch (CloudException e) when (e.Fault.IsTransient && attempt < TransientTries)
            {
                await Task.Delay(TransientPause, time, cancelled);
            }
        }
    }

    private void Change(string id, Func<WorkshopStep, WorkshopStep> change) => state.Update(before =>
    {
        var steps = before.Steps.Select(s => s.Id == id ? change(s) : s).ToValueList();
        return steps.Equals(before.Steps) ? before : before with { Steps = steps };
    });

    private static string Remedy(Exception e) => e switch
    {
        WorkshopException known => known.Remedy,
        CloudException { Fault.IsTransient: true } => "Try again once the local cloud answers.",
        CloudException => "Mend what the message names, and try again.",
        _ => "Check that the workshop's files are there and can be read, and try again.",
    };

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Workshop: {Step} done, {Seconds:0.0} s after the beginning")]
        public static partial void StepDone(ILogger logger, string step, double seconds);

        [LoggerMessage(2, LogLevel.Error, "Workshop: {Step} failed: {Why}")]
        public static partial void Failed(ILogger logger, Exception e, string step, string why);
    }
}
