using System.Diagnostics;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;
using MLOps.Tests.Benchmarks.Measuring;

namespace MLOps.Tests.Benchmarks.Seeding;

/// <summary>
/// Fills the state of a local cloud that does not run. Training jobs, models and endpoints go into the state's documents: ten thousand
/// jobs would really train and a thousand endpoints really serve if they were asked for by the API. Pipelines are created by the API.
/// </summary>
internal static class StateSeed
{
    public static readonly Scope Scope = new("123456789012", "us-east-1");

    /// <param name="folder">The local cloud's state folder; what it holds stays.</param>
    public static async Task FillAsync(string folder, Amounts amounts)
    {
        var watch = Stopwatch.StartNew();
        using (var store = new DocumentStore(new StateFolder(Options.Create(new LocalCloudOptions { StateFolder = folder }))))
        {
            var things = new SeededThings(Random.Shared.Next());
            Put(store, "sagemaker/training-job", amounts.Jobs, things.TrainingJob);
            Put(store, "sagemaker/model", amounts.Models, things.Model);
            Put(store, "sagemaker/endpoint-config", amounts.Endpoints, things.EndpointConfig);
            Put(store, "sagemaker/endpoint", amounts.Endpoints, things.Endpoint);
        }
        Progress.Say($"{amounts.Jobs} training jobs, {amounts.Models} models and {amounts.Endpoints} endpoints written in {watch.Elapsed.TotalSeconds:0.0} s");
        watch.Restart();
        await using var cloud = await LocalCloudProcess.StartAsync(folder);
        await PipelineSeed.CreateAsync(cloud.Url, amounts.Pipelines);
        Progress.Say($"{amounts.Pipelines} pipelines created and run in {watch.Elapsed.TotalSeconds:0.0} s");
    }

    private static void Put(DocumentStore store, string kind, int count, Func<int, (string Name, System.Text.Json.Nodes.JsonObject Document)> make)
    {
        var table = store.Table(kind);
        for (var i = 0; i < count; i++)
        {
            var (name, document) = make(i);
            table.Put(Scope, name, document);
        }
    }
}
