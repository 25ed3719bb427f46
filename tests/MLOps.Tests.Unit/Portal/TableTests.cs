using System.Text;
using MLOps.Portal.Shared.Tables;
using MLOps.Portal.Shared.Text;

namespace MLOps.Tests.Unit.Portal;

public sealed class TableTests
{
    private static readonly TableShape<Thing> Shape = new("things",
        new("name", "Name", t => t.Name) { By = t => t.Name },
        new("at", "At", t => CsvText.Of(t.At)) { By = t => t.At },
        new("note", "Note", t => t.Note),
        new("try", "Try", _ => "never") { IsSilent = true });

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"no\"", "\"say \"\"no\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"")]
    [InlineData("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("  =1", "'  =1")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("-", "'-")]
    [InlineData("-0.25", "-0.25")]
    [InlineData("+3e-05", "+3e-05")]
    public void CsvCell_AnyText_IsNeverAFormula(string? text, string cell) => CsvCell.Of(text).Should().Be(cell);

    [Theory]
    [InlineData(null, "b,A,c")]
    [InlineData("name", "A,b,c")]
    [InlineData("-name", "c,b,A")]
    [InlineData("at", "A,b,c")]
    [InlineData("-at", "b,A,c")]
    [InlineData("note", "b,A,c")]
    [InlineData("nonsense", "b,A,c")]
    public void Order_AsTheAddressSays_WithUnknownValuesLast(string? sort, string names)
    {
        Thing[] things = [new("b", At(2), ""), new("A", At(1), ""), new("c", null, "")];
        string.Join(",", Shape.Order(things, sort).Select(t => t.Name)).Should().Be(names);
    }

    [Fact]
    public async Task Csv_Items_AreARowEachUnderTheTitles()
    {
        using var content = new MemoryStream();
        await Shape.WriteCsvAsync([new("Füllung", At(1), "=2"), new("b", null, "x, y")], content);
        var bytes = content.ToArray();
        bytes.Take(3).Should().Equal(Encoding.UTF8.Preamble.ToArray());
        Encoding.UTF8.GetString(bytes.AsSpan(3)).Should().Be("Name,At,Note\r\nFüllung,2026-01-01T00:00:00Z,'=2\r\nb,,\"x, y\"\r\n");
    }

    private static DateTimeOffset? At(int day) => new DateTimeOffset(2026, 1, day, 0, 0, 0, TimeSpan.Zero);

    private sealed record Thing(string Name, DateTimeOffset? At, string Note);
}
