using System.Security.Cryptography;
using MLOps.LocalCloud.Engine.Containers;
using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.LocalCloud.Engine.Endpoints;

/// <summary>
/// One instance of a variant: a serving process, started again whenever it ends or stops answering its pings. A patient
/// one goes on trying for ever (an endpoint that served before); another gives up when it never gets well.
/// </summary>
internal sealed class Instance : IAsyncDisposable
{
    private const int Attempts = 3;
    private const int MissedPings = 6;
    private static readonly TimeSpan FirstPings = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LaterPings = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly EndpointTools tools;
    private readonly Scope scope;
    private readonly string endpoint;
    private readonly VariantPlan plan;
    private readonly ModelFiles model;
    private readonly string folder;
    private readonly bool patient;
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource healthyOnce = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task work;
    private TimeSpan grace = TimeSpan.Zero;
    private int inFlight;

    public Instance(EndpointTools tools, Scope scope, string endpoint, VariantPlan plan, ModelFiles model, string variantFolder, bool patient)
    {
        (this.tools, this.scope, this.endpoint, this.plan, this.model, this.patient) = (tools, scope, endpoint, plan, model, patient);
        Id = "i-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(9))[..17];
        folder = Path.Combine(variantFolder, Id);
        LogStream = $"{plan.Name}/{Id}";
        work = Task.Run(RunAsync);
    }

    public string Id { get; }

    /// <summary>Its stream in <c>/aws/sagemaker/Endpoints/ENDPOINT</c>.</summary>
    public string LogStream { get; }

    /// <summary>Where the process listens while it is healthy.</summary>
    public int Port { get; private set; }

    /// <summary>Whether it takes requests.</summary>
    public bool Healthy { get; private set; }

    /// <summary>Requests that it has not answered yet.</summary>
    public int InFlight => Volatile.Read(ref inFlight);

    /// <summary>Ends when it was healthy for the first time; a <see cref="DeploymentFault"/> says why it never will be.</summary>
    public Task HealthyOnce => healthyOnce.Task;

    public void Enter() => Interlocked.Increment(ref inFlight);

    public void Leave() => Interlocked.Decrement(ref inFlight);

    /// <summary>Ends the process: SIGTERM, then SIGKILL.</summary>
    public async Task StopAsync(TimeSpan within)
    {
        grace = within;
        await stopping.CancelAsync();
        await work;
        stopping.Dispose();
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);

    private async Task RunAsync()
    {
        var failures = 0;
        try
        {
            await model.CopyToAsync(Path.Combine(folder, "model"), stopping.Token);
            while (!stopping.IsCancellationRequested)
            {
                failures = await ServeAsync() ? 0 : failures + 1;
                if (failures >= Attempts && !patient && !healthyOnce.Task.IsCompleted)
                    throw Unwell();
                var wait = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(failures, 10)));
                await Task.Delay(wait < LongestWait ? wait : LongestWait, tools.Time, stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            healthyOnce.TrySetCanceled();
        }
        catch (DeploymentFault fault)
        {
            Log(fault.Message);
            healthyOnce.TrySetException(fault);
        }
    }

    /// <summary>One process from its start to its end; whether it was ever healthy.</summary>
    private async Task<bool> ServeAsync()
    {
        var port = tools.Ports.Take();
        try
        {
            await using var process = await StartAsync(port);
            try
            {
                if (!await AnswersAsync(process, port))
                    return false;
                Port = port;
                Healthy = true;
                healthyOnce.TrySetResult();
                await WatchAsync(process, port);
                return true;
            }
            finally
            {
                Healthy = false;
                await process.StopAsync(stopping.IsCancellationRequested ? grace : TimeSpan.Zero);
            }
        }
        catch (InvalidOperationException e) when (patient)
        {
            Log($"The serving process cannot be started: {e.Message}");
            return false;
        }
        catch (InvalidOperationException e)
        {
            throw new DeploymentFault(
                $"CannotStartContainerError. Please ensure the model container for variant {plan.Name} starts correctly when invoked with 'docker run <image> serve'. {e.Message}");
        }
        finally
        {
            tools.Ports.Return(port);
        }
    }

    private Task<IRunningProcess> StartAsync(int port)
    {
        var image = tools.Images.Find(plan.ResolvedImage) ?? throw new InvalidOperationException($"The image {plan.ResolvedImage} does not exist any more.");
        var environment = new Dictionary<string, string> { ["AWS_REGION"] = scope.Region };
        foreach (var (name, value) in plan.Environment)
            environment[name] = value;
        return tools.Containers.StartAsync(new ContainerSpec($"endpoint/{endpoint}/{LogStream}", image, ["serve"], folder, environment) { Port = port, OnLine = Log });
    }

    private async Task<bool> AnswersAsync(IRunningProcess process, int port)
    {
        var begun = tools.Time.GetTimestamp();
        while (tools.Time.GetElapsedTime(begun).TotalSeconds < plan.StartupSeconds)
        {
            if (await tools.Client.PingAsync(port, stopping.Token))
                return true;
            if (process.Exited.IsCompleted)
            {
                Log($"The serving process ended with exit code {await process.Exited} before it answered its first ping.");
                return false;
            }
            await Task.Delay(FirstPings, tools.Time, stopping.Token);
        }
        return patient || healthyOnce.Task.IsCompleted ? false : throw Unwell();
    }

    private async Task WatchAsync(IRunningProcess process, int port)
    {
        for (var missed = 0; missed < MissedPings;)
        {
            await Task.WhenAny(process.Exited, Task.Delay(LaterPings, tools.Time, stopping.Token));
            stopping.Token.ThrowIfCancellationRequested();
            if (process.Exited.IsCompleted)
            {
                Log($"The serving process ended with exit code {await process.Exited}: it is started again.");
                return;
            }
            missed = await tools.Client.PingAsync(port, stopping.Token) ? 0 : missed + 1;
        }
        Log("The serving process does not answer its pings: it is started again.");
    }

    private DeploymentFault Unwell() => new(
        $"The primary container for production variant {plan.Name} did not pass the ping health check. Please check CloudWatch logs for this endpoint.");

    /// <summary>Writes a line to its log stream.</summary>
    public void Log(string line) => tools.Logs.Append(scope, $"/aws/sagemaker/Endpoints/{endpoint}", LogStream, line);
}
