using MLOps.Tests.Benchmarks.Measuring;
using MLOps.Tests.Benchmarks.Parts;
using MLOps.Tests.Benchmarks.Seeding;

namespace MLOps.Tests.Benchmarks;

/// <summary>The commands: tables in Markdown go to the output, what happens meanwhile to the error stream.</summary>
internal static class BenchmarkProgram
{
    private const string Usage = """
        dotnet run -c Release --project tests/MLOps.Tests.Benchmarks -- COMMAND [OPTION=VALUE ...]

          all       start, invoke, list, pages and search one after the other, and the machine
          start     start to first page, start to approval waiting, approval to production in service
          invoke    the serving process beside the local cloud, the portal's invoker and the playground's page
          list      ListTrainingJobs with many jobs, beside moto where python3 has it
          pages     the lists of the portal with many things: open, filter, sort, scroll, in Chromium
          search    the palette of commands with many things, in Chromium
          seed      fills a local cloud that does not run: state=.local/cloud

        options     repeats=3 (start)  rounds=5 (invoke, pages, search)  seconds=5 (list)  jobs=10000 endpoints=1000 pipelines=500 models=1000 (list, pages, search, seed)  only=/endpoints (pages)
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var command = args.FirstOrDefault() ?? "";
        var options = BenchmarkOptions.Read(args.Skip(1));
        if (options.Unknown.Count > 0)
        {
            await Console.Error.WriteLineAsync($"unknown: {string.Join(' ', options.Unknown)}\n{Usage}");
            return 2;
        }
        var started = TimeProvider.System.GetTimestamp();
        switch (command)
        {
            case "all":
                Write(Machine.Describe());
                await using (var workshop = new Workshop())
                {
                    Write(await StartBenchmark.RunAsync(workshop, options));
                    Write(await InvokeBenchmark.RunAsync(workshop, options));
                }
                using (var crowd = await Crowd.MakeAsync(options.Amounts))
                {
                    Write(await ListBenchmark.RunAsync(crowd, options));
                    Write(await PagesBenchmark.RunAsync(crowd, options));
                    Write(await SearchBenchmark.RunAsync(crowd, options));
                }
                break;
            case "start" or "invoke":
                Write(Machine.Describe());
                await using (var workshop = new Workshop())
                    Write(command == "start" ? await StartBenchmark.RunAsync(workshop, options) : await InvokeBenchmark.RunAsync(workshop, options));
                break;
            case "list" or "pages" or "search":
                Write(Machine.Describe());
                using (var crowd = await Crowd.MakeAsync(options.Amounts))
                    Write(await (command switch
                    {
                        "list" => ListBenchmark.RunAsync(crowd, options),
                        "pages" => PagesBenchmark.RunAsync(crowd, options),
                        _ => SearchBenchmark.RunAsync(crowd, options),
                    }));
                break;
            case "seed":
                await StateSeed.FillAsync(options.State, options.Amounts);
                break;
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
        Progress.Say($"took {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");
        return 0;
    }

    private static void Write(string markdown) => Console.WriteLine(markdown + "\n");
}
