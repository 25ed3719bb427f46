using System.Net;
using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MLOps.Portal.Features.Notifications;
using MLOps.Portal.Features.Notifications.Channels;
using MLOps.Portal.Features.Notifications.Outbox;
using MLOps.Portal.Features.Notifications.Pages;
using MLOps.Portal.Features.Notifications.Reading;
using MLOps.Portal.Features.Notifications.Settings;
using MLOps.Portal.Features.Notifications.Watching;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class NotificationPagesTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly PortalContext portal = new(IrisStory.Cloud());

    private static readonly NoticeReader Me = new("");

    private NotificationStore Store => portal.Services.GetRequiredService<NotificationStore>();

    private NoticeList Notices => portal.Services.GetRequiredService<NoticeList>();

    [Fact]
    public async Task Bell_NewsAndReading_CountsLive()
    {
        var bell = portal.Render<Bell>();
        bell.Find(".bell").GetAttribute("aria-label").Should().Be("Notifications");
        bell.Markup.Should().Contain("Nothing yet");

        await AddAsync("one", NoticeKind.ApprovalWaiting);
        await AddAsync("two", NoticeKind.PipelineFailed);
        bell.WaitForAssertion(() => bell.Find(".bell").GetAttribute("aria-label").Should().Be("Notifications, 2 unread"));
        bell.FindAll(".bell-pop a.unread").Select(a => a.QuerySelector("b")!.TextContent).Should().Equal("Title of two", "Title of one");

        await Notices.MarkAllReadAsync(Me, None);
        bell.WaitForAssertion(() => bell.FindAll(".bell .count").Should().BeEmpty());
        bell.FindAll(".bell-pop a.unread").Should().BeEmpty();
    }

    [Fact]
    public async Task Page_MarkReadAndUnread_IsTheLinesOwn()
    {
        await AddAsync("one", NoticeKind.ApprovalWaiting);
        await AddAsync("two", NoticeKind.Approved);
        var page = portal.Open<NotificationsPage>("/notifications");

        page.Find("button[aria-label='Mark as read: Title of one']").Click();
        page.WaitForAssertion(() => page.FindAll("li.unread .title").Select(t => t.TextContent).Should().Equal("Title of two"));
        page.Find("button[aria-label='Mark as unread: Title of one']").Click();
        page.WaitForAssertion(() => page.FindAll("li.unread").Should().HaveCount(2));
        page.FindAll("button").Single(b => b.TextContent == "Mark all as read").Click();
        page.WaitForAssertion(() => page.FindAll("li.unread").Should().BeEmpty());
    }

    [Fact]
    public async Task Page_UnreadAlone_LeavesOutWhatIsRead()
    {
        await AddAsync("one", NoticeKind.ApprovalWaiting);
        await Notices.MarkAllReadAsync(Me, None);
        var page = portal.Open<NotificationsPage>("/notifications?show=unread");
        page.Markup.Should().Contain("All is read");
        await AddAsync("two", NoticeKind.ApprovalExpired);
        page.WaitForAssertion(() => page.FindAll("li").Should().ContainSingle().Which.TextContent.Should().Contain("Expired"));
    }

    [Fact]
    public async Task Delivery_GivenUp_IsFirstAndCanBeSentAgain()
    {
        await AddAsync("one", NoticeKind.ApprovalWaiting, "", "webhook:desk");
        await AddAsync("two", NoticeKind.ApprovalWaiting, "", "webhook:desk");
        var outbox = portal.Services.GetRequiredService<OutboxStore>();
        var claimed = await outbox.ClaimAsync(TimeSpan.FromMinutes(1), 1, None);
        await outbox.GiveUpAsync(claimed[0].Delivery.Id, "The server answered 404 Not Found.", None);

        var page = portal.Open<NotificationsPage>("/notifications?tab=delivery");
        page.FindAll(".tab-bar .count").Should().ContainSingle().Which.TextContent.Should().Be("1");
        page.FindAll("ul.rows li")[0].TextContent.Should().Contain("Given up").And.Contain("Title of one").And.Contain("404 Not Found");
        page.Find("button[aria-label^='Send again']").Click();
        page.WaitForAssertion(() => page.FindAll("ul.rows li .chip").Should().OnlyContain(c => c.TextContent == "On its way"));
    }

    [Fact]
    public async Task Claim_HeldByAnother_IsLeftUntilTheLeaseEnds()
    {
        await AddAsync("one", NoticeKind.ApprovalWaiting, "", "webhook:desk");
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(1));
        var (mine, others) = (ActivatorUtilities.CreateInstance<OutboxStore>(portal.Services, clock), ActivatorUtilities.CreateInstance<OutboxStore>(portal.Services, clock));
        (await others.ClaimAsync(TimeSpan.FromMinutes(1), 10, None)).Should().HaveCount(1);
        (await mine.ClaimAsync(TimeSpan.FromMinutes(1), 10, None)).Should().BeEmpty();
        clock.Advance(TimeSpan.FromMinutes(2));
        var taken = await mine.ClaimAsync(TimeSpan.FromMinutes(1), 10, None);
        taken.Should().HaveCount(1, "the one that held it has died");
        await others.SentAsync(taken[0].Delivery.Id, None);
        (await mine.LatestAsync(10, None)).Single().State.Should().Be(DeliveryState.Pending, "who lost the lease has no say");
    }

    [Fact]
    public void Delivery_NotAnAdministrator_SeesNone()
    {
        using var viewers = new PortalContext(IrisStory.Cloud(), Roles.Approver);
        var page = viewers.Open<NotificationsPage>("/notifications?tab=delivery");
        page.FindAll(".tab-bar a").Select(a => a.TextContent.Trim()).Should().Equal("Inbox", "What you are told");
        page.Markup.Should().NotContain("Channels");
    }

    [Fact]
    public async Task Failures_OfOnePipeline_AreOneLineUntilItSucceeds()
    {
        for (var i = 1; i <= 120; i++)
            await AddFailureAsync(i);
        var page = portal.Open<NotificationsPage>("/notifications");
        var bell = portal.Render<Bell>();
        bell.Find(".bell").GetAttribute("aria-label").Should().Be("Notifications, 1 unread");
        page.Find("li .title").TextContent.Should().Be("iris failed 120 times");
        page.Find("li .what small").TextContent.Should().StartWith("Reason 120 First ");
        page.Find("button[aria-label='Mark as read: iris failed']").Click();
        page.WaitForAssertion(() => page.FindAll("li.unread").Should().BeEmpty());
        bell.WaitForAssertion(() => bell.FindAll(".bell .count").Should().BeEmpty("all of them are read by one click"));

        await AddFailureAsync(121);
        page.WaitForAssertion(() => page.Find("li.unread .title").TextContent.Should().Be("iris failed 121 times"));
        await Store.EndSeriesAsync(["failed:local/iris"], None);
        await AddFailureAsync(122);
        page.WaitForAssertion(() => page.FindAll("li .title").Select(t => t.TextContent).Should().Equal("iris failed", "iris failed 121 times"));
        bell.WaitForAssertion(() => bell.Find(".bell").GetAttribute("aria-label").Should().Be("Notifications, 2 unread"));
    }

    [Fact]
    public async Task Approval_ThatAsksThePerson_IsFirstAndSaysSo_WhileItDoes()
    {
        var waiting = portal.Cloud.Approvals.Current("local").Items[0];
        await AddAsync("asked", NoticeKind.ApprovalWaiting, ApprovalNotices.Series(waiting));
        await AddAsync("newer", NoticeKind.Approved, "");
        await AddAsync("reminder", NoticeKind.ApprovalReminder, "approval:another");
        var page = portal.Open<NotificationsPage>("/notifications");
        page.FindAll("li .title").Select(t => t.TextContent).Should().Equal("Title of reminder", "Title of newer", "Title of asked");
        page.FindAll("li.asks").Should().BeEmpty();

        portal.Asked.Asks = approval => approval == waiting;
        await AddAsync("news", NoticeKind.Superseded, "");
        page.WaitForAssertion(() => page.FindAll("li .title").Select(t => t.TextContent).Should().Equal("Title of asked", "Title of news", "Title of reminder", "Title of newer"));
        page.FindAll("li.asks .chip").Should().ContainSingle().Which.TextContent.Trim().Should().Be("Asks you");
        var bell = portal.Render<Bell>();
        bell.FindAll(".bell-pop a")[0].TextContent.Should().Contain("Asks you");

        portal.Cloud.Approvals.Set();
        page.WaitForAssertion(() => page.FindAll("li.asks").Should().BeEmpty("it was answered, and no notice had to say so"));
        bell.WaitForAssertion(() => bell.FindAll(".bell-pop .asks").Should().BeEmpty());
    }

    [Fact]
    public async Task Choices_OfAPerson_AreKeptAndTheirsAlone()
    {
        var waiting = portal.Cloud.Approvals.Current("local").Items[0];
        await AddAsync("asked", NoticeKind.ApprovalWaiting, ApprovalNotices.Series(waiting));
        await AddAsync("other", NoticeKind.ApprovalWaiting, "approval:another");
        await AddAsync("failed", NoticeKind.PipelineFailed, "");
        portal.Asked.Asks = approval => approval == waiting;
        var page = portal.Open<NotificationsPage>("/notifications?tab=choices");
        page.FindAll("select").Should().HaveCount(NoticeKinds.All.Count);
        page.FindAll("#choice-PipelineFailed option").Select(o => o.TextContent).Should().Equal("Always", "Never");
        await page.InvokeAsync(() => page.Find("#choice-PipelineFailed").Change("Never"));
        page.WaitForAssertion(() => page.FindAll("[role=status]").Should().ContainSingle());
        await page.InvokeAsync(() => page.Find("#choice-ApprovalWaiting").Change("WhenAsked"));
        page.WaitForAssertion(() => page.Find("#choice-ApprovalWaiting").GetAttribute("value").Should().Be("WhenAsked"));

        var bell = portal.Render<Bell>();
        bell.FindAll(".bell-pop b").Select(b => b.TextContent).Should().Equal("Title of asked");
        bell.Find(".bell").GetAttribute("aria-label").Should().Be("Notifications, 1 unread");
        (await Notices.UnreadAsync(new NoticeReader("somebody else"), None)).Should().Be(3);
        portal.Asked.Asks = _ => false;
        await AddAsync("news", NoticeKind.PipelineFailed, "");
        bell.WaitForAssertion(() => bell.FindAll(".bell-pop b").Should().BeEmpty("it asks this person no more"));

        await page.InvokeAsync(() => page.Find("#choice-PipelineFailed").Change("Always"));
        bell.WaitForAssertion(() => bell.FindAll(".bell-pop b").Select(b => b.TextContent).Should().Equal("Title of news", "Title of failed"));
    }

    [Fact]
    public async Task List_OfThousands_LooksAtTheNewestAndAtWhatAsks()
    {
        await AddAsync("asking", NoticeKind.ApprovalWaiting, "approval:asking");
        await AddAsync("old", NoticeKind.PipelineFailed, "failed:old");
        await using (var context = await portal.Services.GetRequiredService<IDbContextFactory<NotificationDbContext>>().CreateDbContextAsync(None))
        {
            context.AddRange(Enumerable.Range(0, 2000).Select(i => new NotificationRow { Key = $"more-{i}", Series = "failed:more", Kind = NoticeKind.PipelineFailed, Title = "more", InPortal = true }));
            await context.SaveChangesAsync(None);
        }
        (await Notices.LatestAsync(Me, unreadOnly: false, 10, None)).Select(l => l.Title).Should().Equal("more");
        (await Notices.LatestAsync(Me with { Asks = ["approval:asking"] }, unreadOnly: false, 10, None)).Select(l => l.Title).Should().Equal("Title of asking", "more");
    }

    [Theory]
    [InlineData(200, "good", "The channel took the test message.")]
    [InlineData(404, "failed", "The server answered 404 Not Found.")]
    [InlineData(0, "failed", "The server cannot be reached.")]
    public async Task TestMessage_ToEachChannel_SaysWhatBecameOfIt(int status, string tone, string said)
    {
        var hooks = new FakeHooks(status);
        await using var configured = new PortalContext(IrisStory.Cloud(), more: services =>
        {
            services.AddHttpClient(WebhookChannel.Client).ConfigurePrimaryHttpMessageHandler(() => hooks);
            services.Configure<NotificationOptions>(options =>
            {
                options.PortalUrl = "https://mlops.example.com";
                options.Webhooks["desk"] = new() { Url = "https://hooks.example.com/services/secret" };
                options.Webhooks["cards"] = new() { Url = "https://teams.example.com/secret", Format = WebhookFormat.Teams };
            });
        });
        var page = configured.Open<NotificationsPage>("/notifications?tab=delivery");
        foreach (var (channel, host) in new[] { ("webhook:desk", "hooks.example.com"), ("webhook:cards", "teams.example.com") })
        {
            await page.InvokeAsync(() => page.Find($"button[aria-label='Send a test message to {channel}']").Click());
            page.WaitForAssertion(() => page.FindAll("ul.channels li").Single(l => l.TextContent.Contains(channel)).QuerySelector($".said.{tone}")!.TextContent.Should().Be(said));
            hooks.Taken.Should().Contain(t => t.Host == host && t.Body.Contains("Administrator tried it") && t.Body.Contains("https://mlops.example.com/notifications"));
        }
        hooks.Taken.Should().HaveCount(2, "each channel alone is tried, once");
        page.FindAll("section[aria-label=Messages] li").Should().BeEmpty("a test is no message of the outbox, and is not tried again");
        page.Markup.Should().NotContain("secret");
    }

    public void Dispose() => portal.Dispose();

    private Task AddAsync(string key, NoticeKind kind) => AddAsync(key, kind, "");

    private Task AddAsync(string key, NoticeKind kind, string series, params string[] channels) =>
        Store.AddAsync(new Notice(key, kind, $"Title of {key}", "What it is about.", "/approvals/x") { Series = series }, inPortal: true, channels, None);

    private Task AddFailureAsync(int number) => Store.AddAsync(
        new Notice($"failure-{number}", NoticeKind.PipelineFailed, "iris failed", $"Reason {number}", "/pipelines/iris") { Series = "failed:local/iris" }, inPortal: true, [], None);

    /// <summary>Webhooks that answer with a status, or cannot be reached.</summary>
    private sealed class FakeHooks(int status) : HttpMessageHandler
    {
        public List<(string Host, string Body)> Taken { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Taken.Add((request.RequestUri!.Host, await request.Content!.ReadAsStringAsync(cancellationToken)));
            return status > 0 ? new HttpResponseMessage((HttpStatusCode)status) : throw new HttpRequestException(HttpRequestError.ConnectionError, "refused at https://hooks.example.com/services/secret");
        }
    }
}
