using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.Tests.Wire.Protocol;

/// <summary>
/// The protocol layer alone, with a handler for every operation of every description: it keeps what it was given and
/// answers a sample that holds every member of the output. <c>/_echo/{request id}</c> tells both.
/// </summary>
public sealed class EchoCloud : IAsyncLifetime
{
    private WebApplication? app;

    public string Address => app!.Urls.Single();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        var echo = new EchoOperations();
        builder.Services.AddSingleton(Options.Create(new LocalCloudOptions())).AddSingleton(TimeProvider.System);
        builder.Services.AddProtocol().AddSingleton<IOperations>(echo);
        app = builder.Build();
        app.UseProtocol();
        app.MapGet("/_echo/{id}", (string id) => Results.Text(echo.Seen[id].ToJsonString(), "application/json"));
        app.MapGet("/_description/{service}", (string service) =>
            Results.Stream(typeof(ApiCatalog).Assembly.GetManifestResourceStream($"api/{service}.json")!, "application/json"));
        app.MapGet("/_services", () => Results.Text(new JsonArray([.. ApiCatalog.Default.Services.Keys.Select(k => (JsonNode)k)]).ToJsonString(), "application/json"));
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app!.StopAsync();
        await app.DisposeAsync();
    }

    private sealed class EchoOperations : IOperations
    {
        public ConcurrentDictionary<string, JsonObject> Seen { get; } = new();

        public void Map(OperationMap map)
        {
            foreach (var service in ApiCatalog.Default.Services.Values)
                foreach (var operation in service.Operations.Values)
                    map.On(service.Name, operation.Name, call => AnswerAsync(operation, call));
        }

        private async Task<OperationAnswer> AnswerAsync(ApiOperation operation, OperationCall call)
        {
            var input = (JsonObject)call.Input.DeepClone();
            if (operation.Input is { HasStreamPayload: true, Payload: { } payload })
            {
                using var body = new MemoryStream();
                await call.Body.CopyToAsync(body, call.Cancelled);
                input[payload.Name] = Convert.ToBase64String(body.ToArray());
            }
            var (answer, output) = SampleAnswer.Of(operation);
            Seen[call.RequestId] = new JsonObject { ["operation"] = operation.Name, ["input"] = input, ["output"] = output };
            return answer;
        }
    }
}
