using System.Globalization;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Portal.Features.Playground.Requests;

namespace MLOps.Portal.Features.Playground.Cases;

/// <summary>What an endpoint said to a case.</summary>
/// <param name="Labels">The predictions; what the model or the cloud said where it refused.</param>
public sealed record CaseAnswer(IReadOnlyList<string> Labels, bool IsError, double Milliseconds)
{
    public string Text => string.Join(", ", Labels);
}

/// <summary>A case that was run.</summary>
/// <param name="Passed">Null where nothing was expected.</param>
/// <param name="Agrees">Whether the second endpoint says the same; null where it was not asked.</param>
public sealed record CaseResult(SavedCase Case, CaseAnswer First, CaseAnswer? Second, bool? Passed, bool? Agrees);

/// <summary>A run of saved cases.</summary>
public sealed record SuiteResult(Target First, Target Second, IReadOnlyList<CaseResult> Results, int Total, bool WasCancelled)
{
    public int Passed => Results.Count(r => r.Passed == true);

    public int Failed => Results.Count(r => r.Passed == false);

    public int Errors => Results.Count(r => r.First.IsError);

    /// <summary>The share of cases on which both endpoints say the same, 0 to 1; null where the second was not asked.</summary>
    public double? Agreement => Results.Count(r => r.Agrees is not null) is > 0 and var asked ? (double)Results.Count(r => r.Agrees == true) / asked : null;

    /// <summary>A percentile (0 to 100) of latency in milliseconds, a value that was measured; null where nothing was.</summary>
    public double? Latency(double percentile, bool second = false)
    {
        var sorted = Results.Select(r => second ? r.Second?.Milliseconds : r.First.Milliseconds).OfType<double>().Order().ToList();
        return sorted.Count == 0 ? null : sorted[Math.Clamp((int)Math.Ceiling(percentile / 100 * sorted.Count) - 1, 0, sorted.Count - 1)];
    }
}

/// <summary>How often what was expected (a row) was answered by something (a column). Counts are by row, then column.</summary>
public sealed record Confusion(IReadOnlyList<string> Expected, IReadOnlyList<string> Answered, IReadOnlyList<IReadOnlyList<int>> Counts)
{
    private const int MostKinds = 20;

    /// <summary>The table of a run; null where nothing was expected or the answers are of too many kinds, as numbers are.</summary>
    public static Confusion? Of(SuiteResult run)
    {
        var pairs = run.Results.Where(r => r.Passed is not null && !r.First.IsError)
            .SelectMany(r => Expectation.Split(r.Case.Expected) is var expected && expected.Count == r.First.Labels.Count ? expected.Zip(r.First.Labels) : []).ToList();
        var rows = pairs.Select(p => p.First).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var columns = rows.Union(pairs.Select(p => p.Second), StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (rows.Count == 0 || columns.Count > MostKinds || rows.TrueForAll(r => double.TryParse(r, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && !double.IsInteger(n)))
            return null;
        var counts = rows.Select(_ => new int[columns.Count]).ToArray();
        foreach (var (should, was) in pairs)
            counts[rows.IndexOf(should)][columns.IndexOf(was)]++;
        return new(rows, columns, counts);
    }
}

/// <summary>Runs cases against one endpoint or two, a few at a time.</summary>
internal sealed class SuiteRunner(IEndpointInvoker invoker)
{
    // The endpoint serves others meanwhile.
    private const int AtOnce = 4;

    /// <summary>Runs them to the end or until it is cancelled; what was answered until then is in the result.</summary>
    /// <param name="done">Is called after each case with how many are done.</param>
    public async Task<SuiteResult> RunAsync(string connection, IReadOnlyList<SavedCase> cases, Target first, Target second, Action<int> done, CancellationToken cancelled)
    {
        var results = new CaseResult?[cases.Count];
        var count = 0;
        try
        {
            await Parallel.ForEachAsync(cases.Select((c, i) => (c, i)), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancelled }, async (item, token) =>
            {
                results[item.i] = await RunAsync(connection, item.c, first, second, token);
                done(Interlocked.Increment(ref count));
            });
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            // What has been answered counts.
        }
        return new SuiteResult(first, second, [.. results.OfType<CaseResult>()], cases.Count, cancelled.IsCancellationRequested);
    }

    private async Task<CaseResult> RunAsync(string connection, SavedCase one, Target first, Target second, CancellationToken cancelled)
    {
        // One after the other, so that neither is measured under the other's load.
        var (mine, passed) = await AskAsync(connection, one, first, cancelled);
        if (second.Endpoint.Length == 0)
            return new(one, mine, null, passed, null);
        var (theirs, _) = await AskAsync(connection, one, second, cancelled);
        return new(one, mine, theirs, passed, !mine.IsError && !theirs.IsError && Expectation.Agree(mine.Labels, theirs.Labels));
    }

    private async Task<(CaseAnswer Answer, bool? Passed)> AskAsync(string connection, SavedCase one, Target target, CancellationToken cancelled)
    {
        bool? expects = one.Expected.Length > 0 ? false : null;
        try
        {
            var answer = await invoker.InvokeAsync(connection, new InvocationRequest(target.Endpoint, one.Body)
            {
                ContentType = one.ContentType, Accept = one.Accept, CustomAttributes = one.CustomAttributes, TargetVariant = target.Variant,
            }, cancelled);
            var said = new CaseAnswer(answer.IsSuccess ? Expectation.Labels(answer) : [answer.Text.Trim()], !answer.IsSuccess, answer.Latency.TotalMilliseconds);
            return (said, expects is null ? null : Expectation.Holds(one.Expected, answer));
        }
        catch (CloudException refused)
        {
            return (new([refused.Fault.Message], true, 0), expects);
        }
    }
}
