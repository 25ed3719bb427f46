using MLOps.Tests.Benchmarks.Seeding;

namespace MLOps.Tests.Benchmarks;

/// <summary>What the command line asks for, as <c>name=value</c>.</summary>
internal sealed record BenchmarkOptions
{
    /// <summary>How many times the portal is started on a state of its own.</summary>
    public int Repeats { get; init; } = 3;

    /// <summary>How many times each way of asking has its turn, so that what disturbs the machine disturbs all of them.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How long a throughput is measured, after three seconds of warming up.</summary>
    public int Seconds { get; init; } = 5;

    /// <summary>The address of the one list that <c>pages</c> walks; all where empty.</summary>
    public string Only { get; init; } = "";

    public Amounts Amounts { get; init; } = new();

    /// <summary>The folder that <c>seed</c> fills.</summary>
    public string State { get; init; } = ".local/cloud";

    public IReadOnlyList<string> Unknown { get; init; } = [];

    public static BenchmarkOptions Read(IEnumerable<string> words)
    {
        var options = new BenchmarkOptions();
        foreach (var word in words)
        {
            var (name, value) = word.Split('=', 2) is [var n, var v] ? (n.TrimStart('-'), v) : (word, "");
            var isCount = int.TryParse(value, out var count) && count > 0;
            options = name switch
            {
                "repeats" when isCount => options with { Repeats = count },
                "rounds" when isCount => options with { Rounds = count },
                "seconds" when isCount => options with { Seconds = count },
                "jobs" when isCount => options with { Amounts = options.Amounts with { Jobs = count } },
                "endpoints" when isCount => options with { Amounts = options.Amounts with { Endpoints = count } },
                "pipelines" when isCount => options with { Amounts = options.Amounts with { Pipelines = count } },
                "models" when isCount => options with { Amounts = options.Amounts with { Models = count } },
                "only" when value.Length > 0 => options with { Only = value },
                "state" when value.Length > 0 => options with { State = value },
                _ => options with { Unknown = [.. options.Unknown, word] },
            };
        }
        return options;
    }
}
