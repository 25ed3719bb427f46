using System.Formats.Tar;
using System.Text;
using MLOps.LocalCloud.Engine.Archives;

namespace MLOps.Tests.Unit.LocalCloud.Archives;

public sealed class SafeTarTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "mlops-" + Guid.NewGuid().ToString("n"), "target");

    private string Parent => Path.GetDirectoryName(folder)!;

    public void Dispose()
    {
        if (Directory.Exists(Parent))
            Directory.Delete(Parent, recursive: true);
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/../../evil")]
    [InlineData("/tmp/mlops-evil")]
    [InlineData("..\\evil")]
    public async Task Extract_EntryThatLeadsOut_IsRefused(string name)
    {
        await RefusesAsync("*leads out*", File(name, "x"));
        Directory.EnumerateFileSystemEntries(Parent, "*", SearchOption.AllDirectories).Should().Equal(folder);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../etc/passwd")]
    [InlineData("a/../../x")]
    public async Task Extract_LinkThatLeadsOut_IsRefused(string target) => await RefusesAsync("*leads out*", Link("link", target));

    [Fact]
    public async Task Extract_EntryBehindALink_IsRefused()
    {
        await RefusesAsync("*through a link*", Folder("real"), Link("alias", "real"), File("alias/file", "x"));
        Directory.EnumerateFiles(Path.Combine(folder, "real")).Should().BeEmpty();
    }

    [Fact]
    public async Task Extract_LinkOverALink_IsRefused() =>
        // Lexically 'up/..' is the folder itself; by the file system it is the folder's parent's.
        await RefusesAsync("*leads to a link*", Folder("a/b"), Link("up", "a/b"), Link("out", "up/x"));

    [Fact]
    public async Task Extract_FileOverALink_ReplacesTheLinkAndNotItsTarget()
    {
        await ExtractAsync(File("kept", "kept"), Link("name", "kept"), File("name", "new"));
        (await System.IO.File.ReadAllTextAsync(Path.Combine(folder, "kept"), TestContext.Current.CancellationToken)).Should().Be("kept");
        new FileInfo(Path.Combine(folder, "name")).LinkTarget.Should().BeNull();
    }

    [Fact]
    public async Task Extract_Bomb_StopsAtTheLimits()
    {
        await RefusesAsync("*more than 1000 bytes*", File("zeros", new string('0', 5000)));
        await RefusesAsync("*more than 1000 bytes*", File("zeros", new string('0', 600)), Hard("again", "zeros"));
        await RefusesAsync("*more than 5 entries*", [.. Enumerable.Range(0, 6).Select(i => Folder($"f{i}"))]);
    }

    [Theory]
    [InlineData(TarEntryType.Fifo)]
    [InlineData(TarEntryType.CharacterDevice)]
    public async Task Extract_Device_IsRefused(TarEntryType type) => await RefusesAsync("*no file, folder or link*", new PaxTarEntry(type, "device"));

    [Fact]
    public async Task Extract_HardLinkToNothingOfTheTar_IsRefused() => await RefusesAsync("*no file of the tar*", Hard("shadow", "etc/shadow"));

    [Fact]
    public async Task Extract_Model_KeepsFilesModesAndLinks()
    {
        await ExtractAsync(Folder("code"), new PaxTarEntry(TarEntryType.RegularFile, "./code/run.sh") { Mode = (UnixFileMode)0xFED, DataStream = new MemoryStream("go"u8.ToArray()) }, Link("latest", "code/run.sh"));
        (await System.IO.File.ReadAllTextAsync(Path.Combine(folder, "latest"), TestContext.Current.CancellationToken)).Should().Be("go");
        var mode = System.IO.File.GetUnixFileMode(Path.Combine(folder, "code/run.sh"));
        mode.Should().HaveFlag(UnixFileMode.UserExecute).And.NotHaveFlag(UnixFileMode.SetUser).And.NotHaveFlag(UnixFileMode.SetGroup);
    }

    private async Task RefusesAsync(string why, params TarEntry[] entries) =>
        await FluentActions.Awaiting(() => ExtractAsync(entries)).Should().ThrowAsync<UnsafeArchiveException>().WithMessage(why);

    private async Task ExtractAsync(params TarEntry[] entries)
    {
        using var memory = new MemoryStream();
        await using (var tar = new TarWriter(memory, leaveOpen: true))
            foreach (var entry in entries)
                await tar.WriteEntryAsync(entry);
        memory.Position = 0;
        await SafeTar.ExtractAsync(memory, folder, new ArchiveLimits(1000, 5), TestContext.Current.CancellationToken);
    }

    private static PaxTarEntry File(string name, string content) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };

    private static PaxTarEntry Folder(string name) => new(TarEntryType.Directory, name);

    private static PaxTarEntry Link(string name, string target) => new(TarEntryType.SymbolicLink, name) { LinkName = target };

    private static PaxTarEntry Hard(string name, string target) => new(TarEntryType.HardLink, name) { LinkName = target };
}
