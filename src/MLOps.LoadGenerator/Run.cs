using Amazon;
using Amazon.Runtime;
using Amazon.SageMakerRuntime;
using Amazon.SageMakerRuntime.Model;

namespace MLOps.LoadGenerator;

/// <summary>Carries out an order: a number of workers each send one request after the other.</summary>
internal sealed class Run(LoadOrder order, AWSCredentials credentials, TimeProvider time, Action<LoadEvent> tell)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    private readonly Measures all = new();
    private readonly Measures interval = new();
    private readonly long begun = time.GetTimestamp();
    private int turn;
    private int concurrency;

    private double Seconds => time.GetElapsedTime(begun).TotalSeconds;

    public async Task AnswerAsync(CancellationToken cancelled)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(order.MaxSeconds));
        using var client = Client();
        using var ticking = new CancellationTokenSource();
        var ticks = TickAsync(ticking.Token);
        try
        {
            foreach (var step in LoadPlan.Of(order.Concurrency, order.Requests))
            {
                if (limit.IsCancellationRequested)
                    break;
                await StepAsync(client, step, limit.Token);
            }
        }
        finally
        {
            await ticking.CancelAsync();
            await ticks;
        }
        var (done, errors, latency) = all.Read();
        var (kinds, first) = all.Errors();
        tell(new LoadEnded(cancelled.IsCancellationRequested ? "cancelled" : limit.IsCancellationRequested ? "time" : "done", done, errors, Seconds, latency, kinds, first));
    }

    private async Task StepAsync(AmazonSageMakerRuntimeClient client, LoadPlan.Planned step, CancellationToken cancelled)
    {
        concurrency = step.Concurrency;
        var measured = new Measures();
        var started = time.GetTimestamp();
        var left = step.Requests;
        await Task.WhenAll(Enumerable.Range(0, step.Concurrency).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0 && !cancelled.IsCancellationRequested)
                await AskAsync(client, measured, cancelled);
        }, CancellationToken.None)));
        var (done, errors, latency) = measured.Read();
        if (done > 0)
            tell(new LoadStep(step.Concurrency, done, errors, time.GetElapsedTime(started).TotalSeconds, latency));
    }

    private async Task AskAsync(AmazonSageMakerRuntimeClient client, Measures step, CancellationToken cancelled)
    {
        var body = order.Bodies[(int)((uint)Interlocked.Increment(ref turn) % (uint)order.Bodies.Count)];
        var started = time.GetTimestamp();
        try
        {
            await client.InvokeEndpointAsync(new InvokeEndpointRequest
            {
                EndpointName = order.Endpoint,
                Body = new MemoryStream(body, writable: false),
                ContentType = OrNull(order.ContentType),
                Accept = OrNull(order.Accept),
                CustomAttributes = OrNull(order.CustomAttributes),
                TargetVariant = OrNull(order.Variant),
            }, cancelled);
            var took = time.GetElapsedTime(started);
            foreach (var measures in (Measures[])[all, interval, step])
                measures.Answered(took);
        }
        catch (Exception) when (cancelled.IsCancellationRequested)
        {
            // Not answered, and not the endpoint's fault.
        }
        catch (Exception e)
        {
            // Whatever goes wrong with one request is a figure of the run.
            var took = time.GetElapsedTime(started);
            foreach (var measures in (Measures[])[all, interval, step])
                measures.Failed(took, Kind(e), e.Message);
        }
    }

    private async Task TickAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
                TellTick();
        }
        catch (OperationCanceledException)
        {
            TellTick();
        }
    }

    private void TellTick()
    {
        var (done, _, latency) = interval.Take();
        var (total, errors, _) = all.Read();
        tell(new LoadTick(Seconds, concurrency, total, errors, done / Tick.TotalSeconds, latency));
    }

    private AmazonSageMakerRuntimeClient Client()
    {
        // Nothing is tried again: what failed shall be seen.
        var config = new AmazonSageMakerRuntimeConfig { MaxErrorRetry = 0, Timeout = TimeSpan.FromSeconds(70), MaxConnectionsPerServer = order.Concurrency };
        if (order.EndpointUrl.Length > 0)
            (config.ServiceURL, config.AuthenticationRegion) = (order.EndpointUrl, order.Region);
        else
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(order.Region);
        return new AmazonSageMakerRuntimeClient(credentials, config);
    }

    private static string Kind(Exception e) => e switch
    {
        ModelErrorException { OriginalStatusCode: { } status } => $"model {status}",
        AmazonServiceException { StatusCode: not 0 } service => $"{(int)service.StatusCode} {service.ErrorCode}",
        OperationCanceledException or TimeoutException => "no answer in time",
        _ => e.InnerException is TimeoutException or OperationCanceledException ? "no answer in time" : "no connection",
    };

    private static string? OrNull(string text) => text.Length > 0 ? text : null;
}
