using System.Text;
using MLOps.Cloud.Capture;
using MLOps.Cloud.Drift;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Tests.Unit.Cloud;

public sealed class DriftTests : IObjectStore, ITrainingReader
{
    private static readonly double[] Training = [.. Enumerable.Range(0, 200).Select(i => i / 10.0)];

    private readonly Dictionary<string, string> files = [];
    private TrainingJobDetail job = new(new TrainingJobSummary("local", "job", "Completed"))
    {
        Channels = [new DataChannel("train", "s3://data/train")], Hyperparameters = [new Setting("target", "kind")],
    };

    [Fact]
    public void Numbers_SameDistribution_IsStable()
    {
        var drift = DriftMeasure.Numbers("x", Training, [.. Training.Where((_, i) => i % 2 == 0)]);
        drift.Level.Should().Be(DriftLevel.Stable);
        drift.Psi.Should().BeLessThan(0.02);
        drift.Ks.Should().BeLessThan(0.05);
        drift.Bins.Sum(b => b.Live).Should().BeApproximately(1, 1e-9);
        drift.Bins.Should().HaveCount(10).And.OnlyContain(b => Math.Abs(b.Baseline - 0.1) < 0.011);
    }

    [Fact]
    public void Numbers_AllAboveTraining_HaveDriftedAndAreCountedOutside()
    {
        var drift = DriftMeasure.Numbers("x", Training, [.. Training.Select(v => v + 30)]);
        (drift.Level, drift.Ks, drift.Outside).Should().Be((DriftLevel.Drifted, 1, 200));
    }

    [Fact]
    public void Numbers_FewRowsOfTheSameDistribution_AreNoDrift()
    {
        var random = new Random(7);
        var levels = Enumerable.Range(0, 200).Select(_ => DriftMeasure.Numbers("x", Training, [.. Enumerable.Range(0, 40).Select(_ => Training[random.Next(Training.Length)])]).Level).ToList();
        levels.Count(l => l == DriftLevel.Drifted).Should().BeLessThan(8, "chance must not look like drift");
    }

    [Fact]
    public void Numbers_FewRows_AreNotJudged() => DriftMeasure.Numbers("x", Training, [99, 99, 99]).Level.Should().Be(DriftLevel.Unknown);

