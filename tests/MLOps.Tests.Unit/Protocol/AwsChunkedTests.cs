using System.Text;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Wire.Chunked;

namespace MLOps.Tests.Unit.Protocol;

public sealed class AwsChunkedTests
{
    private const string Signature = ";chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task SignedChunks_InPiecesOfAnySize_GiveTheBody(int piece)
    {
        var big = new string('x', 70_000);
        var framed = $"{big.Length:x}{Signature}\r\n{big}\r\n3{Signature}\r\nabc\r\n0{Signature}\r\n\r\n";
        var (body, trailers) = await ReadAsync(framed, piece);
        body.Should().Be(big + "abc");
        trailers.Should().BeEmpty();
    }

    [Fact]
    public async Task Trailers_AfterTheLastChunk_AreGivenByMemberName()
    {
        var (body, trailers) = await ReadAsync("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\nx-amz-trailer-signature:abc\r\n\r\n", 5);
        body.Should().Be("abc");
        trailers.Should().BeEquivalentTo(new Dictionary<string, string> { ["ChecksumCRC32"] = "NSRBwg==" });
    }

    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("0\r\n", "")]
    [InlineData("3\r\n\r\n\n\r\n0\r\n\r\n", "\r\n\n")]
    public async Task Chunks_AtTheEdges_AreRead(string framed, string expected) => (await ReadAsync(framed, 3)).Body.Should().Be(expected);

    [Theory]
    [InlineData("5\r\nabc", "IncompleteBody")]
    [InlineData("3\r\nabc\r\n", "IncompleteBody")]
    [InlineData("3", "IncompleteBody")]
    [InlineData("", "IncompleteBody")]
    [InlineData("zz\r\nabc\r\n0\r\n\r\n", "InvalidChunkSizeError")]
    [InlineData("-3\r\nabc\r\n0\r\n\r\n", "InvalidChunkSizeError")]
    [InlineData("2\r\nabc\r\n0\r\n\r\n", "InvalidChunkSizeError")]
    public async Task Framing_ThatIsBroken_IsRefused(string framed, string code) =>
        (await FluentActions.Awaiting(() => ReadAsync(framed, 4)).Should().ThrowAsync<AwsException>()).Which.Code.Should().Be(code);

    private static async Task<(string Body, IReadOnlyDictionary<string, string> Trailers)> ReadAsync(string framed, int piece)
    {
        await using var stream = new AwsChunkedStream(new Pieces(Encoding.UTF8.GetBytes(framed), piece), ApiCatalog.Default.Find("s3", "PutObject")!.Input!);
        using var body = new MemoryStream();
        await stream.CopyToAsync(body, TestContext.Current.CancellationToken);
        return (Encoding.UTF8.GetString(body.ToArray()), stream.Trailers);
    }

    /// <summary>A network that delivers a few bytes at a time.</summary>
    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
