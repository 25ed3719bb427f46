using System.Text;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Portal.Features.Playground.Requests;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Playground.Answers;

/// <summary>Sends requests, each in the way that was chosen, and tells when something has come of them.</summary>
internal sealed class Sender(CommandGate gate, IEndpointInvoker invoker, IStreamingInvoker streams, IAsyncInvoker asyncs, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Rendering = TimeSpan.FromMilliseconds(100);

    /// <summary>SageMaker lets an asynchronous request wait for six hours; nobody watches a page that long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    /// <summary>Sends and waits; what the cloud refuses is in the attempt.</summary>
    /// <param name="changed">Is called when something has arrived.</param>
    /// <exception cref="NotAllowedException">The person may not send requests.</exception>
    public async Task SendAsync(string connection, Attempt attempt, Func<Task> changed, CancellationToken cancelled)
    {
        try
        {
            attempt.Answer = await gate.RunAsync(Policies.Invoke, $"invoke endpoint {attempt.Request.Endpoint}", () => attempt.Mode switch
            {
                SendMode.Stream => StreamAsync(connection, attempt, changed, cancelled),
                SendMode.Async => WaitAsync(connection, attempt, changed, cancelled),
                _ => invoker.InvokeAsync(connection, attempt.Request, cancelled),
            });
        }
        catch (CloudException refused)
        {
            attempt.Fault = refused.Fault;
        }
        await changed();
    }

    private async Task<InvocationResult> StreamAsync(string connection, Attempt attempt, Func<Task> changed, CancellationToken cancelled)
    {
        // A model may send thousands of pieces a second; the page follows a few times a second.
        var answering = streams.StreamAsync(connection, attempt.Request, attempt.Take, cancelled);
        var shown = 0;
        while (await Task.WhenAny(answering, Task.Delay(Rendering, time, cancelled)) != answering)
        {
            cancelled.ThrowIfCancellationRequested();
            if (attempt.Pieces != shown)
            {
                shown = attempt.Pieces;
                await changed();
            }
        }
        return await answering;
    }

    private async Task<InvocationResult> WaitAsync(string connection, Attempt attempt, Func<Task> changed, CancellationToken cancelled)
    {
        var started = time.GetTimestamp();
        attempt.Waiting = await asyncs.StartAsync(connection, attempt.Request, cancelled);
        await changed();
        while (time.GetElapsedTime(started) < Patience)
        {
            if (await asyncs.LookAsync(connection, attempt.Waiting, cancelled) is { } outcome)
                return new InvocationResult(outcome.Succeeded ? 200 : 500, outcome.Body, outcome.ContentType, "", time.GetElapsedTime(started));
            await Task.Delay(Look, time, cancelled);
        }
        return new InvocationResult(504, Encoding.UTF8.GetBytes($"There was no answer within {Patience.TotalMinutes:0} minutes. It may still come, at {attempt.Waiting.Output}."), "text/plain", "", time.GetElapsedTime(started));
    }
}
