using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using MLOps.Cloud.Endpoints;

namespace MLOps.Tests.Unit.Cloud;

public sealed class InputSignaturesTests
{
    [Fact]
    public void Read_HeadAndNamedTarget_TellsColumnsTypesAndRanges()
    {
        var read = InputSignatures.Read("s3://b/k", "species,length,petals,colour\nsetosa,5.1,3,red\nvirginica,7.4,5,\"blue, dark\"\n", isWhole: true, "species")!;
        read.Rows.Should().Be(2);
        read.Columns.Should().Equal(
            new InputColumn("length", "5.1", 5.1, 7.4, false, []),
            new InputColumn("petals", "3", 3, 5, true, []),
            new InputColumn("colour", "red", null, null, false, ["blue, dark", "red"]));
        read.FirstRow.Should().Equal("5.1", "3", "red");
    }

    [Fact]
    public void Read_NoHead_NumbersTheColumnsAndLeavesOutTheFirst()
    {
        var read = InputSignatures.Read("s3://b/k", "1,5.1,3\n0,4.9,2", isWhole: true, "0")!;
        read.Columns.Select(c => c.Name).Should().Equal("column 2", "column 3");
        InputSignatures.Read("s3://b/k", "1,5.1,3\n0,4.9,2", isWhole: true, "-1")!.Columns.Select(c => c.Name).Should().Equal("column 1", "column 2");
    }

    [Fact]
    public void Read_CutText_LeavesOutTheLastLine() =>
        InputSignatures.Read("s3://b/k", "a,b\n1,2\n3,4\n5,", isWhole: false, "a")!.Columns.Should().Equal(new InputColumn("b", "2", 2, 4, true, []));

    [Theory]
    [InlineData("")]
    [InlineData("only\n1")]
    [InlineData("\n\n")]
    public void Read_NothingToAskFor_IsNone(string csv) => InputSignatures.Read("s3://b/k", csv, isWhole: true, "0").Should().BeNull();

    [Fact]
    public async Task SignatureFile_OfAJobsOutput_TellsWhatTheModelTakes()
    {
        const string json = """{"features":[{"name":"length","min":4.3,"max":7.9,"example":5},{"name":"colour","example":"red"}],"target":"species"}""";
        var packed = await PackAsync(("evaluation.json", "{}"), ("./signature.json", json));
        var read = SignatureFile.Read("s3://b/k", (await SignatureFile.UnpackAsync(packed, TestContext.Current.CancellationToken))!)!;
        read.Rows.Should().Be(0, "no row was read");
        read.Columns.Should().Equal(new InputColumn("length", "5", 4.3, 7.9, false, []), new InputColumn("colour", "red", null, null, false, []));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"features":[]}""")]
    [InlineData("""{"features":[{"min":1}]}""")]
    [InlineData("""{"features":"none"}""")]
    public void SignatureFile_OfAnotherForm_IsNone(string json) => SignatureFile.Read("s3://b/k", json).Should().BeNull();

    [Fact]
    public async Task SignatureFile_InWhatIsNoPackedFolder_IsNone()
    {
        var cancelled = TestContext.Current.CancellationToken;
        (await SignatureFile.UnpackAsync("plain text"u8.ToArray(), cancelled)).Should().BeNull();
        (await SignatureFile.UnpackAsync(await PackAsync(("other.json", "{}")), cancelled)).Should().BeNull();
        (await SignatureFile.UnpackAsync((await PackAsync(("signature.json", "{}")))[..40], cancelled)).Should().BeNull("it was cut");
        (await SignatureFile.UnpackAsync(await PackAsync(("signature.json", new string(' ', 2 << 20))), cancelled)).Should().BeNull("no signature is that large");
    }

    private static async Task<byte[]> PackAsync(params (string Name, string Text)[] files)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        await using (var tar = new TarWriter(gzip))
            foreach (var (name, text) in files)
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        return packed.ToArray();
    }
}
