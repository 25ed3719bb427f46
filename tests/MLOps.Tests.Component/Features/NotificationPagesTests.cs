using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MLOps.Portal.Features.Notifications;
using MLOps.Portal.Features.Notifications.Outbox;
using MLOps.Portal.Features.Notifications.Pages;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class NotificationPagesTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly PortalContext portal = new(IrisStory.Cloud());

    private NotificationStore Store => portal.Services.GetRequiredService<NotificationStore>();

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

        await Store.MarkAllReadAsync("", None);
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
        await Store.MarkAllReadAsync("", None);
        var page = portal.Open<NotificationsPage>("/notifications?show=unread");
        page.Markup.Should().Contain("All is read");
        await AddAsync("two", NoticeKind.ApprovalExpired);
        page.WaitForAssertion(() => page.FindAll("li").Should().ContainSingle().Which.TextContent.Should().Contain("Expired"));
    }

    [Fact]
    public async Task Delivery_GivenUp_IsFirstAndCanBeSentAgain()
    {
        await AddAsync("one", NoticeKind.ApprovalWaiting, "webhook:desk");
        await AddAsync("two", NoticeKind.ApprovalWaiting, "webhook:desk");
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
        await AddAsync("one", NoticeKind.ApprovalWaiting, "webhook:desk");
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
        page.FindAll(".tab-bar").Should().BeEmpty();
        page.Markup.Should().NotContain("Channels");
    }

    public void Dispose() => portal.Dispose();

    private Task AddAsync(string key, NoticeKind kind, params string[] channels) =>
        Store.AddAsync(new Notice(key, kind, $"Title of {key}", "What it is about.", "/approvals/x"), inPortal: true, channels, None);
}
