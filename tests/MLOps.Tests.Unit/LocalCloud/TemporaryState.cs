using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.Tests.Unit.LocalCloud;

/// <summary>A local cloud's state in a folder of its own, which goes with it. <see cref="Reload"/> is a restart after a crash.</summary>
internal sealed class TemporaryState : IDisposable
{
    public static readonly Scope Scope = new("123456789012", "us-east-1");
    private readonly string path = Path.Combine(Path.GetTempPath(), "mlops-" + Guid.NewGuid().ToString("n"));

    public TemporaryState()
    {
        Folder = new StateFolder(Microsoft.Extensions.Options.Options.Create(new LocalCloudOptions { StateFolder = path }));
        Store = new DocumentStore(Folder);
    }

    public StateFolder Folder { get; }

    public DocumentStore Store { get; private set; }

    public CloudEventBus Bus { get; } = new(NullLogger<CloudEventBus>.Instance);

    public string Root => Folder.Root;

    public void Reload()
    {
        Store.Dispose();
        Store = new DocumentStore(Folder);
    }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(path, recursive: true);
    }
}
