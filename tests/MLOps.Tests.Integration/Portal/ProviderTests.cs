using System.Net;
using Microsoft.Extensions.Options;
using MLOps.Ledger;
using MLOps.Portal.Features.Account.Providers;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Integration.Portal;

/// <summary>Signing in by an identity provider, against a real one.</summary>
public sealed class ProviderTests
{
    private static readonly string SignOff = $"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{IrisStory.Candidate}";

    [Fact]
    public async Task SignIn_NewPersonWithMappedGroup_GetsAnAccountRolesAndGroups()
    {
        await using var provider = await IdentityProviderHost.StartAsync();
        await using var portal = await StartAsync(provider);
        provider.Groups = ["ml-approvers", "fraud-risk"];
        using var browser = portal.Open();
        (await browser.GetAsync("/account/sign-in?returnUrl=%2Fmodels")).Html.Should().Contain("Sign in with Example ID");
        (await SignInAsync(browser, provider, "/models")).Should().Be("/models");
        var account = await browser.GetAsync("/account");
        account.Html.Should().Contain("Robin of the provider").And.Contain("robin").And.Contain("Approver").And.Contain("fraud-risk").And.Contain("your identity provider");
        portal.ReadLog().Should().Contain("robin signed in by the identity provider").And.NotContain(IdentityProviderHost.Secret);
        using var admin = await portal.SignInAsync(Roles.Admin);
        (await admin.GetAsync("/account/people?q=robin")).Html.Should().Contain("Example ID").And.Contain("Active");
    }

    [Fact]
    public async Task SignIn_GroupsChangedAtTheProvider_HoldAnewAndEndOtherSessions()
    {
        await using var provider = await IdentityProviderHost.StartAsync();
        await using var portal = await StartAsync(provider);
        provider.Groups = ["ml-approvers", "admins"];
        using var first = portal.Open();
        await SignInAsync(first, provider);
        (await first.GetAsync("/account/people")).Status.Should().Be(HttpStatusCode.OK);
        (provider.Groups, provider.UserName) = (["ml-approvers"], "robin-renamed");
        using var second = portal.Open();
        (await SignInAsync(second, provider)).Should().Be("/");
        (await second.GetAsync("/account/people")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await first.GetAsync("/")).Location.Should().Contain("/account/sign-in");
        provider.Groups = ["somebody-else"];
        (await SignInAsync(second, provider)).Should().Be("/account/sign-in?refused=role");
    }

    [Fact]
    public async Task SignIn_MakesAndChangesAccounts_OnRecordInTheProvidersName()
    {
        await using var provider = await IdentityProviderHost.StartAsync();
        await using var portal = await StartAsync(provider);
        provider.Groups = ["ml-approvers", "fraud-risk"];
        using var browser = portal.Open();
        await SignInAsync(browser, provider);
        await SignInAsync(browser, provider);
        provider.Groups = ["admins"];
        await SignInAsync(browser, provider);

        var entries = (await Audit.LedgerTests.AllAsync(portal)).Where(e => e.Kind == LedgerKind.Account).ToList();
        entries.Where(e => e.Type == EntryType.Intent).Select(e => (e.Object, e.Name, e.Details["after"])).Should().Equal(
            ("robin: made at the first sign-in", "Example ID", "account: open; name: Robin of the provider; e-mail: robin@example.com; roles: approver; groups: fraud-risk, ml-approvers"),
            ("robin: rights changed at sign-in", "Example ID", "roles: admin; groups: admins; sessions: ended"));
        entries.Where(e => e.Type == EntryType.Outcome).Should().HaveCount(2).And.OnlyContain(e => e.Result == EntryResult.Happened);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(null, true)]
    public async Task SignIn_AddressThatTheProviderDidNotVerify_NamesNobodyAtAGate(bool? isVerified, bool mayApprove)
    {
        await using var provider = await IdentityProviderHost.StartAsync();
        await using var portal = await StartAsync(provider, "--Gates:Default:Approvers:People:0=robin@example.com");
        (provider.Groups, provider.IsMailVerified) = (["ml-approvers"], isVerified);
        using var browser = portal.Open();
        await SignInAsync(browser, provider);
        (await browser.GetAsync(SignOff)).Html.Contains("Approve for production", StringComparison.Ordinal).Should().Be(mayApprove);
    }

