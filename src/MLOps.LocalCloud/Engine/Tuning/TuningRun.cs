using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using MLOps.LocalCloud.Engine.Tuning.Strategies;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Training;
using MLOps.LocalCloud.Services.SageMaker.Tuning;

namespace MLOps.LocalCloud.Engine.Tuning;

/// <summary>One tuning job: looks at its training jobs, stops those without hope, starts the next ones, until it has enough.</summary>
internal sealed class TuningRun
{
    // SageMaker gives a tuning job up when none of so many training jobs came to anything.
    private const int HopelessAfter = 5;

    private readonly TuningTools tools;
    private readonly Scope scope;
    private readonly string name;
    private readonly TuningPlan plan;
    private readonly Channel<bool> waking = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public TuningRun(TuningTools tools, Scope scope, string name)
    {
        (this.tools, this.scope, this.name) = (tools, scope, name);
        plan = TuningPlan.Read(tools.Tunings.Get(scope, name));
    }

    /// <summary>Has the loop look again.</summary>
    public void Wake() => waking.Writer.TryWrite(true);

    /// <summary>Hears from now on what the training jobs that run log.</summary>
    public void Watch()
    {
        foreach (var trial in Trials().Where(t => !t.Ended))
            tools.Observations.Begin(scope, trial.Job, plan.Objective.Metric, Wake);
    }

    /// <summary>Ends when the tuning job has ended.</summary>
    public async Task RunAsync(CancellationToken shutdown)
    {
        while (!await StepAsync(shutdown))
            await WaitAsync(shutdown);
    }

    /// <summary>The request for one training job of a tuning job.</summary>
    public static JsonObject Request(JsonObject tuning, string job, IReadOnlyDictionary<string, string> values)
    {
        var definition = tuning.Object("TrainingJobDefinition")!;
        var request = definition.Pick(
            "AlgorithmSpecification", "RoleArn", "InputDataConfig", "OutputDataConfig", "ResourceConfig", "VpcConfig", "StoppingCondition",
            "EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining", "RetryStrategy", "Environment");
        request["TrainingJobName"] = job;
        var parameters = (JsonObject?)definition.Object("StaticHyperParameters").Copy() ?? [];
        foreach (var (parameter, value) in values)
            parameters[parameter] = value;
        parameters["_tuning_objective_metric"] = Objective.Of(tuning.Object("HyperParameterTuningJobConfig")!).Metric;
        request["HyperParameters"] = parameters;
        if (tuning["Tags"] is { } tags)
            request["Tags"] = tags.DeepClone();
        return request;
    }

    /// <summary>Brings everything up to date once; whether the tuning job has ended.</summary>
    private async Task<bool> StepAsync(CancellationToken shutdown)
    {
        var trials = Collect();
        var tuning = tools.Tunings.Get(scope, name);
        if (TuningJobTable.HasEnded(tuning))
            return true;
        var stopping = tuning.Text("HyperParameterTuningJobStatus") == "Stopping";
        if (stopping || plan.IsEnough(trials, tools.Time.GetUtcNow()))
            return Finish(trials, stopping ? "Stopped" : "Completed");
        if (IsHopeless(trials))
            return Finish(trials, "Failed", $"No training job succeeded after {trials.Count(t => t.Ended)} attempts. For additional details, please take a look at " +
                "the training job failures by listing training jobs for the hyperparameter tuning job.");
        StopHopeless(trials);
        return await LaunchAsync(trials, shutdown);
    }

    private IReadOnlyList<Trial> Trials() => Trial.Of(tools.Tunings.Get(scope, name));

    private JsonObject? Job(Trial trial) => tools.Jobs.Find(scope, trial.Job);

    /// <summary>Takes over what training jobs came to that have ended since.</summary>
    private IReadOnlyList<Trial> Collect()
    {
        var trials = Trials().Select(t => !t.Ended && Job(t) is { } job && TrainingJobTable.HasEnded(job) ? Ended(t, job) : t).ToList();
        tools.Tunings.Change(scope, name, (tuning, _) =>
        {
            Trial.Store(tuning, trials);
            TuningCounts.Write(tuning, [.. trials.Select(t => (t, Job(t)))]);
        });
        foreach (var trial in trials.Where(t => t.Ended))
            tools.Observations.End(scope, trial.Job);
        return trials;
    }

    private Trial Ended(Trial trial, JsonObject job)
    {
        double? value = job.Text("TrainingJobStatus") == "Failed" ? null
            : job.Objects("FinalMetricDataList").FirstOrDefault(m => m.Text("MetricName") == plan.Objective.Metric)?.Number("Value");
        return trial with { Ended = true, Objective = value, Course = tools.Observations.Course(scope, trial.Job) };
    }

    private static bool IsHopeless(IReadOnlyList<Trial> trials) =>
        trials.Count(t => t.Ended) >= HopelessAfter && trials.All(t => t.Objective is null);

