using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.Tests.Benchmarks.Measuring;
using MLOps.Tests.Benchmarks.Seeding;

namespace MLOps.Tests.Benchmarks.Parts;

/// <summary>Lists training jobs by plain HTTP: no client's own work is measured, and every server is asked in the same words.</summary>
internal static class ListBenchmark
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <summary>What is asked, and how many jobs an answer must name.</summary>
    private static readonly (string What, string Input, int Jobs)[] Questions =
    [
        ("100 jobs a page", """{"MaxResults":100}""", 100),
        ("100 newest jobs", """{"MaxResults":100,"SortBy":"CreationTime","SortOrder":"Descending"}""", 100),
        ("100 of a name", """{"MaxResults":100,"NameContains":"fraud"}""", 100),
    ];

    public static async Task<string> RunAsync(Crowd crowd, BenchmarkOptions options)
    {
        var table = new MarkdownTable($"ListTrainingJobs, {crowd.Amounts.Jobs:#,0} jobs", "server", "asked for", "clients", "requests/s", "median ms", "p90 ms");
        var rates = new Dictionary<string, double>();
        await using (var cloud = await LocalCloudProcess.StartAsync(crowd.CloudFolder))
        {
            await JitAsync(cloud.Url);
            foreach (var question in Questions)
                foreach (var clients in (int[])[1, 8])
                    await MeasureAsync(table, rates, "the local cloud", cloud.Url, question, clients, options);
        }
        await using var moto = await MotoPeer.StartAsync(crowd.Amounts.Jobs);
        if (moto is null)
            return table.Note("The python3 on the path has no moto with its server: no peer was measured.").ToString();
        // Its filters and orders work on one page at a time, so only the plain page asks the same of both.
        foreach (var clients in (int[])[1, 8])
            await MeasureAsync(table, rates, $"moto {moto.Version}", moto.Url, Questions[0], clients, options);
        var ratio = rates[$"the local cloud 1"] / rates[$"moto {moto.Version} 1"];
        return table.Note($"One client, a page of 100: the local cloud answers {Samples.Text(ratio)} times as many requests a second as moto on the same machine.").ToString();
    }

    /// <summary>A fresh process compiles what is asked often once more, in the background: no figure shall hold that.</summary>
    private static async Task JitAsync(string url)
    {
        using var handler = new SocketsHttpHandler();
        using var http = new HttpClient(handler);
        foreach (var question in Questions)
            await AskForAsync(http, url, question, clients: 2, WarmUp);
    }

    private static async Task MeasureAsync(
        MarkdownTable table, Dictionary<string, double> rates, string server, string url, (string What, string Input, int Jobs) question, int clients, BenchmarkOptions options)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = clients };
        using var http = new HttpClient(handler);
        await AskForAsync(http, url, question, clients, WarmUp);
        var begun = Stopwatch.GetTimestamp();
        var took = await AskForAsync(http, url, question, clients, TimeSpan.FromSeconds(options.Seconds));
        var rate = took.Count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        rates.TryAdd($"{server} {clients}", rate);
        Progress.Say($"list: {server}, {question.What}, {clients} clients: {rate:0.0} requests/s");
        table.Row(server, question.What, clients.ToString(), Samples.Text(rate), Samples.Text(took.Median), Samples.Text(took.P90));
    }

    private static async Task<Samples> AskForAsync(HttpClient http, string url, (string What, string Input, int Jobs) question, int clients, TimeSpan time)
    {
        var all = new Samples();
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(begun) < time)
            {
                var asked = Stopwatch.GetTimestamp();
                await AskAsync(http, url, question);
                var took = Stopwatch.GetElapsedTime(asked);
                lock (all)
                    all.Add(took);
            }
        }));
        return all;
    }

    private static async Task AskAsync(HttpClient http, string url, (string What, string Input, int Jobs) question)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(question.Input, Encoding.UTF8, "application/x-amz-json-1.1") };
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "SageMaker.ListTrainingJobs");
        request.Headers.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sagemaker/aws4_request, SignedHeaders=host;x-amz-target, Signature=0");
        using var answer = await http.SendAsync(request);
        var body = await answer.Content.ReadAsByteArrayAsync();
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{url} refused: {Encoding.UTF8.GetString(body)}");
        // Looking into every answer would measure this program: its size tells an empty one.
        if (body.Length < question.Jobs * 100 && JsonNode.Parse(body)!["TrainingJobSummaries"]!.AsArray().Count < question.Jobs)
            throw new InvalidOperationException($"{url} answered too few jobs to {question.Input}");
    }
}
