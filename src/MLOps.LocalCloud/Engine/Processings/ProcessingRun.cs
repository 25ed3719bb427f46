using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Containers;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.Engine.Training;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Processings;

/// <summary>One attempt of one processing job, from its inputs to its outputs.</summary>
internal sealed class ProcessingRun(ProcessingTools tools, Scope scope, string name)
{
    private const string Group = "/aws/sagemaker/ProcessingJobs";
    private const int MessageLength = 1024;

    private readonly string stream = $"{name}/algo-1-{tools.Time.GetUtcNow().ToUnixTimeSeconds()}";

    /// <param name="stop">Somebody asks the job to stop.</param>
    /// <param name="shutdown">The local cloud ends: the job is left as it is, to be run again at the next start.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken shutdown)
    {
        var folder = ProcessingFolder.Make(tools.State, scope, name);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, shutdown);
        try
        {
            either.Token.ThrowIfCancellationRequested();
            tools.Jobs.Enter(scope, name, "InProgress", (job, now) => job["ProcessingStartTime"] = now);
            var job = tools.Jobs.Get(scope, name);
            folder.WriteConfiguration(job);
            await DownloadAsync(job, folder, either.Token);
            await ProcessAsync(job, folder, stop, shutdown);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            if (!shutdown.IsCancellationRequested)
                End(folder, "Stopped");
        }
        catch (Exception e) when (e is TrainingFault or AwsException)
        {
            End(folder, "Failed", e is TrainingFault ? e.Message : $"ClientError: {e.Message}");
        }
        finally
        {
            folder.Delete();
        }
    }

    private async Task DownloadAsync(JsonObject job, ProcessingFolder folder, CancellationToken cancelled)
    {
        var download = new ChannelDownload(tools.Objects);
        foreach (var input in job.Objects("ProcessingInputs").Select(i => i.Object("S3Input")!))
        {
            var target = Directory.CreateDirectory(folder.Of(input.Required("LocalPath"))).FullName;
            await download.IntoAsync(scope, S3Location.Parse(input.Required("S3Uri"))!, input.Text("S3DataType") == "ManifestFile", target, cancelled);
        }
        foreach (var output in Outputs(job))
            Directory.CreateDirectory(folder.Of(output.Required("LocalPath")));
    }

    private async Task ProcessAsync(JsonObject job, ProcessingFolder folder, CancellationToken stop, CancellationToken shutdown)
    {
        await using var process = await StartAsync(job, folder);
        var outOfTime = await WaitAsync(process, job, stop, shutdown);
        var code = await process.Exited;
        shutdown.ThrowIfCancellationRequested();
        // Outputs that SageMaker uploads continuously are complete at the end too.
        foreach (var output in Outputs(job))
            await UploadAsync(folder.Of(output.Required("LocalPath")), S3Location.Parse(output.Required("S3Uri"))!, shutdown);
        if (outOfTime)
            End(folder, "Stopped", "ClientError: The processing job ran longer than its MaxRuntimeInSeconds.");
        else if (stop.IsCancellationRequested)
            End(folder, "Stopped");
        else if (code != 0)
            End(folder, "Failed", $"AlgorithmError: See job logs for more information, exit code: {code}");
        else
            End(folder, "Completed");
    }

    private async Task<IRunningProcess> StartAsync(JsonObject job, ProcessingFolder folder)
    {
        var app = job.Object("AppSpecification")!;
        var reference = job.Required("ResolvedImage");
        var image = tools.Images.Find(reference) ?? throw new TrainingFault($"ClientError: The image {reference} does not exist any more.");
        var environment = new Dictionary<string, string> { ["AWS_REGION"] = scope.Region, ["PROCESSING_JOB_NAME"] = name };
        foreach (var (variable, value) in job.Object("Environment") ?? [])
            environment[variable] = value!.GetValue<string>();
        string[] given = [.. app.Texts("ContainerArguments")];
        string[] entry = [.. app.Texts("ContainerEntrypoint")];
        try
        {
            return await tools.Containers.StartAsync(new ContainerSpec(
                $"processing/{name}", image, given.Length > 0 || entry.Length > 0 ? given : image.Command, folder.Root, environment)
            {
                EntryPoint = entry.Length > 0 ? entry : null,
                OnLine = line => tools.Logs.Append(scope, Group, stream, line),
            });
        }
        catch (InvalidOperationException e)
        {
            throw new TrainingFault($"AlgorithmError: CannotStartContainerError. {e.Message}");
        }
    }

    /// <summary>Waits for the program, and stops it where it has to; whether its time was up.</summary>
    private async Task<bool> WaitAsync(IRunningProcess process, JsonObject job, CancellationToken stop, CancellationToken shutdown)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(job.Object("StoppingCondition")!.Whole("MaxRuntimeInSeconds")!.Value), tools.Time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(stop, shutdown, limit.Token);
        await Task.WhenAny(process.Exited, Task.Delay(Timeout.InfiniteTimeSpan, tools.Time, any.Token));
        if (process.Exited.IsCompleted)
            return false;
        var stopping = process.StopAsync(shutdown.IsCancellationRequested ? TimeSpan.Zero : tools.StopGrace);
        await Task.WhenAny(stopping, Task.Delay(Timeout.InfiniteTimeSpan, tools.Time, shutdown));
        if (shutdown.IsCancellationRequested)
            await process.StopAsync(TimeSpan.Zero);
        await stopping;
        return !stop.IsCancellationRequested && !shutdown.IsCancellationRequested;
    }

    private async Task UploadAsync(string folder, S3Location target, CancellationToken cancelled)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            await tools.Objects.UploadAsync(scope, target.Below(Path.GetRelativePath(folder, file)), file, cancelled);
    }

    private void End(ProcessingFolder folder, string status, string? reason = null)
    {
        var message = File.Exists(folder.Message) ? File.ReadAllText(folder.Message) : null;
        tools.Jobs.Enter(scope, name, status, (job, _) =>
        {
            if (message is not null)
                job["ExitMessage"] = message.Length > MessageLength ? message[..MessageLength] : message;
            if (reason is not null)
                job["FailureReason"] = reason;
        });
    }

    private static IEnumerable<JsonObject> Outputs(JsonObject job) =>
        job.Object("ProcessingOutputConfig")?.Objects("Outputs").Select(o => o.Object("S3Output")!) ?? [];
}
