using System.Net;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Integration.Portal;

/// <summary>Who may see and do what, asked over HTTP.</summary>
public sealed class AccessTests(AccessTests.Fixture fixture) : IClassFixture<AccessTests.Fixture>
{
    private static readonly string SignOff = $"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{IrisStory.Candidate}";

    public sealed class Fixture : IAsyncLifetime
    {
        public PortalHost Portal { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Portal = await PortalHost.StartAsync();

        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }

    public static TheoryData<string> Pages =>
    [
        "/", "/pipelines", $"/pipelines/{IrisStory.Pipeline}", "/training", $"/training/{IrisStory.Job(IrisStory.Candidate)}", "/models",
        "/endpoints", "/endpoints/iris-model-production", "/approvals", SignOff, "/playground",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_Anonymous_GoesToSignInAndBack(string path)
    {
        using var browser = fixture.Portal.Open();
        var answer = await browser.GetAsync(path);
        answer.Status.Should().Be(HttpStatusCode.Redirect);
        answer.Location.Should().Contain("/account/sign-in?returnUrl=" + Uri.EscapeDataString(path));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_Viewer_Opens(string path)
    {
        using var browser = await fixture.Portal.SignInAsync(Roles.Viewer);
        var answer = await browser.GetAsync(path);
        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Html.Should().Contain("<h1").And.Contain("Local cloud").And.Contain("123456789012").And.NotContain("blazor-error-boundary");
    }

    [Theory]
    [InlineData(Roles.Viewer)]
    [InlineData(Roles.Scientist)]
    public async Task Decision_PostedByHandByWhoMayNot_IsForbiddenAndLogged(string role)
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(role);
        var page = await browser.GetAsync(SignOff);
        page.Html.Should().NotContain("Approve for production");
        var answer = await browser.PostAsync(SignOff + "/decision", page, ("decision", "approve"), ("digest", SignOffStory.EvidenceDigest), ("token", "t1"));
        answer.Status.Should().Be(HttpStatusCode.Forbidden);
        answer.Html.Should().Contain("This gate is for approvers, administrators.");
        portal.Cloud.Answers.Should().BeEmpty();
        portal.ReadLog().Should().Contain($"Refused: {role} may not decide about {IrisStory.Pipeline}");
    }

    [Theory]
    [InlineData("/account/sign-out")]
    [InlineData("/account/link")]
    [InlineData("/account/sign-in")]
    [InlineData("/approvals/p/s/a/e/decision")]
    public async Task Form_WithoutAntiforgeryToken_IsRefused(string path)
    {
        using var browser = await fixture.Portal.SignInAsync(Roles.Admin);
        var answer = await browser.PostAsync(path, ("decision", "approve"), ("key", "x"), ("userName", "admin"), ("password", "x"));
        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Html.Should().Contain("This form cannot be taken");
        fixture.Portal.Cloud.Answers.Should().BeEmpty();
    }

    [Fact]
    public async Task Page_Unknown_IsNotFoundInTheFrameOfThePortal()
    {
        using var browser = await fixture.Portal.SignInAsync(Roles.Viewer);
        var answer = await browser.GetAsync("/no/such/page");
        answer.Status.Should().Be(HttpStatusCode.NotFound);
        answer.Html.Should().Contain("There is no such page");
    }

    [Fact]
    public async Task Page_Any_KeepsScriptsAndFramesToItself()
    {
        using var browser = fixture.Portal.Open();
        var answer = await browser.GetAsync("/account/sign-in");
        var policy = answer.Message.Headers.GetValues("Content-Security-Policy").Should().ContainSingle().Subject;
        policy.Should().Contain("script-src 'self';").And.Contain("frame-ancestors 'none'").And.NotContain("script-src 'self' 'unsafe");
        answer.Message.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        answer.Html.Should().NotContain("<script>", "inline scripts would be refused by the policy");
    }

    [Fact]
    public async Task Health_WithoutSignIn_Answers()
    {
        using var browser = fixture.Portal.Open();
        (await browser.GetAsync("/health/live")).Status.Should().Be(HttpStatusCode.OK);
        (await browser.GetAsync("/health/ready")).Html.Should().Be("Healthy");
    }

    [Fact]
    public async Task Page_ThemeChosen_ComesFromTheServerWithoutFlash()
    {
        using var browser = fixture.Portal.Open();
        (await browser.GetAsync("/account/sign-in")).Html.Should().NotContain("data-theme");
        (await browser.GetAsync("/account/sign-in", "theme=dark")).Html.Should().Contain("<html lang=\"en\" data-theme=\"dark\">");
    }
}
