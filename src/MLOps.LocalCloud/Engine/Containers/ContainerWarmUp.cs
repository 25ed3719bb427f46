using MLOps.LocalCloud.Engine.Events;

namespace MLOps.LocalCloud.Engine.Containers;

/// <summary>Finds out how images run here when the first one is pushed, so that the job which then uses it starts at once.</summary>
internal sealed class ContainerWarmUp(CloudEventBus events, ContainerRunner runner, ContainerEnvironment environments, ILogger<ContainerWarmUp> logger) : IHostedService
{
    private IDisposable? subscription;
    private Task work = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        subscription = events.Subscribe(happened =>
        {
            if (happened.Source != "aws.ecr" || Interlocked.Exchange(ref subscription, null) is not { } own)
                return;
            own.Dispose();
            work = Task.Run(WarmUpAsync, CancellationToken.None);
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref subscription, null)?.Dispose();
        return work;
    }

    private async Task WarmUpAsync()
    {
        environments.WarmUp();
        try
        {
            await runner.ChosenAsync();
        }
        catch (InvalidOperationException e)
        {
            logger.LogError("Images cannot run: {Message}", e.Message);
        }
    }
}
