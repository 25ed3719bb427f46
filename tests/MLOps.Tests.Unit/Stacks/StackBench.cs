using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Stacks;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.CloudFormation;
using MLOps.LocalCloud.State;

namespace MLOps.Tests.Unit.Stacks;

/// <summary>CloudFormation over a state folder of its own and a fake of the other services.</summary>
internal sealed class StackBench : IAsyncDisposable
{
    public static readonly Scope Scope = new("123456789012", "us-east-1");
    private readonly string folder;
    private readonly ServiceProvider services;
    private readonly OperationMap map = new();

    public StackBench(FakeCloud? cloud = null, string? folder = null, TimeProvider? time = null)
    {
        Cloud = cloud ?? new FakeCloud();
        this.folder = folder ?? Directory.CreateTempSubdirectory("stacks-").FullName;
        services = new ServiceCollection()
            .AddSingleton(Options.Create(new LocalCloudOptions { StateFolder = this.folder }))
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSingleton(time ?? TimeProvider.System)
            .AddSingleton<StateFolder>().AddSingleton<DocumentStore>().AddSingleton<CloudEventBus>()
            .AddSingleton<ICloudCaller>(Cloud)
            .AddStacks()
            .BuildServiceProvider();
        foreach (var operations in services.GetServices<IOperations>())
            operations.Map(map);
    }

    public FakeCloud Cloud { get; }

    public async Task<StackBench> StartAsync()
    {
        foreach (var hosted in services.GetServices<IHostedService>())
            await hosted.StartAsync(CancellationToken.None);
        return this;
    }

    public async Task<JsonObject> CallAsync(string operation, JsonObject input) =>
        (await map.Find("cloudformation", operation)!(new OperationCall("cloudformation", operation, Scope, input) { Principal = "arn:aws:iam::123456789012:root" })).Output;

    public Task<JsonObject> CreateAsync(string template, JsonObject? more = null, string name = "shop") => CallAsync("CreateStack", Input(template, more, name));

    public Task<JsonObject> UpdateAsync(string template, JsonObject? more = null, string name = "shop") => CallAsync("UpdateStack", Input(template, more, name));

    /// <summary>Waits until nothing is under way and gives the stack's state.</summary>
    public async Task<string> SettledAsync(string name = "shop")
    {
        var stack = await StackAsync(name);
        await services.GetRequiredService<StackEngine>().IdleAsync(stack.Required("StackId")).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        return (await StackAsync(stack.Required("StackId"))).Required("StackStatus");
    }

    public async Task<JsonObject> StackAsync(string name = "shop") => (await CallAsync("DescribeStacks", new JsonObject { ["StackName"] = name })).Objects("Stacks").Single();

    /// <summary>Events as <c>Id STATUS</c>, the first first.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync(string name = "shop") =>
        [.. (await RawEventsAsync(name)).Select(e => $"{e.Text("LogicalResourceId")} {e.Text("ResourceStatus")}")];

    public async Task<IReadOnlyList<JsonObject>> RawEventsAsync(string name = "shop") =>
        [.. (await CallAsync("DescribeStackEvents", new JsonObject { ["StackName"] = name })).Objects("StackEvents").Reverse()];

    /// <summary>A copy of the state as it is now, as a process finds it that starts after this one was killed.</summary>
    public string CopyState()
    {
        var copy = Directory.CreateTempSubdirectory("stacks-").FullName;
        foreach (var file in Directory.GetFiles(folder))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in services.GetServices<IHostedService>())
            await hosted.StopAsync(CancellationToken.None);
        await AbandonAsync();
    }

    /// <summary>Leaves without stopping what runs.</summary>
    public async Task AbandonAsync()
    {
        await services.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static JsonObject Input(string template, JsonObject? more, string name)
    {
        var input = more?.DeepClone().AsObject() ?? [];
        (input["StackName"], input["TemplateBody"]) = (name, template);
        return input;
    }
}
