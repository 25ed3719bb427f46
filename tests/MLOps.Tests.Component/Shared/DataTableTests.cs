using System.Text;
using Bunit;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;
using MLOps.Portal.Shared.Tables;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Shared;

public sealed class DataTableTests
{
    private static readonly TableShape<string> Shape = new("things",
        new("name", "Name", t => t) { By = t => t, Always = true }, new("size", "Size", t => $"{t.Length}"), new("try", "Try", _ => "") { IsSilent = true });

    [Fact]
    public async Task DataTable_FewItems_AreAllInThePage()
    {
        await using var portal = new PortalContext(new FakeCloud());
        var table = Table(portal, [.. Enumerable.Range(0, 60).Select(i => $"t{i}")]);
        table.FindAll("tbody tr").Should().HaveCount(60);
        table.FindComponents<Virtualize<string>>().Should().BeEmpty();
        table.FindAll("th").Select(h => h.GetAttribute("data-col")).Should().Equal("name", "size", "try");
        table.FindAll(".table-wrap.long").Should().BeEmpty();
    }

    [Fact]
    public async Task DataTable_TenThousandItems_AreVirtualizedAndCounted()
    {
        await using var portal = new PortalContext(new FakeCloud());
        var table = Table(portal, [.. Enumerable.Range(0, 10_000).Select(i => $"t{i}")]);
        table.FindComponents<Virtualize<string>>().Should().HaveCount(1);
        table.Find("table").GetAttribute("aria-rowcount").Should().Be("10001");
        table.Find(".table-wrap.long").GetAttribute("tabindex").Should().Be("0");
    }

    [Fact]
    public async Task TableTools_Columns_OffersTheOnesThatMayGo()
    {
        await using var portal = new PortalContext(new FakeCloud());
        var tools = portal.Render<TableTools<string>>(p => p.Add(t => t.Shape, Shape).Add(t => t.Items, ["a"]));
        tools.FindAll("[data-column]").Select(c => c.GetAttribute("data-column")).Should().Equal("size");
        tools.Find("[data-columns-of]").GetAttribute("data-columns-of").Should().Be("things");
    }

    [Fact]
    public async Task TableTools_Csv_HandsTheWholeListToTheBrowser()
    {
        await using var portal = new PortalContext(new FakeCloud());
        var script = portal.JSInterop.SetupModule("/js/download.js");
        byte[] saved = [];
        script.SetupVoid("save", call =>
        {
            using var copy = new MemoryStream();
            ((DotNetStreamReference)call.Arguments[2]!).Stream.CopyTo(copy);
            saved = copy.ToArray();
            return true;
        }).SetVoidResult();
        var tools = portal.Render<TableTools<string>>(p => p.Add(t => t.Shape, Shape).Add(t => t.Items, ["=a", "bb"]));
        tools.FindAll("button").First(b => b.TextContent.Trim() == "CSV").Click();
        tools.WaitForAssertion(() => Encoding.UTF8.GetString(saved).Should().EndWith("Name,Size\r\n'=a,2\r\nbb,2\r\n"));
        script.Invocations["save"].Should().ContainSingle().Which.Arguments[0].Should().BeOfType<string>().Which.Should().StartWith("things-").And.EndWith(".csv");
    }

    private static IRenderedComponent<DataTable<string>> Table(PortalContext portal, List<string> items) => portal.Render<DataTable<string>>(p => p
        .Add(t => t.Shape, Shape).Add(t => t.Label, "Things").Add(t => t.Items, items)
        .Add<string>(t => t.Row, item => $"<tr><td>{item}</td><td></td><td></td></tr>"));
}
