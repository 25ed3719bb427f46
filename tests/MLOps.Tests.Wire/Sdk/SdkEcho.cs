using Amazon.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Wire.Sdk;

/// <summary>The local cloud's wire alone, with an echo behind it.</summary>
public sealed class SdkEcho : IAsyncLifetime
{
    private WebApplication? app;

    internal EchoOperations Operations { get; } = new(EveryOperationTests.Services.SelectMany(row => new ApiDescription(row.Data).ClientOperations.Select(o => (row.Data, o.Name))));

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton(Options.Create(new LocalCloudOptions())).AddSingleton(TimeProvider.System);
        builder.Services.AddProtocol().AddSingleton<IOperations>(Operations);
        app = builder.Build();
        app.UseProtocol();
        await app.StartAsync();
    }

    /// <summary>Points a client's configuration here.</summary>
    public TConfig Configure<TConfig>(TConfig config) where TConfig : ClientConfig
    {
        (config.ServiceURL, config.AuthenticationRegion, config.MaxErrorRetry) = (app!.Urls.Single(), "us-east-1", 0);
        return config;
    }

    public async ValueTask DisposeAsync()
    {
        await app!.StopAsync();
        await app.DisposeAsync();
    }
}

/// <summary>A generated client, called by the names of the description.</summary>
internal sealed class EchoClient : IDisposable
{
    private readonly IDisposable client;

    public EchoClient(SdkEcho cloud, string service)
    {
        Api = new ApiDescription(service);
        Objects = new CanonicalObjects(Api);
        var config = cloud.Configure((ClientConfig)Activator.CreateInstance(Type($"Amazon{Api.Name}Config"))!);
        client = (IDisposable)Activator.CreateInstance(Type($"Amazon{Api.Name}Client"), "key", "secret", config)!;
    }

    public ApiDescription Api { get; }

    public CanonicalObjects Objects { get; }

    public object NewRequest(string operation) => Activator.CreateInstance(Type($"Model.{operation}Request"))!;

    public async Task<AmazonWebServiceResponse> CallAsync(string operation, object request)
    {
        var call = (Task)client.GetType().GetMethod($"{operation}Async", [request.GetType(), typeof(CancellationToken)])!
            .Invoke(client, [request, TestContext.Current.CancellationToken])!;
        await call;
        return (AmazonWebServiceResponse)call.GetType().GetProperty("Result")!.GetValue(call)!;
    }

    public void Dispose() => client.Dispose();

    private Type Type(string name) => typeof(Amazon.SageMaker.AmazonSageMakerClient).Assembly.GetType($"Amazon.{Api.Name}.{name}", throwOnError: true)!;
}

/// <summary>Stands in for every operation: keeps what the local cloud made of the request and answers what the test laid out.</summary>
internal sealed class EchoOperations(IEnumerable<(string Service, string Operation)> operations) : IOperations
{
    public OperationCall? Call { get; private set; }

    public byte[] Body { get; private set; } = [];

    public Func<OperationAnswer> Answer { get; set; } = () => OperationAnswer.Empty;

    public void Map(OperationMap map)
    {
        foreach (var (service, operation) in operations)
            map.On(service, operation, HandleAsync);
    }

    private async Task<OperationAnswer> HandleAsync(OperationCall call)
    {
        using var body = new MemoryStream();
        await call.Body.CopyToAsync(body, call.Cancelled);
        Body = body.ToArray();
        Call = call;
        return Answer();
    }
}