    [Fact]
    public async Task SignIn_NameOfALocalAccount_TakesNothingOver()
    {
        await using var provider = await IdentityProviderHost.StartAsync();
        await using var portal = await StartAsync(provider);
        (provider.Groups, provider.UserName) = (["ml-approvers"], "admin");
        using var browser = portal.Open();
        (await SignInAsync(browser, provider)).Should().Be("/account/sign-in?refused=name");
        (await browser.GetAsync("/")).Status.Should().Be(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task SignIn_DisabledInThePortal_IsRefused()
    {
        await using var provider = await IdentityProviderHost.StartAsync();
        await using var portal = await StartAsync(provider);
        provider.Groups = ["ml-approvers"];
        using var browser = portal.Open();
        await SignInAsync(browser, provider);
        using var admin = await portal.SignInAsync(Roles.Admin);
        var row = (await admin.GetAsync("/account/people?q=robin")).Html;
        var id = System.Text.RegularExpressions.Regex.Match(row, "/account/people/([0-9a-f-]{36})").Groups[1].Value;
        await admin.PostAsync($"/account/people/{id}/disable", await admin.GetAsync($"/account/people/{id}"));
        (await browser.GetAsync("/")).Location.Should().Contain("/account/sign-in");
        (await SignInAsync(browser, provider)).Should().Be("/account/sign-in?refused=closed");
    }

    [Fact]
    public async Task Answer_ForAnotherBrowser_IsRefused()
    {
        await using var provider = await IdentityProviderHost.StartAsync();
        await using var portal = await StartAsync(provider);
        provider.Groups = ["ml-approvers"];
        using var attacker = portal.Open();
        using var victim = portal.Open();
        var answer = await AskAsync(provider, (await attacker.GetAsync("/account/provider")).Location!);
        (await victim.GetAsync(new Uri(answer).PathAndQuery)).Location.Should().Be("/account/sign-in?refused=provider");
    }

    [Fact]
    public async Task StepUp_ProviderRemembersThePerson_CountsFromTheirProofThere()
    {
        await using var provider = await IdentityProviderHost.StartAsync();
        await using var portal = await StartAsync(provider, "--Gates:Default:StepUp:Minutes=5");
        (provider.Groups, provider.ProvedAt) = (["ml-approvers"], DateTimeOffset.UtcNow.AddHours(-2));
        using var browser = portal.Open();
        (await SignInAsync(browser, provider, SignOff)).Should().Be(SignOff);
        (await browser.GetAsync(SignOff)).Html.Should().Contain("signed in within the last 5 minutes", "they proved it two hours ago");
        (await browser.GetAsync($"/account/confirm?returnUrl={Uri.EscapeDataString(SignOff)}")).Html.Should().Contain("Sign in again with Example ID");

        provider.ProvedAt = DateTimeOffset.UtcNow;
        (await SignInAsync(browser, provider, SignOff, confirms: true)).Should().Be(SignOff);
        provider.Prompt.Should().Be("login");
        (await browser.GetAsync(SignOff)).Html.Should().NotContain("signed in within the last");

        provider.Subject = "u-2";
        (await SignInAsync(browser, provider, SignOff, confirms: true)).Should().Be("/account/sign-in?refused=other");
    }

    [Fact]
    public async Task SignOut_EndsTheSessionAtTheProviderToo()
    {
        await using var provider = await IdentityProviderHost.StartAsync();
        await using var portal = await StartAsync(provider);
        provider.Groups = ["ml-approvers"];
        using var browser = portal.Open();
        await SignInAsync(browser, provider);
        var page = await browser.GetAsync("/");
        page.Message.Headers.GetValues("Content-Security-Policy").Single().Should().Contain($"form-action 'self' {provider.Url}");
        var left = await browser.PostAsync("/account/sign-out", page);
        left.Location.Should().StartWith(provider.Url + "/connect/endsession?").And.Contain("id_token_hint=");
        (await AskAsync(provider, left.Location!)).Should().Contain("/signout-callback-oidc");
        provider.SignedOut.Should().BeTrue();
        (await browser.GetAsync("/")).Location.Should().Contain("/account/sign-in");
    }

    [Fact]
    public void Settings_WithFaults_AreToldAllAtOnce()
    {
        var options = new ProviderOptions { Authority = "http://id.example.com", Roles = { ["x"] = "owner" } };
        new ProviderOptionsValidator().Validate(null, options).Failures.Should().HaveCount(3).And.Contain(f => f.Contains("https", StringComparison.Ordinal)).And.Contain(f => f.Contains("ClientId", StringComparison.Ordinal)).And.Contain(f => f.Contains("owner", StringComparison.Ordinal));
        new ProviderOptionsValidator().Validate(null, new ProviderOptions()).Should().Be(ValidateOptionsResult.Success);
    }

    private static Task<PortalHost> StartAsync(IdentityProviderHost provider, params string[] settings) => PortalHost.StartAsync(null,
    [
        $"--Authentication:OpenIdConnect:Authority={provider.Url}", $"--Authentication:OpenIdConnect:ClientId={IdentityProviderHost.Client}",
        $"--Authentication:OpenIdConnect:ClientSecret={IdentityProviderHost.Secret}", "--Authentication:OpenIdConnect:DisplayName=Example ID",
        "--Authentication:OpenIdConnect:Roles:ml-approvers=approver", "--Authentication:OpenIdConnect:Roles:admins=admin", .. settings,
    ]);

    /// <summary>Goes to the provider and back. Returns where it ends.</summary>
    private static async Task<string> SignInAsync(PortalHost.Browser browser, IdentityProviderHost provider, string returnUrl = "/", bool confirms = false)
    {
        var go = await browser.GetAsync($"/account/provider?returnUrl={Uri.EscapeDataString(returnUrl)}{(confirms ? "&confirms=true" : "")}");
        go.Location.Should().StartWith(provider.Url + "/connect/authorize?").And.Contain("code_challenge=");
        var back = await browser.GetAsync(new Uri(await AskAsync(provider, go.Location!)).PathAndQuery);
        back.Location.Should().StartWith("/account/provider/return");
        return (await browser.GetAsync(back.Location!)).Location!;
    }

    /// <summary>What the provider answers: where it sends the browser.</summary>
    private static async Task<string> AskAsync(IdentityProviderHost provider, string address)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(provider.Url) };
        using var answer = await http.GetAsync(new Uri(address));
        answer.Headers.Location.Should().NotBeNull(await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.OriginalString;
    }
}
