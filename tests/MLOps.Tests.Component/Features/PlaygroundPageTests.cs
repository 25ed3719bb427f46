using System.Text;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Portal.Features.Playground;
using MLOps.Portal.Features.Playground.Cases;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class PlaygroundPageTests
{
    private const string Address = "/playground?endpoint=iris-model-production";

    [Fact]
    public async Task Send_ChosenAlgorithmAndVariant_ShowsWhoAnsweredAndHowFast()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var page = portal.Open<PlaygroundPage>(Address + "&variant=Challenger");
        page.FindAll("button.preset").First(b => b.TextContent.Contains("Random forest", StringComparison.Ordinal)).Click();
        page.Find("#payload").Change("4.6,3.1,1.5,0.2");
        page.Find("#send").Click();
        page.WaitForAssertion(() => page.Find(".facts-line").TextContent.Should().Contain("HTTP 200").And.Contain("Challenger").And.Contain("6.2 ms"));
        page.Find("pre.answer").TextContent.Should().Contain("\"label\": \"Iris-setosa\"", "JSON is laid out");
        var sent = cloud.Invocations.Should().ContainSingle().Subject;
        (sent.Endpoint, sent.TargetVariant, sent.CustomAttributes, sent.ContentType).Should().Be(("iris-model-production", "Challenger", "algorithm=random_forest", "text/csv"));
        Encoding.UTF8.GetString(sent.Body.Span).Should().Be("4.6,3.1,1.5,0.2");
        page.FindAll(".rows li").Should().HaveCount(1, "the session remembers it");
    }

    [Fact]
    public async Task Body_WrittenWhileTheBrowserIsLate_Stays()
    {
        var browser = new LateNavigation();
        await using var portal = new PortalContext(IrisStory.Cloud(), more: services => services.AddSingleton<NavigationManager>(browser));
        browser.Reach("http://localhost" + Address);
        var page = portal.Render<PlaygroundPage>();
        page.Find("#payload").Change("7.4,2.8,5.6,99");
        // A sample is not part of the address: nothing would bring it back.
        page.Find("#payload").Change("4.6,3.1,1.5,0.2");
        browser.Waiting.Should().Be(2);

        await page.InvokeAsync(browser.Arrive);
        page.Find("#payload").GetAttribute("value").Should().Be("4.6,3.1,1.5,0.2", "it is the page's own address of a moment ago");
        await page.InvokeAsync(browser.Arrive);
        page.Find("#payload").GetAttribute("value").Should().Be("4.6,3.1,1.5,0.2");
        browser.Uri.Should().NotContain("body=");
    }

    [Fact]
    public async Task Address_ThatAPersonGoesTo_IsTaken_AlsoWhileOneOfThePagesOwnIsUnderWay()
    {
        var browser = new LateNavigation();
        await using var portal = new PortalContext(IrisStory.Cloud(), more: services => services.AddSingleton<NavigationManager>(browser));
        browser.Reach("http://localhost" + Address);
        var page = portal.Render<PlaygroundPage>();
        page.Find("#payload").Change("""{"instances": [[1, 2]]}""");

        await page.InvokeAsync(() => browser.Reach("http://localhost" + Address + "&body=7"));
        page.Find("#payload").GetAttribute("value").Should().Be("7");
        await page.InvokeAsync(browser.Arrive);
        page.Find("#payload").GetAttribute("value").Should().Be("""{"instances": [[1, 2]]}""", "the address says so, and it came last");
        page.Find("#payload").Change("""{"instances": [[1, 2]]}""");
        browser.Waiting.Should().Be(0, "the address holds it, with its spaces and quotes");
    }

    [Fact]
    public async Task Send_ModelRefuses_ShowsItsOwnWordsAndStatus()
    {
        var cloud = IrisStory.Cloud();
        cloud.Model = _ => new(415, Encoding.UTF8.GetBytes("content type image/png is not supported"), "text/plain", "Champion", TimeSpan.FromMilliseconds(2));
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address);
        page.Find("#send").Click();
        page.WaitForAssertion(() => page.Find("pre.answer").TextContent.Should().Be("content type image/png is not supported"));
        page.Find(".notice.failed").TextContent.Should().Contain("415");
    }

    [Theory]
    [InlineData("text/html", "<script>alert(1)</script><img src=x onerror=alert(2)>")]
    [InlineData("application/json", "{\"label\":\"<script>alert(1)</script><img src=x onerror=alert(2)>\",\"probabilities\":{\"<script>alert(1)</script>\":0.9,\"b\":0.1}}")]
    [InlineData("text/csv", "<script>alert(1)</script>,<img src=x onerror=alert(2)>")]
    [InlineData("image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")]
    public async Task Send_ModelAnswersWithMarkup_ShowsItAsText(string type, string answer)
    {
        var cloud = IrisStory.Cloud();
        cloud.Model = _ => new(200, Encoding.UTF8.GetBytes(answer), type, "<b>Champion</b>", TimeSpan.FromMilliseconds(2));
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address);
        page.Find("#send").Click();
        page.WaitForAssertion(() => page.Markup.Should().Contain("HTTP 200"));
        page.FindAll("script, img[onerror], .facts-line b b, [aria-label=Answer] svg script").Should().BeEmpty();
        page.Find("[aria-label=Answer]").InnerHtml.Should().NotContain("<script").And.NotContain("<img src=\"x\"");
        if (!type.StartsWith("image/", StringComparison.Ordinal))
            page.Find("[aria-label=Answer]").TextContent.Should().Contain("<script>alert(1)</script>", "it is shown, as data");
    }

    [Fact]
    public async Task Send_CloudRefuses_ShowsWhy()
    {
        var cloud = IrisStory.Cloud();
        cloud.Fault = new(CloudFaultKind.Invalid, "Endpoint iris-model-production of account 123456789012 not found.", "ValidationError");
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address);
        page.Find("#send").Click();
        page.WaitForAssertion(() => page.Find("[aria-label=Answer]").TextContent.Should().Contain("not found").And.Contain("ValidationError"));
    }

    [Fact]
    public async Task Send_BodyOver6MiB_IsRefusedBeforeItIsSent()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address);
        page.Find("#payload").Change(new string('1', IEndpointInvoker.MaxBodyBytes + 1));
        page.Find("#send").Click();
        page.Find("[role=alert]").TextContent.Should().Contain("6 MiB");
        cloud.Invocations.Should().BeEmpty();
    }

    [Fact]
    public async Task Page_Viewer_CannotSend()
    {
        await using var portal = new PortalContext(IrisStory.Cloud(), Roles.Viewer);
        var page = portal.Open<PlaygroundPage>(Address);
        page.FindAll("#send").Should().BeEmpty();
        page.Markup.Should().Contain("Your role lets you look");
    }

    [Fact]
    public async Task Page_UnknownEndpointInTheAddress_SaysSo()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        portal.Open<PlaygroundPage>("/playground?endpoint=nowhere").Find(".notice.failed").TextContent.Should().Contain("nowhere");
    }

    [Fact]
    public async Task Page_NoEndpoints_SaysWhenThereWillBe()
    {
        var cloud = new FakeCloud();
        cloud.Endpoints.Set();
        await using var portal = new PortalContext(cloud);
        portal.Open<PlaygroundPage>("/playground").Markup.Should().Contain("Nothing to try yet");
    }

    [Fact]
    public async Task Send_TwoEndpoints_ShowsBothAnswersAndMarksWhatDiffers()
    {
        var cloud = IrisStory.Cloud();
        cloud.Model = request => new(200, Encoding.UTF8.GetBytes(request.Endpoint.EndsWith("production", StringComparison.Ordinal) ? """{"label":"setosa","n":1}""" : """{"label":"virginica","n":1}"""),
            "application/json", "Champion", TimeSpan.FromMilliseconds(3));
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address + "&with=iris-model-development");
        page.Find("#send").Click();
        page.WaitForAssertion(() => page.FindAll("tr.differs").Should().ContainSingle().Which.TextContent.Should().Contain("label").And.Contain("setosa").And.Contain("virginica"));
        cloud.Invocations.Select(i => i.Endpoint).Should().BeEquivalentTo("iris-model-production", "iris-model-development");
        page.Find("[aria-label=Difference] .sum").TextContent.Should().Contain("1 value of 2 differs").And.Contain("3.0 ms");
    }

    [Fact]
    public async Task Send_415_OffersAnotherTypeAndConvertsTheBody()
    {
        var cloud = IrisStory.Cloud();
        cloud.Model = request => request.ContentType == "application/json"
            ? new(200, Encoding.UTF8.GetBytes("[1]"), "application/json", "Champion", TimeSpan.Zero)
            : new(415, Encoding.UTF8.GetBytes("use application/json"), "text/plain", "Champion", TimeSpan.Zero);
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address);
        page.Find("#payload").Change("1,2\n3,4");
        page.Find("#send").Click();
        page.WaitForElement("[aria-label='Help with the format'] button").Click();
        page.WaitForAssertion(() => page.Find(".facts-line").TextContent.Should().Contain("HTTP 200"));
        cloud.Invocations[^1].ContentType.Should().Be("application/json");
        Encoding.UTF8.GetString(cloud.Invocations[^1].Body.Span).ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal).Should().Be("""{"instances":[[1,2],[3,4]]}""");
    }

    [Fact]
    public async Task Send_AsItArrives_ShowsThePiecesBeforeTheEnd()
    {
        var cloud = IrisStory.Cloud();
        cloud.Pieces.AddRange(["first ", "second"]);
        cloud.StreamGate = new TaskCompletionSource();
        cloud.Model = _ => new(200, "first second"u8.ToArray(), "text/plain", "Champion", TimeSpan.FromMilliseconds(40));
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address + "&mode=stream");
        page.Find("#send").Click();
        page.WaitForAssertion(() => page.Find("[aria-label=Answer]").TextContent.Should().Contain("2 pieces so far").And.Contain("first second"));
        cloud.StreamGate.SetResult();
        page.WaitForAssertion(() => page.Find(".facts-line").TextContent.Should().Contain("First piece after").And.Contain("40.0 ms"));
    }

    [Fact]
    public async Task Send_ByS3_ShowsWhereTheAnswerWillBeAndWhatItIs()
    {
        var cloud = IrisStory.Cloud();
        var left = false;
        cloud.AsyncAnswer = _ => left ? new AsyncOutcome(true, "s3://data/out/inf-1.out", "setosa"u8.ToArray(), "text/csv") : null;
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address + "&mode=async");
        page.Find("#send").Click();
        page.WaitForAssertion(() => page.Find("[aria-label=Answer]").TextContent.Should().Contain("has taken the request"));
        left = true;
        page.WaitForAssertion(() => page.Find("pre.answer").TextContent.Should().Be("setosa"), TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("", "", "/invocations'", true)]
    [InlineData("&mode=stream", "", "/invocations-response-stream'", true)]
    [InlineData("&mode=async", "s3://data/answers", "/async-invocations'", true)]
    [InlineData("&mode=async", "", "/invocations'", false)]
    public async Task Code_ModeChosen_IsTheCallOfThatMode(string mode, string output, string says, bool isThatMode)
    {
        var cloud = IrisStory.Cloud();
        cloud.Endpoints.Set([.. cloud.Endpoints.Current("local").Items.Select(e => e with { AsyncOutput = output })]);
        await using var portal = new PortalContext(cloud);
        var panel = portal.Open<PlaygroundPage>(Address + mode).Find("[aria-label='The same call as code']");
        panel.QuerySelector("pre.code")!.TextContent.Should().Contain(says);
        panel.TextContent.Contains("The endpoint is not asynchronous", StringComparison.Ordinal).Should().Be(!isThatMode);
    }

    [Fact]
    public async Task Case_PageLeftWhileItIsSaved_IsSaved()
    {
        await using var portal = new PortalContext(IrisStory.Cloud(), more: services => services.AddSingleton<HeldContexts>().AddSingleton<IDbContextFactory<PlaygroundDbContext>>(s => s.GetRequiredService<HeldContexts>()));
        var contexts = portal.Services.GetRequiredService<HeldContexts>();
        var page = portal.Open<PlaygroundPage>(Address);
        page.FindAll("button").Single(b => b.TextContent.Contains("Save this request", StringComparison.Ordinal)).Click();
        page.Find("form.save input").Change("mine");
        contexts.Held = new TaskCompletionSource();
        var saving = page.Find("form.save").SubmitAsync();
        await page.InvokeAsync(page.FindComponent<CasesPanel>().Instance.Dispose);
        contexts.Held.SetResult();
        await saving;
        (await portal.Services.GetRequiredService<CaseStore>().ListAsync("local", "iris-model-production", Xunit.TestContext.Current.CancellationToken)).Select(c => c.Name).Should().Equal("mine");
    }

    [Fact]
    public async Task Session_OpenedUsedAndClosed_IsTheFirstEndpointsAlone()
    {
        var cloud = IrisStory.Cloud();
        var until = new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);
        cloud.Model = request => new InvocationResult(200, "{}"u8.ToArray(), "application/json", "Champion", TimeSpan.FromMilliseconds(2))
        {
            NewSessionId = request.SessionId == InvocationRequest.NewSession ? "s-1" : "", SessionExpires = until,
            ClosedSessionId = Encoding.UTF8.GetString(request.Body.Span).Contains("CLOSE", StringComparison.Ordinal) ? request.SessionId : "",
        };
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address + "&with=iris-model-development");
        await page.InvokeAsync(() => page.FindAll(".session button").Single(b => b.TextContent == "Open a session").Click());
        page.WaitForAssertion(() => page.Find(".session").TextContent.Should().Contain("s-1").And.Contain("0 requests, until 2099-01-01"));
        portal.Services.GetRequiredService<NavigationManager>().Uri.Should().Contain("session=s-1", "a colleague can go on with it");

        await page.InvokeAsync(() => page.Find("#send").Click());
        page.WaitForAssertion(() => page.Find(".session").TextContent.Should().Contain("1 request,"));
        page.Find(".session").TextContent.Should().Contain("iris-model-development is asked without one");
        await page.InvokeAsync(() => page.FindAll(".session button").Single(b => b.TextContent == "Close it").Click());
        page.WaitForAssertion(() => page.Find(".session").TextContent.Should().Contain("Every request stands alone"));
        page.Markup.Should().Contain("Closed session");
        cloud.Invocations.Select(i => (i.Endpoint, i.SessionId)).Should().BeEquivalentTo(
            [("iris-model-production", "NEW_SESSION"), ("iris-model-production", "s-1"), ("iris-model-development", ""), ("iris-model-production", "s-1")]);
    }

    [Fact]
    public async Task Session_OfAModelThatKeepsNone_SaysWhatToDo()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address);
        await page.InvokeAsync(() => page.FindAll(".session button").Single(b => b.TextContent == "Open a session").Click());
        page.WaitForAssertion(() => page.Find(".notice.failed").TextContent.Should().Contain("opened no session").And.Contain("NEW_SESSION"));
        page.Find(".session").TextContent.Should().Contain("Every request stands alone");
    }

    [Fact]
    public async Task Session_ThatTheModelDoesNotClose_CanBeLeft()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address + "&session=s-7");
        await page.InvokeAsync(() => page.FindAll(".session button").Single(b => b.TextContent == "Close it").Click());
        page.WaitForAssertion(() => page.Find(".notice.failed").TextContent.Should().Contain("closed nothing"));
        await page.InvokeAsync(() => page.FindAll(".session button").Single(b => b.TextContent == "Leave it").Click());
        page.Find(".session").TextContent.Should().Contain("Every request stands alone");
        portal.Services.GetRequiredService<NavigationManager>().Uri.Should().NotContain("session=");
    }

    [Fact]
    public async Task Form_OfTheTrainingData_WritesTheBody()
    {
        var cloud = IrisStory.Cloud();
        cloud.Signatures[$"iris-model-production-{IrisStory.Champion}"] = new("s3://data/train.csv", 100, [new("length", "5.1", 4, 8, false, []), new("colour", "red", null, null, false, ["blue", "red"])]);
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address);
        page.FindAll("button.way").First(b => b.TextContent == "Form").Click();
        page.WaitForElement(".fields input").Change("9.5");
        page.WaitForAssertion(() => page.Find(".fields").TextContent.Should().Contain("outside of 4 to 8"));
        page.Find(".fields select").Change("blue");
        page.Find("#payload").GetAttribute("value").Should().Be("9.5,blue");
    }

    [Fact]
    public async Task Answer_WithMarkup_IsText()
    {
        var cloud = IrisStory.Cloud();
        cloud.Model = _ => new(200, "<img src=x onerror=alert(1)>,0.5"u8.ToArray(), "text/csv", "<b>x</b>", TimeSpan.Zero);
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address);
        page.Find("#send").Click();
        page.WaitForAssertion(() => page.Find("pre.answer").TextContent.Should().Contain("<img src=x"));
        page.FindAll("pre.answer img").Should().BeEmpty();
        page.FindAll(".views button").First(b => b.TextContent == "Table").Click();
        page.FindAll("img").Should().BeEmpty();
    }

    [Fact]
    public async Task Address_CarriesTheView()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = portal.Open<PlaygroundPage>(Address + "&type=application/json&accept=-&attributes=a%3Db&model=m.tar.gz&inference=i-1&body=%5B1%5D");
        page.Find("#payload").GetAttribute("value").Should().Be("[1]");
        page.Find("#attributes").GetAttribute("value").Should().Be("a=b");
        page.Find("#attributes").Change("c=d");
        new Uri(portal.Services.GetRequiredService<NavigationManager>().Uri).Query.Should().Contain("attributes=c%3Dd").And.Contain("accept=-").And.Contain("body=%5B1%5D").And.Contain("model=m.tar.gz");
    }

    /// <summary>A database that answers when the test lets it.</summary>
    private sealed class HeldContexts(DbContextOptions<PlaygroundDbContext> options) : IDbContextFactory<PlaygroundDbContext>
    {
        public TaskCompletionSource? Held { get; set; }

        public PlaygroundDbContext CreateDbContext() => new(options);

        public async Task<PlaygroundDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default)
        {
            if (Held is { } held)
                await held.Task;
            cancellationToken.ThrowIfCancellationRequested();
            return CreateDbContext();
        }
    }
}
