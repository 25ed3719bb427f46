using Microsoft.Playwright;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Evidence;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>A sign-off and its model card on paper: everything that was looked at, and nothing that could be pressed.</summary>
public sealed class PaperTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const string SignOff = $"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{IrisStory.Candidate}";

    /// <summary>A4 without its margins, in CSS pixels.</summary>
    private const int PaperWidth = 688;

    [Fact]
    public async Task SignOff_Printed_HoldsTheWholeEvidenceAndNoControl()
    {
        var cloud = Evidence(LongCard);
        await using var portal = await PortalHost.StartAsync(cloud);
        var page = await PrintedAsync(portal);

        foreach (var gone in (ILocator[])[page.Locator(".bar"), page.Locator("nav"), page.GetByRole(AriaRole.Button), page.Locator("form"), page.Locator("input, textarea")])
            (await gone.EvaluateAllAsync<int>("all => all.filter(e => e.checkVisibility() && getComputedStyle(e).visibility !== 'hidden' && !e.matches('.copy-id')).length")).Should().Be(0);
        var paper = await page.Locator("main").InnerTextAsync();
        foreach (var text in (string[])["Metrics", "Saved cases", "What changes against production", "What asks", "Model card", "Gate", "Approvers", IrisStory.Candidate, "Digest of the evidence", "scientist"])
            paper.Should().Contain(text);
        foreach (var whole in (string[])[IrisStory.Digest, IrisStory.Revision, await page.Locator("form input[name=digest]").First.InputValueAsync()])
            (await WholeIdsAsync(page)).Should().Contain(whole, "ids on paper can be compared");
        // More cases differ than the screen shows at once: paper cannot be unfolded.
        await Expect(page.Locator("details table tbody tr").Last).ToBeVisibleAsync();
        (await page.Locator("details table tbody tr").CountAsync()).Should().Be(12);

        (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(PaperWidth, "nothing is cut off at the right");
        (await InkAsync(page)).Should().BeEmpty("it is printed dark on white, also by who looks at it in the dark");
        Pages(await page.PdfAsync(new() { Format = "A4", PrintBackground = false })).Should().BeInRange(2, 5);
    }

    [Fact]
    public async Task SignOff_PrintedAfterTheDecision_TellsWhoDecidedOnWhat()
    {
        await using var portal = await PortalHost.StartAsync();
        var approver = await browser.SignedInAsync(portal, Roles.Approver);
        await approver.GotoAsync(SignOff);
        // Until the evidence is complete the page looks again by itself, and would empty the form.
        await Expect(approver.GetByRole(AriaRole.Button, new() { Name = "Approve for production" })).ToBeEnabledAsync();
        await approver.GetByLabel("Comment").FillAsync("Both algorithms hold");
        await approver.GetByRole(AriaRole.Button, new() { Name = "Approve for production" }).ClickAsync();
        portal.Cloud.Standing = new(null, new ApprovalOutcome.AlreadyAnswered(true, "arn:aws:sts::123456789012:assumed-role/portal/mlops", DateTimeOffset.UtcNow, "Approver: Both algorithms hold"));
        var page = await PrintedAsync(portal);
        var paper = await page.Locator("main").InnerTextAsync();
        paper.Should().Contain("Approved by Approver").And.Contain("Both algorithms hold").And.Contain("fits the text that is kept");
        foreach (var exact in await page.Locator("main time").EvaluateAllAsync<bool[]>("all => all.map(e => getComputedStyle(e).fontSize === '0px' && /^\"\\d{4}-\\d\\d-\\d\\d .* UTC\"$/.test(getComputedStyle(e, '::after').content))"))
            exact.Should().BeTrue("how long ago it was is not true on paper for long");
        await Expect(page.Locator("pre.quote")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task ModelCard_Printed_BreaksBetweenPhasesAndKeepsItsHeadings()
    {
        await using var portal = await PortalHost.StartAsync(Evidence(LongCard));
        var page = await PrintedAsync(portal);
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Model card" });
        foreach (var phase in (string[])["Business understanding", "Data understanding", "Data preparation", "Modeling", "Evaluation", "Deployment"])
            await Expect(card.GetByRole(AriaRole.Heading, new() { Name = phase })).ToBeVisibleAsync();
        await Expect(card.GetByText($"{IrisStory.Pipeline}, execution {IrisStory.Candidate}, revision {IrisStory.Revision}")).ToBeVisibleAsync();
        await Expect(card.GetByText("Missing")).ToBeVisibleAsync();
        await Expect(card.GetByRole(AriaRole.Table)).ToBeVisibleAsync();
        (await card.EvaluateAsync<string>("e => getComputedStyle(e).breakInside")).Should().Be("auto", "a long card goes on on the next sheet");
        (await card.EvaluateAsync<string>("e => getComputedStyle(e).breakBefore")).Should().Be("page", "it is a document of its own, to hand on");
        foreach (var after in await card.Locator("h3").EvaluateAllAsync<string[]>("all => all.map(e => getComputedStyle(e).breakAfter)"))
            after.Should().Be("avoid", "no heading stands alone at the foot of a sheet");
        (await card.Locator("a").First.EvaluateAsync<string>("e => getComputedStyle(e, '::after').content")).Should().Contain("https://example.com/data", "paper has no links to follow");
    }

    private async Task<IPage> PrintedAsync(PortalHost portal)
    {
        var page = await browser.SignedInAsync(portal, Roles.Admin, ColorScheme.Dark);
        await page.GotoAsync(SignOff);
        await Expect(page.GetByText("Right answers")).ToBeAttachedAsync();
        await page.SetViewportSizeAsync(PaperWidth, 1000);
        await page.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = ColorScheme.Dark });
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Shots, "sign-off-paper.png"), FullPage = true });
        return page;
    }

    private static Task<string[]> WholeIdsAsync(IPage page) => page.Locator("main .copy-id").EvaluateAllAsync<string[]>(
        "all => all.filter(e => e.checkVisibility()).map(e => getComputedStyle(e, '::before').content === `\"${e.dataset.copy}\"` ? e.dataset.copy : '')");

    /// <summary>Words that are lighter than a printer brings to paper.</summary>
    private static Task<string[]> InkAsync(IPage page) => page.EvaluateAsync<string[]>("""
        () => [...document.querySelectorAll('main *')].filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).filter(e => {
          const [r, g, b] = getComputedStyle(e).color.match(/[\d.]+/g).map(Number);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b > 140;
        }).map(e => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 40)} ${getComputedStyle(e).color}`)
        """);

    private static int Pages(byte[] pdf) => System.Text.RegularExpressions.Regex.Count(System.Text.Encoding.Latin1.GetString(pdf), @"/Type\s*/Page\b(?!s)");

    private static FakeCloud Evidence(string card)
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        var seen = cloud.Evidence[IrisStory.Candidate];
        // Twelve cases that the model gets wrong.
        var cases = "sepal_length,sepal_width,petal_length,petal_width,label\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"6.{i % 10},2.8,4.8,1.{i % 10},Iris-virginica\n"));
        cloud.Evidence[IrisStory.Candidate] = seen with { Candidate = seen.Candidate with { Files = new Dictionary<string, string> { ["model_card.md"] = card, ["validation/cases.csv"] = cases } } };
        return cloud;
    }

    private static string LongCard => string.Concat(
        "# Iris\n\n", Phase("Business understanding"), Phase("Data understanding"), "See [the data](https://example.com/data).\n\n", Phase("Data preparation"), Phase("Modeling"),
        "\n| setting | value |\n|---|---|\n| trees | 100 |\n\n", Phase("Evaluation"));

    private static string Phase(string title) => $"## {title}\n\n{string.Join(' ', Enumerable.Repeat("Three species are told apart by four measures of their flowers, as the garden asked for.", 12))}\n\n";
}
