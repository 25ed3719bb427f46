using System.Globalization;
using System.Text;
using MLOps.Cloud.Capture;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Drift;

/// <inheritdoc/>
internal sealed class DriftReader(ITrainingReader training, IObjectStore objects) : IDriftReader
{
    private const int MostFiles = 10;
    private const int LargestFile = 16 << 20;
    private static readonly string[] Channels = ["train", "training"];

    public async Task<DriftReport> ReadAsync(string connection, string trainingJob, IReadOnlyList<CapturedRequest> traffic, CancellationToken cancelled = default)
    {
        var job = await training.DetailAsync(connection, trainingJob, cancelled);
        var channel = job.Channels.FirstOrDefault(c => Channels.Contains(c.Name)) ?? (job.Channels.Count > 0 ? job.Channels[0] : null)
            ?? throw Missing($"Training job {trainingJob} had no input channel: there is no training data to measure against.");
        var target = job.Hyperparameters.FirstOrDefault(h => h.Name == "target")?.Value ?? "";
        var table = TrainingTable.Read(await FilesAsync(connection, channel, cancelled), target)
            ?? throw Missing($"The training data at {channel.S3Uri} are no table of comma-separated values with two columns or more.");

        var (rows, predictions, unread) = (new List<string[]>(), new List<string>(), 0);
        foreach (var request in traffic)
        {
            var read = TrafficRows.Inputs(request, table.Features);
            rows.AddRange(read);
            predictions.AddRange(TrafficRows.Predictions(request));
            if (read.Count == 0)
                unread++;
        }
        return new DriftReport(channel.S3Uri, trainingJob, rows.Count, traffic.Min(t => (DateTimeOffset?)t.At), traffic.Max(t => (DateTimeOffset?)t.At))
        {
            Features = table.Features.Select((name, i) => Measure(name, [.. table.Rows.Select(r => r[i])], [.. rows.Select(r => r[i])])).ToValueList(),
            Prediction = predictions.Count == 0 ? null : Measure(table.Target, table.Targets, predictions),
            Unread = unread,
        };
    }

    /// <summary>Numbers where training had nothing else and many of them; words else.</summary>
    private static FeatureDrift Measure(string name, IReadOnlyList<string> baseline, IReadOnlyList<string> live) =>
        baseline.Count > 0 && baseline.All(TrainingTable.IsNumber)
            ? DriftMeasure.Numbers(name, [.. baseline.Select(Number)], [.. live.Where(TrainingTable.IsNumber).Select(Number)])
            : DriftMeasure.Words(name, baseline, live);

    private static double Number(string cell) => double.Parse(cell, NumberStyles.Float, CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<string>> FilesAsync(string connection, DataChannel channel, CancellationToken cancelled)
    {
        var place = ObjectRef.Parse(channel.S3Uri) ?? throw Missing($"{channel.S3Uri} is no place in S3.");
        var page = await objects.ListAsync(connection, place.Bucket, place.Key, null, cancelled);
        var files = page.Items.Where(o => o.Size is > 0 and <= LargestFile && !o.Key.EndsWith('/')).Take(MostFiles).ToList();
        if (files.Count == 0)
            throw Missing($"There are no training data at {channel.S3Uri} any more, or only files larger than {LargestFile >> 20} MiB.");
        return await Several.ReadAsync(
            files, async (file, token) => Encoding.UTF8.GetString(await objects.ReadAsync(connection, new ObjectRef(place.Bucket, file.Key), LargestFile, token)), cancelled);
    }

    private static CloudException Missing(string message) => new(new CloudFault(CloudFaultKind.NotFound, message));
}
