using System.Net;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Containers;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;
using MLOps.LocalCloud.Services.SageMaker.Transforms;

namespace MLOps.LocalCloud.Engine.Transforms;

/// <summary>The serving process of a batch transform job: the model in its image, on a port of its own.</summary>
internal sealed class ModelServer : IAsyncDisposable
{
    private static readonly TimeSpan BetweenPings = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(250);

    private readonly TransformTools tools;
    private readonly TransformPlan plan;
    private readonly IRunningProcess process;
    private readonly int port;

    private ModelServer(TransformTools tools, TransformPlan plan, IRunningProcess process, int port) =>
        (this.tools, this.plan, this.process, this.port) = (tools, plan, process, port);

    /// <summary>Starts the model and waits until it answers its pings.</summary>
    /// <exception cref="TransformFault">It does not get well.</exception>
    public static async Task<ModelServer> StartAsync(
        TransformTools tools, Scope scope, JsonObject job, TransformPlan plan, string folder, Action<string> onLine, CancellationToken cancelled)
    {
        var variant = VariantPlan.Make(new JsonObject
        {
            ["VariantName"] = "transform",
            ["InstanceType"] = job.Object("TransformResources")!.Text("InstanceType"),
        }, job.Object(TransformJobTable.Model)!, 0);
        var port = tools.Ports.Take();
        IRunningProcess? process = null;
        try
        {
            var files = new ModelFiles(tools.Objects, scope, variant, Directory.CreateDirectory(Path.Combine(folder, "download")).FullName);
            await files.PrepareAsync(cancelled);
            var root = Path.Combine(folder, "ml");
            await files.CopyToAsync(Path.Combine(root, "model"), cancelled);
            var image = tools.Images.Find(variant.ResolvedImage) ?? throw new TransformFault($"ClientError: The image {variant.ResolvedImage} does not exist any more.");
            process = await tools.Containers.StartAsync(new ContainerSpec(
                $"transform/{job.Required("TransformJobName")}", image, ["serve"], root, Environment(scope, job, variant, plan)) { Port = port, OnLine = onLine });
            var server = new ModelServer(tools, plan, process, port);
            await server.ReadyAsync(variant.StartupSeconds, cancelled);
            return server;
        }
        catch (Exception e)
        {
            if (process is not null)
                await process.DisposeAsync();
            tools.Ports.Return(port);
            throw e switch
            {
                DeploymentFault => new TransformFault($"ClientError: {e.Message}"),
                InvalidOperationException => new TransformFault($"AlgorithmError: CannotStartContainerError. Please make sure the model container starts with 'docker run <image> serve'. {e.Message}"),
                _ => e,
            };
        }
    }

    /// <summary>Asks the model; tries again where it may help.</summary>
    /// <exception cref="TransformFault">The model refuses, or does not answer.</exception>
    public async Task<(byte[] Body, string? ContentType)> AskAsync(byte[] body, Action<string> log, CancellationToken cancelled)
    {
        for (var attempt = 0; ; attempt++)
        {
            string trouble;
            var client = false;
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
                limit.CancelAfter(plan.Patience);
                using var answer = await tools.Client.SendAsync(Request(body), limit.Token);
                var content = await answer.Content.ReadAsByteArrayAsync(limit.Token);
                if (answer.IsSuccessStatusCode)
                    return (content, answer.Content.Headers.ContentType?.ToString());
                trouble = $"Bad HTTP status received from algorithm: {(int)answer.StatusCode}: {Beginning(content)}";
                client = (int)answer.StatusCode < 500 && answer.StatusCode != HttpStatusCode.TooManyRequests;
            }
            catch (HttpRequestException e)
            {
                trouble = process.Exited.IsCompleted ? $"The model container ended with exit code {await process.Exited}." : $"The model container does not answer: {e.Message}";
            }
            catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
            {
                trouble = $"The model did not answer within {plan.Patience.TotalSeconds:0} s.";
            }
            log(trouble);
            if (client || attempt >= plan.Retries || process.Exited.IsCompleted)
                throw new TransformFault($"{(client ? "ClientError" : "AlgorithmError")}: {trouble} See job logs for more information");
            await Task.Delay(BetweenTries * (attempt + 1), tools.Time, cancelled);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        tools.Ports.Return(port);
    }

    private HttpRequestMessage Request(byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/invocations") { Content = new ByteArrayContent(body) };
        if (plan.ContentType is { } type)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (plan.Accept is { } accept)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return request;
    }

    private async Task ReadyAsync(int seconds, CancellationToken cancelled)
    {
        var begun = tools.Time.GetTimestamp();
        while (tools.Time.GetElapsedTime(begun).TotalSeconds < seconds)
        {
            if (await tools.Client.PingAsync(port, cancelled))
                return;
            if (process.Exited.IsCompleted)
                throw new TransformFault($"AlgorithmError: The model container ended with exit code {await process.Exited} before it answered its first ping. See job logs for more information");
            await Task.Delay(BetweenPings, tools.Time, cancelled);
        }
        throw new TransformFault("AlgorithmError: The model container did not pass the ping health check. See job logs for more information");
    }

    private static Dictionary<string, string> Environment(Scope scope, JsonObject job, VariantPlan variant, TransformPlan plan)
    {
        var environment = new Dictionary<string, string>
        {
            ["AWS_REGION"] = scope.Region,
            ["SAGEMAKER_BATCH"] = "true",
            ["SAGEMAKER_BATCH_STRATEGY"] = plan.Single ? "SINGLE_RECORD" : "MULTI_RECORD",
            ["SAGEMAKER_MAX_CONCURRENT_TRANSFORMS"] = plan.AtOnce.ToString(),
            ["SAGEMAKER_MAX_PAYLOAD_IN_MB"] = (job.Whole("MaxPayloadInMB") ?? TransformPlan.DefaultPayload).ToString(),
        };
        foreach (var (name, value) in variant.Environment)
            environment[name] = value;
        foreach (var (name, value) in job.Object("Environment") ?? [])
            environment[name] = value!.GetValue<string>();
        return environment;
    }

    private static string Beginning(byte[] content) => System.Text.Encoding.UTF8.GetString(content, 0, Math.Min(content.Length, 400)).Trim();
}
