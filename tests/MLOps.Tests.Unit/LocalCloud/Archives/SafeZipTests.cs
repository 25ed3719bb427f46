using System.IO.Compression;
using MLOps.LocalCloud.Engine.Archives;

namespace MLOps.Tests.Unit.LocalCloud.Archives;

public sealed class SafeZipTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "mlops-" + Guid.NewGuid().ToString("n"), "target");

    public void Dispose()
    {
        if (Directory.Exists(Path.GetDirectoryName(folder)))
            Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
    }

    private static MemoryStream Zip(params (string Name, string Content, int Mode)[] entries)
    {
        var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content, mode) in entries)
            {
                var entry = zip.CreateEntry(name);
                entry.ExternalAttributes = mode << 16;
                using var stream = entry.Open();
                stream.Write(System.Text.Encoding.UTF8.GetBytes(content));
            }
        memory.Position = 0;
        return memory;
    }

    [Theory]
    [InlineData("../evil", 0)]
    [InlineData("a/../../evil", 0)]
    [InlineData("/etc/evil", 0)]
    [InlineData("..\\evil", 0)]
    [InlineData("C:/evil", 0)]
    [InlineData("link", 0xA1FF)]
    [InlineData("fifo", 0x11FF)]
    public void Extract_EntryThatLeadsOutOrIsNoFile_IsRefusedAndNothingLiesOutside(string name, int mode)
    {
        var extract = () => SafeZip.Extract(Zip((name, "/etc/passwd", mode)), folder, ArchiveLimits.Function);
        extract.Should().Throw<UnsafeArchiveException>();
        Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(folder)!, "*", SearchOption.AllDirectories).Should().Equal(folder);
    }

    [Fact]
    public void Extract_Bomb_StopsAtTheLimitWhateverTheHeadersSay()
    {
        var extract = () => SafeZip.Extract(Zip(("a", new string('0', 60_000), 0), ("b", new string('0', 60_000), 0)), folder, new ArchiveLimits(100_000, 10));
        extract.Should().Throw<UnsafeArchiveException>().WithMessage("*more than 100000 bytes*");
        var many = () => SafeZip.Extract(Zip(("a", "", 0), ("b", "", 0)), folder, new ArchiveLimits(100, 1));
        many.Should().Throw<UnsafeArchiveException>().WithMessage("*2 entries*");
        var none = () => SafeZip.Extract(new MemoryStream([1, 2, 3]), folder, ArchiveLimits.Function);
        none.Should().Throw<UnsafeArchiveException>().WithMessage("this is no zip*");
    }

    [Fact]
    public void Extract_FilesWithModes_KeepsThemAndSetsNoSpecialBits()
    {
        SafeZip.Extract(Zip(("bin/run", "x", 0x8000 | Convert.ToInt32("4755", 8)), ("plain.txt", "y", 0)), folder, ArchiveLimits.Function);
        File.GetUnixFileMode(Path.Combine(folder, "bin/run")).Should().Be((UnixFileMode)Convert.ToInt32("755", 8));
        SafeZip.ReadText(Zip(("deep/template.yml", "\uFEFFtext", 0)), "./deep/template.yml").Should().Be("text");
    }
}
