using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Telemetry;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Shared.Charts;

/// <summary>Series over time.</summary>
public sealed partial class LineChart
{
    // So many places answer to the pointer: more would only make the page heavier.
    private const int MostBands = 60;

    private ChartFrame frame = new([]);
    private IReadOnlyList<Band> bands = [];
    private IReadOnlyList<MetricSeries>? drawn;
    private (bool Log, ChartWindow? Window, IReadOnlyList<ChartMarker> Markers) drawnAs;

    [Parameter, EditorRequired] public string Title { get; set; } = "";

    [Parameter, EditorRequired] public IReadOnlyList<MetricSeries> Series { get; set; } = [];

    /// <summary>The least value of the axis; the data's own where null.</summary>
    [Parameter] public double? Floor { get; set; }

    /// <summary>Whether equal steps of the axis multiply.</summary>
    [Parameter] public bool Log { get; set; }

    /// <summary>What the points' times mean.</summary>
    [Parameter] public ChartAxis Axis { get; set; }

    /// <summary>Moments to mark on the time axis; those outside of it are left out.</summary>
    [Parameter] public IReadOnlyList<ChartMarker> Markers { get; set; } = [];

    /// <summary>Whether the legend tells the marks too; not where one list tells them for several charts.</summary>
    [Parameter] public bool TellsMarkers { get; set; } = true;

    /// <summary>The times that the chart spans; the data's own where null.</summary>
    [Parameter] public ChartWindow? Window { get; set; }

    /// <summary>The ids of series that are no measurements, such as a target: their lines are dashed.</summary>
    [Parameter] public IReadOnlySet<string> Dashed { get; set; } = new HashSet<string>();

    /// <summary>The ids of series whose values stand by themselves: they have dots and no line.</summary>
    [Parameter] public IReadOnlySet<string> Dots { get; set; } = new HashSet<string>();

    /// <summary>The ids of series whose values hold until the next one: their lines are stairs.</summary>
    [Parameter] public IReadOnlySet<string> Stepped { get; set; } = new HashSet<string>();

    /// <summary>What a step of <see cref="ChartAxis.Step"/> is.</summary>
    [Parameter] public string StepWord { get; set; } = "step";

    /// <summary>What an empty chart means.</summary>
    [Parameter] public string Empty { get; set; } = "";

    protected override void OnParametersSet()
    {
        if (drawn is not null && drawnAs == (Log, Window, Markers) && drawn.SequenceEqual(Series))
            return;
        (drawn, drawnAs) = (Series, (Log, Window, Markers));
        frame = new(Series, Floor, Log, Window);
        bands = Bands();
    }

    /// <summary>Upright strips, each of which tells what every series had there.</summary>
    private IReadOnlyList<Band> Bands()
    {
        var most = Series.Count == 0 ? 0 : Series.Max(s => s.Points.Count);
        if (most < 2 || frame.IsEmpty)
            return [];
        var count = Math.Min(MostBands, most);
        var width = (ChartFrame.Width - ChartFrame.Left - ChartFrame.Right) / count;
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var at = frame.At((i + 0.5) / count);
            var marks = Marked.Where(m => m.At >= frame.At((double)i / count) && m.At < frame.At((i + 1.0) / count)).Select(m => $"{m.Label}: {Moment(m.At)}");
            var values = Series.Where(s => s.Points.Count > 0).Select(s => $"{s.Label}: {Words.Number(s.Points.MinBy(p => (p.At - at).Duration()).Value)}");
            return new Band(ChartFrame.Left + i * width, width, string.Join('\n', [Moment(at), .. values, .. marks]));
        })];
    }

    private IEnumerable<ChartMarker> Marked => Markers.Where(m => m.At >= frame.From && m.At <= frame.To);

    private bool IsDashed(MetricSeries series, int index) => index > 4 || Dashed.Contains(series.Id);

    private string Moment(DateTimeOffset at) => Axis == ChartAxis.Time ? Words.Exact(at) : Clock(at);

    private bool IsLong => frame.To - frame.From > TimeSpan.FromDays(1);

    private string Clock(DateTimeOffset at) => Axis switch
    {
        ChartAxis.Elapsed => Words.Duration(at - DateTimeOffset.UnixEpoch),
        ChartAxis.Step => $"{StepWord} {Math.Round((at - DateTimeOffset.UnixEpoch).TotalSeconds):0}",
        _ => at.UtcDateTime.ToString(IsLong ? "MM-dd HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture) + " UTC",
    };

    private static string Unit(MetricSeries series) => series.Unit switch { "Milliseconds" => " ms", "Percent" => " %", _ => "" };

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private sealed record Band(double X, double Width, string Text);
}
