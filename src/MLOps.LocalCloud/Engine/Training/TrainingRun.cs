using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Containers;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Training;

/// <summary>One attempt of one training job, from its data to its artifacts.</summary>
internal sealed class TrainingRun(TrainingTools tools, Scope scope, string name)
{
    private const int FailureLength = 1024;

    private enum Ended { ByItself, Stopped, OutOfTime }

    /// <param name="stop">Somebody asks the job to stop.</param>
    /// <param name="shutdown">The local cloud ends: the job is left as it is, to be run again at the next start.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken shutdown)
    {
        var job = tools.Jobs.Get(scope, name);
        var folder = JobFolder.Make(tools.State, scope, name);
        var recorder = new TrainingRecorder(tools, scope, name, job.Object("AlgorithmSpecification")!.Objects("MetricDefinitions"));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, shutdown);
        try
        {
            await DownloadAsync(job, folder, either.Token);
            await TrainAsync(job, folder, recorder, stop, shutdown);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            if (!shutdown.IsCancellationRequested)
                End("Stopped", "Stopped", "Training job stopped", recorder);
        }
        catch (TrainingFault fault)
        {
            End("Failed", "Failed", "Training job failed", recorder, fault.Message);
        }
        finally
        {
            folder.Delete();
        }
    }

    private async Task DownloadAsync(JsonObject job, JobFolder folder, CancellationToken cancelled)
    {
        cancelled.ThrowIfCancellationRequested();
        tools.Jobs.Enter(scope, name, "InProgress", "Downloading", "Downloading input data", (j, now) => j["TrainingStartTime"] ??= now);
        folder.WriteConfiguration(job);
        await new ChannelDownload(tools.Objects).RunAsync(scope, job, folder, cancelled);
    }

    private async Task TrainAsync(JsonObject job, JobFolder folder, TrainingRecorder recorder, CancellationToken stop, CancellationToken shutdown)
    {
        tools.Jobs.Enter(scope, name, "InProgress", "Training", "Training image download completed. Training in progress.");
        await using var process = await StartAsync(job, folder, recorder);
        var ended = await EndOfAsync(process, job, stop, shutdown);
        var code = await process.Exited;
        shutdown.ThrowIfCancellationRequested();
        if (ended == Ended.ByItself && code != 0)
            await FailAsync(job, folder, recorder, code, shutdown);
        else
            await FinishAsync(job, folder, recorder, ended, shutdown);
    }

    private async Task<IRunningProcess> StartAsync(JsonObject job, JobFolder folder, TrainingRecorder recorder)
    {
        var algorithm = job.Object("AlgorithmSpecification")!;
        var reference = job.Text("ResolvedImage") ?? algorithm.Required("TrainingImage");
        var image = tools.Images.Find(reference) ?? throw new TrainingFault($"ClientError: The image {reference} does not exist any more.");
        var environment = new Dictionary<string, string>
        {
            ["AWS_REGION"] = scope.Region,
            ["TRAINING_JOB_NAME"] = name,
            ["TRAINING_JOB_ARN"] = job.Required("TrainingJobArn"),
        };
        foreach (var (variable, value) in job.Object("Environment") ?? [])
            environment[variable] = value!.GetValue<string>();
        string[] given = [.. algorithm.Texts("ContainerArguments")];
        string[] entry = [.. algorithm.Texts("ContainerEntrypoint")];
        try
        {
            return await tools.Containers.StartAsync(new ContainerSpec(
                $"training/{name}", image, given.Length > 0 || entry.Length > 0 ? given : ["train"], folder.Root, environment)
            {
                EntryPoint = entry.Length > 0 ? entry : null,
                OnLine = recorder.Take,
            });
        }
        catch (InvalidOperationException e)
        {
            throw new TrainingFault(
                $"AlgorithmError: CannotStartContainerError. Please make sure the container can be run with 'docker run <image> train'. {e.Message}");
        }
    }

    private async Task<Ended> EndOfAsync(IRunningProcess process, JsonObject job, CancellationToken stop, CancellationToken shutdown)
    {
        var seconds = job.Object("StoppingCondition")?.Whole("MaxRuntimeInSeconds") ?? 86_400;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), tools.Time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(stop, shutdown, limit.Token);
        await Task.WhenAny(process.Exited, Task.Delay(Timeout.InfiniteTimeSpan, tools.Time, any.Token));
        if (process.Exited.IsCompleted)
            return Ended.ByItself;
        if (shutdown.IsCancellationRequested)
        {
            await process.StopAsync(TimeSpan.Zero);
            return Ended.Stopped;
        }
        var ended = stop.IsCancellationRequested ? Ended.Stopped : Ended.OutOfTime;
        if (ended == Ended.OutOfTime)
            tools.Jobs.Enter(scope, name, "Stopping", "Stopping", "Training job runtime exceeded MaxRuntimeInSeconds provided");
        var stopping = process.StopAsync(tools.StopGrace);
        await Task.WhenAny(stopping, Task.Delay(Timeout.InfiniteTimeSpan, tools.Time, shutdown));
        if (shutdown.IsCancellationRequested)
            await process.StopAsync(TimeSpan.Zero);
        await stopping;
        return ended;
    }

    private async Task FailAsync(JsonObject job, JobFolder folder, TrainingRecorder recorder, int code, CancellationToken shutdown)
    {
        var reason = File.Exists(folder.Failure) ? await File.ReadAllTextAsync(folder.Failure, shutdown) : "";
        if (reason.Length > FailureLength)
            reason = reason[..FailureLength];
        tools.Jobs.Enter(scope, name, "InProgress", "Uploading", "Uploading the output of the failed training job");
        try
        {
            await new ArtifactUpload(tools.Objects).RunAsync(scope, job, folder, modelRequired: false, shutdown);
        }
        catch (TrainingFault fault)
        {
            recorder.Take(fault.Message); // why the program failed matters more
        }
        End("Failed", "Failed", "Training job failed", recorder, $"AlgorithmError: {reason.TrimEnd()}, exit code: {code}");
    }

    private async Task FinishAsync(JsonObject job, JobFolder folder, TrainingRecorder recorder, Ended ended, CancellationToken shutdown)
    {
        var stopping = ended != Ended.ByItself;
        tools.Jobs.Enter(scope, name, stopping ? "Stopping" : "InProgress", "Uploading", "Uploading generated training model");
        var model = await new ArtifactUpload(tools.Objects).RunAsync(scope, job, folder, modelRequired: !stopping, shutdown);
        switch (ended)
        {
            case Ended.OutOfTime:
                End("Stopped", "MaxRuntimeExceeded", "Training job runtime exceeded MaxRuntimeInSeconds provided", recorder, model: model);
                break;
            case Ended.Stopped:
                End("Stopped", "Stopped", "Training job stopped", recorder, model: model);
                break;
            default:
                End("Completed", "Completed", "Training job completed", recorder, model: model);
                break;
        }
    }

    private void End(string status, string secondary, string message, TrainingRecorder recorder, string? reason = null, string? model = null)
    {
        tools.Jobs.Enter(scope, name, status, secondary, message, (job, now) =>
        {
            var seconds = (int)Math.Ceiling(now - (job.Number("TrainingStartTime") ?? now));
            job["TrainingEndTime"] = now;
            job["TrainingTimeInSeconds"] = seconds;
            job["BillableTimeInSeconds"] = seconds;
            job["FinalMetricDataList"] = recorder.Final();
            job["ModelArtifacts"] = new JsonObject { ["S3ModelArtifacts"] = model ?? ArtifactUpload.Place(job).Below("model.tar.gz").ToString() };
            if (reason is not null)
                job["FailureReason"] = reason;
        });
    }
}
