using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLOps.LocalCloud;

namespace MLOps.Tests.Wire.Support;

/// <summary>
/// A local cloud of a test class's own: in this process, on a free port, with its state in a temporary folder that goes
/// when the tests are done. Use it as a class fixture; derive from it to change options.
/// </summary>
public class LocalCloudFixture : IAsyncLifetime
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"mlops-wire-{Guid.NewGuid():N}");
    private WebApplication? app;

    /// <summary>Where the local cloud answers, such as <c>http://127.0.0.1:43211</c>.</summary>
    public string Address => app?.Urls.Single() ?? throw new InvalidOperationException("The local cloud is not started.");

    /// <summary>The services of the local cloud.</summary>
    public IServiceProvider Services => app?.Services ?? throw new InvalidOperationException("The local cloud is not started.");

    /// <summary>The folder with its state; files of a test may lie in it too.</summary>
    public string StateFolder => folder;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(folder);
        var options = new LocalCloudOptions { Port = 0, StateFolder = folder };
        Configure(options);
        app = LocalCloudApplication.Build(options, Configure);
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Runs Python with boto3 against this local cloud; see <see cref="PythonScript"/>.</summary>
    public Task<ClientRun> PythonAsync(string script, params string[] arguments) => PythonScript.RunAsync(Address, script, arguments);

    /// <summary>Runs the AWS CLI against this local cloud; see <see cref="AwsCli"/>.</summary>
    public Task<ClientRun> AwsAsync(params string[] arguments) => AwsCli.RunAsync(Address, arguments);

    /// <summary>Changes the options before the start.</summary>
    protected virtual void Configure(LocalCloudOptions options)
    {
    }

    /// <summary>Changes the composition before the start.</summary>
    protected virtual void Configure(WebApplicationBuilder builder) =>
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
}