    [Fact]
    public void Numbers_OneValueInTraining_TellsWhatIsElse()
    {
        var drift = DriftMeasure.Numbers("x", [.. Enumerable.Repeat(1.0, 50)], [.. Enumerable.Repeat(1.0, 25), .. Enumerable.Repeat(2.0, 25)]);
        drift.Level.Should().Be(DriftLevel.Drifted);
        drift.Bins.Select(b => (b.Baseline, b.Live)).Should().Equal((1.0, 0.5), (0.0, 0.5));
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 1, 2, 3 }, 0)]
    [InlineData(new double[] { 1, 2 }, new double[] { 3, 4 }, 1)]
    [InlineData(new double[] { 1, 1, 2, 2 }, new double[] { 1, 2, 2, 2 }, 0.25)]
    public void Ks_KnownSamples_IsTheLargestDistance(double[] a, double[] b, double expected) => DriftMeasure.Ks(a, b).Should().BeApproximately(expected, 1e-9);

    [Fact]
    public void Words_OtherShares_HaveDrifted()
    {
        string[] was = [.. Enumerable.Repeat("a", 50), .. Enumerable.Repeat("b", 50)];
        string[] now = [.. Enumerable.Repeat("a", 95), .. Enumerable.Repeat("new", 5)];
        var drift = DriftMeasure.Words("kind", was, now);
        (drift.Level, drift.Outside, drift.Ks).Should().Be((DriftLevel.Drifted, 5, null));
    }

    [Fact]
    public async Task Read_CsvAndJsonTraffic_IsMeasuredByFeatureAndPrediction()
    {
        files["train/rows.csv"] = "kind,x,y\n" + string.Join('\n', Enumerable.Range(0, 100).Select(i => $"{(i % 2 == 0 ? "a" : "b")},{i},{i * 2}"));
        CapturedRequest[] traffic =
        [
            .. Enumerable.Range(0, 40).Select(i => Request("text/csv", FormattableString.Invariant($"{i * 2.5},{i * 5}\n"), """{"predictions": [{"label": "a"}]}""")),
            Request("application/json", """{"instances": [[1, 2], {"y": 4, "x": 3}]}""", """{"predictions": [{"label": "a"}, {"label": "b"}]}"""),
            Request("application/json", "not json", "nothing"),
        ];

        var report = await ((IDriftReader)new DriftReader(this, this)).ReadAsync("local", "job", traffic, TestContext.Current.CancellationToken);

        report.Features.Select(f => f.Name).Should().Equal("x", "y");
        (report.Rows, report.Unread, report.BaselineUri).Should().Be((42, 1, "s3://data/train"));
        report.Prediction!.Name.Should().Be("kind");
        report.Prediction.Level.Should().Be(DriftLevel.Drifted, "nearly every answer is a");
        report.Features[0].Level.Should().Be(DriftLevel.Stable);
    }

    [Fact]
    public async Task Read_TrainingDataGone_SaysSo()
    {
        var read = () => ((IDriftReader)new DriftReader(this, this)).ReadAsync("local", "job", [], TestContext.Current.CancellationToken);
        (await read.Should().ThrowAsync<CloudException>()).Which.Fault.Message.Should().Contain("no training data at s3://data/train");
        job = job with { Channels = [] };
        (await read.Should().ThrowAsync<CloudException>()).Which.Fault.Message.Should().Contain("no input channel");
    }

    [Fact]
    public async Task Capture_FilesOfADay_AreReadNewestFirst()
    {
        var now = new DateTimeOffset(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
        files["captured/e/Main/2026/03/04/11/10-00-000-a.jsonl"] = Line("1", now.AddHours(-1)) + Line("2", now.AddMinutes(-59));
        files["captured/e/Main/2026/03/03/11/10-00-000-b.jsonl"] = Line("0", now.AddHours(-25)) + "broken\n";
        var reader = new CaptureReader(this, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(now));

        var day = await reader.ReadAsync("local", "s3://data/captured", "e", now.AddDays(-2), cancelled: TestContext.Current.CancellationToken);
        day.Requests.Select(r => r.Id).Should().Equal("2", "1", "0");
        day.Requests[0].Should().BeEquivalentTo(new { Variant = "Main", Input = "1,2", InputType = "text/csv", Output = "a", InferenceId = "case-1", IsBinary = false });

        var two = await reader.ReadAsync("local", "s3://data/captured", "e", now.AddDays(-2), most: 2, TestContext.Current.CancellationToken);
        (two.Requests.Count, two.IsPart).Should().Be((2, true));
    }

    private static string Line(string id, DateTimeOffset at) => $$$"""
        {"captureData":{"endpointInput":{"observedContentType":"text/csv","mode":"INPUT","data":"1,2","encoding":"CSV"},"endpointOutput":{"observedContentType":"text/csv","mode":"OUTPUT","data":"a","encoding":"CSV"}},"eventMetadata":{"eventId":"{{{id}}}","inferenceTime":"{{{at:yyyy-MM-ddTHH:mm:ssZ}}}","inferenceId":"case-1"},"eventVersion":"0"}
        """.Trim() + "\n";

    private static CapturedRequest Request(string type, string input, string output) =>
        new(Guid.NewGuid().ToString(), "Main", DateTimeOffset.UnixEpoch) { InputType = type, Input = input, OutputType = "application/json", Output = output };

    Task<byte[]> IObjectStore.ReadAsync(string connection, ObjectRef source, int maxBytes, CancellationToken cancelled) => Task.FromResult(Encoding.UTF8.GetBytes(files[source.Key]));

    Task<Page<ObjectInfo>> IObjectStore.ListAsync(string connection, string bucket, string prefix, string? next, CancellationToken cancelled) => Task.FromResult(new Page<ObjectInfo>(
        files.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(f => new ObjectInfo(f.Key, f.Value.Length, Modified(f.Key))).ToValueList()));

    private static DateTimeOffset Modified(string key) => key.Split('/') is [_, _, _, var year, var month, var day, var hour, _]
        ? new DateTimeOffset(int.Parse(year), int.Parse(month), int.Parse(day), int.Parse(hour), 10, 5, TimeSpan.Zero) : DateTimeOffset.UnixEpoch;

    Task<TrainingJobDetail> ITrainingReader.DetailAsync(string connection, string name, CancellationToken cancelled) => Task.FromResult(job);

    Task<IReadOnlyDictionary<string, string>> IObjectStore.ReadZipAsync(string connection, ObjectRef source, CancellationToken cancelled) => throw new NotSupportedException();

    Task<IReadOnlyList<ObjectInfo>> IObjectStore.VersionsAsync(string connection, string bucket, string key, CancellationToken cancelled) => throw new NotSupportedException();

    Task<string> IObjectStore.WriteAsync(string connection, string bucket, string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancelled) => throw new NotSupportedException();

    Task<IReadOnlyList<MetricSeries>> ITrainingReader.MetricsAsync(string connection, string name, CancellationToken cancelled) => throw new NotSupportedException();

    IAsyncEnumerable<LogLine> ITrainingReader.LogAsync(string connection, string name, bool follow, CancellationToken cancelled) => throw new NotSupportedException();

    Task<Page<TrainingJobSummary>> ITrainingReader.SearchAsync(string connection, TrainingJobQuery query, int size, string? next, CancellationToken cancelled) => throw new NotSupportedException();

    Task<IReadOnlyList<Artifact>> ITrainingReader.ArtifactsAsync(string connection, TrainingJobDetail detail, CancellationToken cancelled) => throw new NotSupportedException();

    Task<ObjectContent> IObjectStore.OpenAsync(string connection, ObjectRef source, CancellationToken cancelled) => throw new NotSupportedException();
}
