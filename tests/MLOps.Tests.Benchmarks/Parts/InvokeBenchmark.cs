using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud;
using MLOps.Cloud.Endpoints;
using MLOps.Tests.Benchmarks.Measuring;

namespace MLOps.Tests.Benchmarks.Parts;

/// <summary>One request at a time to the development endpoint, by each way in turn: all in one run, so that they can be compared.</summary>
internal static class InvokeBenchmark
{
    private const string Body = "4.6,3.1,1.5,0.2";
    private const int WarmUp = 200;
    private const int PerRound = 300;
    private const int ClicksPerRound = 10;

    public static async Task<string> RunAsync(Workshop workshop, BenchmarkOptions options)
    {
        if (workshop.Portal is null)
            await workshop.StartAsync();
        var portal = workshop.Portal!;
        await using var services = Services(portal.CloudUrl);
        var invoker = services.GetRequiredService<IEndpointInvoker>();
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.SignedInAsync(portal);
        var playground = await PlaygroundPage.OpenAsync(page, Workshop.Development, Body);
        var raw = ServingProcess.Find(portal.State, Workshop.Development);
        var cloud = new Uri($"{portal.CloudUrl}/endpoints/{Workshop.Development}/invocations");
        (string Way, Func<Task> Ask, int Count, Samples Took)[] ways =
        [
            ("the serving process itself", () => PostAsync(workshop.Http, raw), PerRound, new()),
            ("InvokeEndpoint of the local cloud, plain HTTP", () => PostAsync(workshop.Http, cloud), PerRound, new()),
            ("the portal's invoker (SDK client, signature, checks)", () => InvokeAsync(invoker), PerRound, new()),
        ];
        foreach (var way in ways)
            await TimesAsync(way.Ask, WarmUp, new());
        await playground.SendAsync();
        var clicks = new Samples();
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var way in ways)
                await TimesAsync(way.Ask, way.Count, way.Took);
            for (var i = 0; i < ClicksPerRound; i++)
                clicks.Add(await playground.SendAsync());
            Progress.Say($"invoke {round}: {string.Join(", ", ways.Select(w => $"{w.Took.Median:0.00} ms"))}, page {clicks.Median:0} ms");
        }
        var table = new MarkdownTable($"Invocation, one at a time, {options.Rounds * PerRound} requests a way ({clicks.Count} clicks)", "through", "median ms", "p90 ms", "× the process");
        foreach (var way in ways)
            table.Row(way.Way, Samples.Text(way.Took.Median), Samples.Text(way.Took.P90), Samples.Text(way.Took.Median / ways[0].Took.Median));
        return table.Row("the playground's page: click to the answer on the screen", Samples.Text(clicks.Median), Samples.Text(clicks.P90), Samples.Text(clicks.Median / ways[0].Took.Median)).ToString();
    }

    private static async Task TimesAsync(Func<Task> ask, int count, Samples took)
    {
        for (var i = 0; i < count; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await ask();
            took.Add(Stopwatch.GetElapsedTime(begun));
        }
    }

    private static async Task PostAsync(HttpClient http, Uri where)
    {
        using var content = new StringContent(Body, Encoding.ASCII, "text/csv");
        using var answer = await http.PostAsync(where, content);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
    }

    private static async Task InvokeAsync(IEndpointInvoker invoker)
    {
        var answer = await invoker.InvokeAsync("local", new InvocationRequest(Workshop.Development, Encoding.ASCII.GetBytes(Body)));
        if (!answer.IsSuccess)
            throw new InvalidOperationException($"the model refused: {answer.Text}");
    }

    /// <summary>What the portal asks the cloud with; nothing of it runs by itself.</summary>
    private static ServiceProvider Services(string cloud)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Cloud:EndpointUrl"] = cloud, ["Cloud:Workshop:Seed"] = "false" }).Build();
        return new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddMLOpsCloud(configuration).BuildServiceProvider();
    }
}
