using Bunit;
using MLOps.Cloud.Telemetry;
using MLOps.Portal.Shared.Logs;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Shared;

public sealed class LogViewTests
{
    [Fact]
    public void Find_Word_LeavesTheLinesThatHoldIt()
    {
        using var portal = new PortalContext(new FakeCloud());
        var log = portal.Render<LogView>(p => p.Add(l => l.Title, "Log of job").Add(l => l.Key, "job").Add(l => l.Read, _ => Lines("metric accuracy=0.9", "saved", "Metric f1=0.8")));
        Says("3 lines");

        log.Find("input[type=search]").Input("METRIC");
        Says("2 of 3 lines");
        log.Find("input[type=search]").Input("nowhere");
        Says("0 of 3 lines");
        log.Markup.Should().Contain("No line holds “nowhere”.");
        log.Find("input[type=search]").Input("");
        Says("3 lines");

        void Says(string count) => log.WaitForAssertion(() => log.Find("[role=status]").TextContent.Should().Be(count));
    }

    private static async IAsyncEnumerable<LogLine> Lines(params string[] messages)
    {
        await Task.Yield();
        foreach (var message in messages)
            yield return new LogLine(FakeCloud.Now, message, "job/algo-1");
    }
}
