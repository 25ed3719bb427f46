using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Training;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Transforms;

/// <summary>One attempt of one batch transform job: each object of the input becomes one of the output.</summary>
internal sealed class TransformRun(TransformTools tools, Scope scope, string name)
{
    private const string Group = "/aws/sagemaker/TransformJobs";
    private readonly string stream = $"{name}/i-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(9))[..17]}";

    /// <param name="stop">Somebody asks the job to stop.</param>
    /// <param name="shutdown">The local cloud ends: the job is left as it is, to be run again at the next start.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken shutdown)
    {
        var folder = Path.Combine(tools.State.Folder("transforms", $"{scope.Account}-{scope.Region}"), name);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, shutdown);
        Delete(folder);
        try
        {
            Directory.CreateDirectory(folder);
            either.Token.ThrowIfCancellationRequested();
            tools.Jobs.Enter(scope, name, "InProgress", (job, now) => job["TransformStartTime"] = now);
            await TransformAsync(tools.Jobs.Get(scope, name), folder, either.Token);
            tools.Jobs.Enter(scope, name, "Completed");
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            if (!shutdown.IsCancellationRequested)
                tools.Jobs.Enter(scope, name, "Stopped");
        }
        catch (Exception e) when (e is TransformFault or TrainingFault or AwsException or InvalidDataException)
        {
            Log(e.Message);
            tools.Jobs.Fail(scope, name, e is TransformFault or TrainingFault ? e.Message : $"ClientError: {e.Message}");
        }
        finally
        {
            Delete(folder);
        }
    }

    private async Task TransformAsync(JsonObject job, string folder, CancellationToken cancelled)
    {
        var plan = TransformPlan.Read(job);
        var files = await new ChannelDownload(tools.Objects).FilesAsync(scope, plan.Source, plan.IsManifest, cancelled);
        await using var server = await ModelServer.StartAsync(tools, scope, job, plan, folder, Line, cancelled);
        Log($"MaxConcurrentTransforms={plan.AtOnce}, MaxPayloadInMB={job.Whole("MaxPayloadInMB") ?? TransformPlan.DefaultPayload}, BatchStrategy={(plan.Single ? "SINGLE_RECORD" : "MULTI_RECORD")}");
        foreach (var (location, key) in files)
        {
            var (input, output) = (Path.Combine(folder, "input"), Path.Combine(folder, "output"));
            await tools.Objects.DownloadAsync(scope, location, input, cancelled);
            await OneAsync(plan, server, location, input, output, cancelled);
            await tools.Objects.UploadAsync(scope, plan.Target.Below($"{key}.out"), output, cancelled);
        }
    }

    private async Task OneAsync(TransformPlan plan, ModelServer server, S3Location location, string input, string output, CancellationToken cancelled)
    {
        await using var target = File.Create(output);
        var window = new List<Batch>();
        await foreach (var batch in Batch.ReadAsync(plan, input, cancelled))
        {
            window.Add(batch);
            if (window.Count == plan.AtOnce)
                await FlushAsync();
        }
        await FlushAsync();

        // So many requests at once, their answers in the order of the input.
        async Task FlushAsync()
        {
            var answers = await Task.WhenAll(window.Select(async batch =>
            {
                var (body, type) = await server.AskAsync(batch.Body, line => Log($"{location.Bucket}/{location.Key}: {line}"), cancelled);
                return Answer.Assemble(plan, batch, body, type);
            }));
            foreach (var answer in answers)
                await target.WriteAsync(answer, cancelled);
            window.Clear();
        }
    }

    private void Line(string line) => tools.Logs.Append(scope, Group, stream, line);

    /// <summary>What SageMaker itself says of the data stands in a stream of its own.</summary>
    private void Log(string line) => tools.Logs.Append(scope, Group, $"{stream}/data-log", $"[sagemaker logs]: {line}");

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
