using MLOps.Portal.Features.Approvals;
using MLOps.Portal.Features.Approvals.EvidenceViews;

namespace MLOps.Tests.Unit.Approvals;

public sealed class ModelCardTests
{
    [Fact]
    public void Read_SixPhases_MissingOnesShow()
    {
        var card = ModelCard.Read("# Iris\n\nA model.\n\n## 1. Business Understanding:\n\nWhy\n\n### Costs\n\nTwo\n\n## Modelling\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## Deployment\n\n## Contact\n\nUs\n");
        card.Phases.Select(p => p.Title).Should().Equal(ModelCard.AllPhases);
        card.Phases.Where(p => p.Html.Length == 0).Select(p => p.Title).Should().Equal("Data understanding", "Data preparation", "Evaluation", "Deployment");
        card.Phases[0].Html.Should().Contain("<p>Why</p>").And.Contain("<h4>Costs</h4>").And.NotContain("Modelling");
        card.Phases[3].Html.Should().Contain("<td>1</td>");
        card.Others.Select(o => (o.Title, o.Html)).Should().Equal(("Iris", "<p>A model.</p>"), ("Contact", "<p>Us</p>"));
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x]( JaVaScRiPt:alert(1))")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("![x](https://example.com/track.png)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x][1]\n\n[1]: javascript:alert(1)")]
    [InlineData("| a |\n|---|\n| <b onclick=alert(1)>x</b> [y](vbscript:x) |")]
    public void Read_Markup_IsNeverLive(string markdown)
    {
        var card = ModelCard.Read($"## Evaluation\n\n{markdown}\n");
        var html = card.Phases[4].Html;
        html.Should().NotContainAny("<script", "<img", "<b ", "href=\"javascript", "href=\"data:", "href=\"vbscript");
        html.ToLowerInvariant().Should().NotContain("href=\"javascript");
    }

    [Fact]
    public void Read_WebLink_Stays() =>
        ModelCard.Read("## Evaluation\n[paper](https://example.com/a)\n").Phases[4].Html.Should().Contain("<a href=\"https://example.com/a\">paper</a>");
}
