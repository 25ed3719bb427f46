using MLOps.Tests.Benchmarks.Measuring;

namespace MLOps.Tests.Benchmarks.Parts;

/// <summary>What a new user waits for.</summary>
internal static class StartBenchmark
{
    public static async Task<string> RunAsync(Workshop workshop, BenchmarkOptions options)
    {
        Samples first = new(), waits = new(), serves = new();
        for (var i = 1; i <= options.Repeats; i++)
        {
            var times = await workshop.StartAsync();
            Progress.Say($"start {i}: first page {times.FirstPage.TotalSeconds:0.00} s, approval {times.ApprovalWaits.TotalSeconds:0.0} s, production {times.ProductionServes.TotalSeconds:0.0} s");
            first.Add(times.FirstPage.TotalSeconds);
            waits.Add(times.ApprovalWaits.TotalSeconds);
            serves.Add(times.ProductionServes.TotalSeconds);
        }
        return new MarkdownTable($"Start, {options.Repeats} fresh states", "from … to", "median s", "worst s")
            .Row("start of the process → first page", Samples.Text(first.Median), Samples.Text(first.Quantile(1)))
            .Row("start of the process → approval waits", Samples.Text(waits.Median), Samples.Text(waits.Quantile(1)))
            .Row("approval → production in service (2 instances)", Samples.Text(serves.Median), Samples.Text(serves.Quantile(1)))
            .ToString();
    }
}