    private void StopHopeless(IReadOnlyList<Trial> trials)
    {
        if (plan.Rule is null)
            return;
        var courses = trials.ToDictionary(t => t.Number, t => t.Ended ? t.Course : tools.Observations.Course(scope, t.Job));
        foreach (var trial in trials.Where(t => !t.Ended && courses[t.Number].Count > 0))
        {
            // The median is over trials that ended; Hyperband's rungs over all that reached them.
            var others = trials.Where(t => t != trial && (plan.ComparesRunning || t.Ended) && courses[t.Number].Count > 0).Select(t => courses[t.Number]).ToList();
            if (plan.Rule.ShouldStop(plan.Objective, courses[trial.Number], others))
                tools.Training.Stop(scope, trial.Job, "Early stopping: other training jobs of the tuning job do better");
        }
    }

    private async Task<bool> LaunchAsync(IReadOnlyList<Trial> trials, CancellationToken shutdown)
    {
        // One that was written down and never made: the local cloud ended between the two.
        foreach (var lost in trials.Where(t => !t.Ended && Job(t) is null))
            if (await MakeAsync(lost, shutdown) is { } refused)
                return Finish(trials, "Failed", refused);
        while (trials.Count < plan.MostJobs && trials.Count(t => !t.Ended) < plan.Parallel)
        {
            shutdown.ThrowIfCancellationRequested();
            if (plan.Strategy.Next(plan.Space, plan.Objective, trials, RandomFor(trials.Count)) is not { } values)
                break;
            var trial = new Trial(trials.Count + 1, $"{name}-{trials.Count + 1:000}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}", values, null, [], false);
            trials = [.. trials, trial];
            tools.Tunings.Change(scope, name, (tuning, _) => Trial.Store(tuning, trials));
            if (await MakeAsync(trial, shutdown) is { } refused)
                return Finish(trials, "Failed", refused);
        }
        var nothingToWaitFor = trials.All(t => t.Ended);
        trials = Collect();
        if (!nothingToWaitFor)
        {
            // What ended while it was looked at may make room for more: only a step that begins with nothing running says that all is done.
            if (trials.All(t => t.Ended))
                Wake();
            return false;
        }
        return trials.All(t => t.Objective is null)
            ? Finish(trials, "Failed", "All training jobs failed. For additional details, please take a look at the training job failures by listing training jobs for the hyperparameter tuning job.")
            : Finish(trials, "Completed");
    }

    /// <summary>Makes a trial's training job; why not, where it is refused.</summary>
    private async Task<string?> MakeAsync(Trial trial, CancellationToken shutdown)
    {
        var tuning = tools.Tunings.Get(scope, name);
        tools.Observations.Begin(scope, trial.Job, plan.Objective.Metric, Wake);
        try
        {
            await tools.Creation.CreateAsync(new OperationCall("sagemaker", "CreateTrainingJob", scope, Request(tuning, trial.Job, trial.Values))
            {
                Principal = scope.GlobalArn("iam", "root"),
                Cancelled = shutdown,
            }, tuning.Required("HyperParameterTuningJobArn"));
            return null;
        }
        catch (AwsException refused)
        {
            return $"ClientError: The training job {trial.Job} cannot be created: {refused.Message}";
        }
    }

    /// <summary>Stops what still runs; ends the tuning job once nothing does. Whether it has ended.</summary>
    private bool Finish(IReadOnlyList<Trial> trials, string status, string? reason = null)
    {
        foreach (var trial in trials.Where(t => !t.Ended))
            tools.Training.Stop(scope, trial.Job);
        if (trials.Any(t => !t.Ended && Job(t) is not null))
            return false;
        tools.Tunings.Change(scope, name, (tuning, now) =>
        {
            Trial.Store(tuning, trials.Select(t => t with { Ended = true }));
            TuningCounts.Write(tuning, [.. trials.Select(t => (t with { Ended = true }, Job(t)))]);
            TuningJobTable.End(tuning, now, status, reason);
        });
        foreach (var trial in trials)
            tools.Observations.End(scope, trial.Job);
        return true;
    }

    /// <summary>The same chance for the same job at the same point, also after a restart.</summary>
    private Random RandomFor(int number)
    {
        var seed = SHA256.HashData(Encoding.UTF8.GetBytes($"{plan.Seed ?? name}/{number}"));
        return new Random(BitConverter.ToInt32(seed));
    }

    private async Task WaitAsync(CancellationToken shutdown)
    {
        var left = plan.Deadline is { } deadline ? deadline - tools.Time.GetUtcNow() : Timeout.InfiniteTimeSpan;
        using var limit = new CancellationTokenSource(left > TimeSpan.Zero || left == Timeout.InfiniteTimeSpan ? left : TimeSpan.FromSeconds(1), tools.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, shutdown);
        try
        {
            await waking.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!shutdown.IsCancellationRequested)
        {
            // The time is up: the next look sees it.
        }
    }
}
