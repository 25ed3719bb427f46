using System.Net;
using System.Net.Sockets;

namespace MLOps.Tests.Integration.Portal;

/// <summary>What cannot work ends the program with a code, and with a word that says what to do.</summary>
public sealed class EarlyEndTests : IDisposable
{
    private readonly SocketsHttpHandler handler = new();
    private readonly HttpClient http;

    public EarlyEndTests() => http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(2) };

    public void Dispose()
    {
        http.Dispose();
        handler.Dispose();
    }

    [Fact]
    public async Task Start_PortOfTheLocalCloudTaken_EndsAndNamesTheSetting()
    {
        await using var portal = new PortalProcess("--Cloud:Workshop:Seed=false");
        using var other = new TcpListener(IPAddress.Loopback, portal.CloudPort);
        other.Start();

        (await EndAsync(portal)).Should().Be(3);
        portal.Output.Should().Contain($"The local cloud cannot listen on port {portal.CloudPort}").And.Contain("--LocalCloud:Port=");
    }

    [Fact]
    public async Task Start_OwnPortTaken_Ends()
    {
        await using var portal = new PortalProcess("--Cloud:Workshop:Seed=false");
        using var other = new TcpListener(IPAddress.Loopback, portal.Port);
        other.Start();

        (await EndAsync(portal)).Should().Be(3);
        portal.Output.Should().Contain("Another program listens there already");
    }

    [Fact]
    public async Task Start_DatabaseIsNoDatabase_EndsAndSaysWhatToDo()
    {
        await using var portal = new PortalProcess("--Cloud:Workshop:Seed=false");
        await File.WriteAllTextAsync(Path.Combine(portal.State, "portal.db"), new string('x', 8192), TestContext.Current.CancellationToken);

        (await EndAsync(portal)).Should().Be(5);
        portal.Output.Should().Contain(Path.Combine(portal.State, "portal.db")).And.Contain("file is not a database").And.Contain("./run --fresh");
    }

    [Fact]
    public async Task Start_StateOfTheLocalCloudIsNone_EndsAndSaysWhatToDo()
    {
        await using var portal = new PortalProcess("--Cloud:Workshop:Seed=false");
        Directory.CreateDirectory(Path.Combine(portal.State, "cloud"));
        await File.WriteAllTextAsync(Path.Combine(portal.State, "cloud", "documents.db"), new string('x', 8192), TestContext.Current.CancellationToken);

        (await EndAsync(portal)).Should().Be(6);
        portal.Output.Should().Contain("The local cloud cannot start over its state").And.Contain("./run --fresh");
    }

    private async Task<int> EndAsync(PortalProcess portal)
    {
        try
        {
            await portal.StartAsync(http);
        }
        catch (Exception e) when (e is InvalidOperationException or TaskCanceledException)
        {
            // It ended before it answered, or the program on its port does not answer; it may also answer once before it ends.
        }
        return await portal.ExitCodeAsync();
    }
}
