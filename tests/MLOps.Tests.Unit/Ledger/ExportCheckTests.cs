using System.Text;
using MLOps.Ledger;
using MLOps.Ledger.Exports;
using MLOps.Portal.Shared.Text;

namespace MLOps.Tests.Unit.Ledger;

/// <summary>What a check of an export finds, in both forms.</summary>
public sealed class ExportCheckTests
{
    private static readonly List<LedgerEntry> Entries = [.. Some(6)];

    public static TheoryData<bool> Forms => [true, false];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Check_AsExported_IsWhole(bool lines)
    {
        var report = Check(Export(Entries, lines));
        report.Should().Be(new ExportReport(6, Entries[^1].Hash, null));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Check_AnyOneByteChanged_NamesTheEntryItStandsIn(bool lines)
    {
        var file = Export(Entries, lines);
        var row = lines ? 1 : 0;
        for (var at = 0; at < file.Length; at++)
        {
            var changed = (byte[])file.Clone();
            changed[at] ^= 1;
            var fault = Check(changed).Fault;
            fault.Should().NotBeNull($"byte {at} of {file.Length} was changed");
            fault!.Sequence.Should().Be(Math.Max(1, row), $"byte {at}, '{(char)file[at]}', belongs to it: {fault.What}");
            if (file[at] == '\n' && (lines || file[at - 1] == '\r'))
                row++;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Check_ARowRemoved_NamesIt(bool lines)
    {
        var fault = Check(Export([.. Entries.Where(e => e.Sequence != 3)], lines)).Fault!;
        fault.Should().Be(new ChainFault(3, "Entry 3 is missing: entry 4 stands in its place."));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Check_TwoRowsSwapped_NamesThem(bool lines)
    {
        var fault = Check(Export([Entries[0], Entries[2], Entries[1], .. Entries[3..]], lines)).Fault!;
        fault.Should().Be(new ChainFault(2, "Entries 2 and 3 are swapped."));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Check_TailCutOff_IsFoundByTheKnownHead(bool lines)
    {
        var cut = Export(Entries[..4], lines);
        Check(cut).Fault.Should().BeNull("nothing in the rest tells of it");
        Check(cut, Entries[5].Hash).Fault!.What.Should().Contain("The known head is not there").And.Contain("behind 4");
        Check(Export(Entries, lines), Entries[3].Hash).AfterKnownHead.Should().Be(2);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Check_RewrittenWithNewHashes_IsFoundByTheKnownHead(bool lines)
    {
        LedgerEntry? last = null;
        var forged = Entries.Select(e => last = Chain.Append(last, e.Sequence == 2 ? e with { Name = "Somebody Else" } : e)).ToList();
        Check(Export(forged, lines)).Fault.Should().BeNull("who can write all of it can forge all of it");
        Check(Export(forged, lines), Entries[^1].Hash).Fault.Should().NotBeNull();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Check_RowRehashedAlone_BreaksTheNextOne(bool lines)
    {
        var forged = Entries[2] with { Why = "It was fine" };
        var fault = Check(Export([.. Entries[..2], forged with { Hash = EntryForm.HashOf(forged) }, .. Entries[3..]], lines)).Fault!;
        fault.Sequence.Should().Be(4);
        fault.What.Should().Contain("does not continue entry 3");
    }

    [Fact]
    public void Check_CsvColumnThatSaysSomethingElse_IsFound()
    {
        var text = Encoding.UTF8.GetString(Export(Entries, lines: false));
        var at = text.IndexOf("Ada", StringComparison.Ordinal);
        Check(Encoding.UTF8.GetBytes(text.Remove(at, 3).Insert(at, "Eve"))).Fault!.What.Should().Contain("column 'name' says something else");
    }

    [Fact]
    public void Check_AnotherVersion_SaysSo()
    {
        var line = Encoding.UTF8.GetString(Export(Entries[..1], lines: true)).Replace("\"v\":1", "\"v\":2", StringComparison.Ordinal);
        Check(Encoding.UTF8.GetBytes(line)).Fault!.What.Should().Contain("version 2, which is not known");
    }

    [Fact]
    public void Hash_OfAKnownEntry_NeverChanges() => Chain.Append(null, new LedgerEntry
    {
        Sequence = 0, PreviousHash = "", At = new DateTimeOffset(2026, 3, 4, 13, 0, 0, TimeSpan.FromHours(1)), Type = EntryType.Intent, Kind = "approve", Object = "iris/Approve/Decide of execution 1",
        Connection = "local", Subject = "7", Name = "Ada", Why = "good", Evidence = new string('a', 64), Claim = "approval:1", Instance = "i",
        Requests = ["CodePipeline PutApprovalResult 200 r"], Details = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" },
    }).Hash.Should().Be("e752707589a02ea4677644ef207eaf05ed2d6d17b424c77437f2ba82e8c7c48e", "the form of version 1 is what old ledgers were written in");

    private static ExportReport Check(byte[] file, string? head = null) => ExportCheck.Check(new MemoryStream(file), head);

    private static IEnumerable<LedgerEntry> Some(int count)
    {
        LedgerEntry? last = null;
        for (var i = 0; i < count; i++)
        {
            yield return last = Chain.Append(last, new LedgerEntry
            {
                Sequence = 0, PreviousHash = "", At = new DateTimeOffset(2026, 3, 4, 12, i, 0, TimeSpan.Zero).AddTicks(i), Type = i % 2 == 0 ? EntryType.Intent : EntryType.Outcome, Kind = "approve",
                Object = "=HYPERLINK(\"http://x\")", Name = "Ada", Why = "ä, \"quoted\"\nand & more 😀", Of = i % 2, Result = i % 2 == 0 ? "" : EntryResult.Happened,
                Requests = ["CodePipeline PutApprovalResult 200 r-1"], Details = new Dictionary<string, string> { ["a"] = "-1", ["b"] = "\u0001" },
            });
        }
    }

    private static byte[] Export(IReadOnlyList<LedgerEntry> entries, bool lines)
    {
        if (lines)
            return Encoding.UTF8.GetBytes(string.Concat(entries.Select(e => EntryForm.LineOf(e) + "\n")));
        var rows = entries.Select(CsvColumns.CellsOf).Prepend(CsvColumns.Titles);
        return [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(string.Concat(rows.Select(cells => string.Join(',', cells.Select(CsvCell.Of)) + "\r\n")))];
    }
}
