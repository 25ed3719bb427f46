using System.Globalization;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Training;
using MLOps.Portal.Shared.Charts;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Training.Comparing;

/// <summary>Several jobs as rows of what they were given and what they came to.</summary>
/// <param name="Curves">Every course; the id is the job's name, a line break and the metric's name.</param>
public sealed record Comparison(
    IReadOnlyList<TrainingJobDetail> Jobs, IReadOnlyList<ComparisonRow> Rows, IReadOnlyList<MetricSeries> Curves, IReadOnlyList<(string Job, string Why)> Missing)
{
    private const int MostAxes = 12;

    /// <summary>The settings, then the metrics, in which the jobs differ: what parallel coordinates show.</summary>
    public IReadOnlyList<string> Axes =>
        [.. new[] { ComparisonGroup.Hyperparameter, ComparisonGroup.Metric }.SelectMany(g => Rows.Where(r => r.Group == g && r.Differs).Take(MostAxes)).Select(r => r.Name)];

    public IReadOnlyList<ParallelCoordinates.Thing> Things =>
        [.. Jobs.Select((job, i) => new ParallelCoordinates.Thing(job.Job.Name, Rows.Where(r => r.Group is ComparisonGroup.Hyperparameter or ComparisonGroup.Metric)
            .GroupBy(r => r.Name).ToDictionary(g => g.Key, g => g.First().Plain[i] ?? "")))];

    /// <summary>Puts together what was read; a job that could not be read is named.</summary>
    public static Comparison Of(IReadOnlyList<string> names, IReadOnlyList<(TrainingJobDetail? Job, IReadOnlyList<MetricSeries> Series, CloudFault? Fault)> found)
    {
        var jobs = found.Select(f => f.Job).OfType<TrainingJobDetail>().ToList();
        List<ComparisonRow> rows =
        [
            .. Collect(jobs, ComparisonGroup.Metric, j => j.Job.Metrics.Select(m => (m.Name, Words.Number(m.Value), m.Value.ToString("R", CultureInfo.InvariantCulture)))),
            .. Collect(jobs, ComparisonGroup.Hyperparameter, j => j.Hyperparameters.Select(h => (h.Name, h.Value, h.Value))),
            .. Collect(jobs, ComparisonGroup.Data, j => j.Channels.Select(c => (c.Name, c.S3Uri, c.S3Uri))),
            .. Collect(jobs, ComparisonGroup.Run, Run),
        ];
        var curves = found.Where(f => f.Job is not null).SelectMany(f => f.Series.Select(s => s with { Id = $"{f.Job!.Job.Name}\n{s.Label}", Label = f.Job.Job.Name })).ToList();
        return new Comparison(jobs, rows, curves, [.. names.Zip(found).Where(p => p.Second.Job is null).Select(p => (p.First, p.Second.Fault?.Message ?? ""))]);
    }

    private static IEnumerable<(string, string, string)> Run(TrainingJobDetail job)
    {
        yield return ("Status", Words.OfStatus(job.Job.Status), job.Job.Status);
        yield return ("Image", Words.Tail(job.Job.Image), job.Job.Image);
        yield return ("Instance", $"{job.Job.InstanceCount} × {job.Job.InstanceType}", job.Job.InstanceType);
        if (job.TrainingTime is { } took)
            yield return ("Trained for", Words.Duration(took), took.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        if (job.Job.BillableSeconds is { } billed)
            yield return ("Billed", Words.Duration(TimeSpan.FromSeconds(billed)), billed.ToString(CultureInfo.InvariantCulture));
    }

    private static IEnumerable<ComparisonRow> Collect(
        List<TrainingJobDetail> jobs, ComparisonGroup group, Func<TrainingJobDetail, IEnumerable<(string Name, string Shown, string Plain)>> read)
    {
        var all = jobs.Select(j => read(j).GroupBy(v => v.Name).ToDictionary(g => g.Key, g => g.First())).ToList();
        return all.SelectMany(a => a.Keys).Distinct().Select(name => new ComparisonRow(group, name,
            [.. all.Select(a => a.TryGetValue(name, out var v) ? v.Shown : null)], [.. all.Select(a => a.TryGetValue(name, out var v) ? v.Plain : null)]));
    }
}

/// <summary>What a row is about.</summary>
public enum ComparisonGroup
{
    Metric,
    Hyperparameter,
    Data,
    Run,
}

/// <summary>One thing of all jobs, in their order; null where a job has none.</summary>
/// <param name="Shown">As people read it.</param>
/// <param name="Plain">As it is, to be compared.</param>
public sealed record ComparisonRow(ComparisonGroup Group, string Name, IReadOnlyList<string?> Shown, IReadOnlyList<string?> Plain)
{
    /// <summary>Whether the jobs are not all alike in it.</summary>
    public bool Differs => Plain.Distinct().Count() > 1;
}
