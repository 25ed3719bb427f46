using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Approvals;
using MLOps.Portal.Features.Notifications;
using MLOps.Cloud.Pipelines;
using MLOps.Portal.Features.Notifications.Outbox;
using MLOps.Portal.Features.Notifications.Reading;
using MLOps.Portal.Features.Notifications.Settings;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;
using MLOps.Tests.Integration.Portal;
using SmtpServer.Protocol;

namespace MLOps.Tests.Integration.Notifications;

/// <summary>What waits reaches people outside the portal once, whatever happens on the way.</summary>
public sealed class DeliveryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Quick =
    [
        "--Notifications:PortalUrl=https://mlops.example.com/", "--Notifications:Delivery:FirstPause=00:00:00.2", "--Notifications:Delivery:LongestPause=00:00:01", "--Notifications:Delivery:Timeout=00:00:01",
    ];

    private static string[] Webhook(HookSink sink, string name = "desk", string format = "Slack") => [$"--Notifications:Webhooks:{name}:Url={sink.Url}", $"--Notifications:Webhooks:{name}:Format={format}"];

    private static string[] Mail(MailSink sink) =>
    [
        "--Notifications:Smtp:Host=127.0.0.1", $"--Notifications:Smtp:Port={sink.Port}", "--Notifications:Smtp:Security=None", "--Notifications:Smtp:From=MLOps Portal <mlops@example.com>",
        "--Notifications:Mail:approvers:To:0=ann@example.com", "--Notifications:Mail:approvers:To:1=bob@example.com",
    ];

    [Fact]
    public async Task ApprovalWaits_ReachesEveryChannel_WithALinkAndNoToken()
    {
        await using var hook = await HookSink.StartAsync();
        await using var mail = MailSink.Start();
        await using var portal = await PortalHost.StartAsync(null,
            [.. Quick, .. Webhook(hook, "slack"), .. Webhook(hook, "teams", "Teams"), .. Webhook(hook, "plain", "Json"), .. Mail(mail)]);

        await UntilAsync(portal, () => Task.FromResult(hook.Taken.Count == 3 && mail.Taken.Count == 1), "all four channels are told");

        var approval = portal.Cloud.Approvals.Current("local").Items.Single();
        var link = $"https://mlops.example.com/approvals/{approval.Pipeline}/{approval.Stage}/{approval.Action}/{approval.ExecutionId}";
        var slack = hook.Taken.Single(p => p.Json["blocks"] is not null).Json;
        slack["text"]!.GetValue<string>().Should().Contain("iris-model-pipeline waits for approval").And.Contain($"<{link}|");
        var card = hook.Taken.Single(p => p.Json["attachments"] is not null).Json["attachments"]![0]!;
        card["contentType"]!.GetValue<string>().Should().Be("application/vnd.microsoft.card.adaptive");
        card["content"]!["actions"]![0]!["url"]!.GetValue<string>().Should().Be(link);
        var plain = hook.Taken.Single(p => p.Json["kind"] is not null).Json;
        (plain["kind"]!.GetValue<string>(), plain["link"]!.GetValue<string>()).Should().Be(("ApprovalWaiting", link));
        var letter = mail.Taken.Single();
        letter.To.Mailboxes.Select(m => m.Address).Should().Equal("ann@example.com", "bob@example.com");
        letter.Subject.Should().Be("iris-model-pipeline waits for approval");
        letter.TextBody.Should().Contain(link).And.Contain(approval.ExecutionId);

        approval.TokenDigest.Should().NotBeEmpty();
        (string.Concat(hook.Taken.Select(p => p.Body)) + letter).Should().NotContain(approval.TokenDigest);
        await UntilAsync(portal, () => Task.FromResult(portal.ReadLog().Contains("sent to webhook:slack")), "the log says so");
        portal.ReadLog().Should().NotContain(HookSink.Secret).And.NotContain("/services/");
    }

    [Fact]
    public async Task ServerFailsAndHangs_IsTriedAgain_AndToldOnce()
    {
        await using var hook = await HookSink.StartAsync();
        hook.Answer = number => number switch { 1 => 500, 2 => null, 3 => 429, _ => 200 };
        await using var mail = MailSink.Start();
        var letters = 0;
        mail.Answer = () => Interlocked.Increment(ref letters) == 1 ? new SmtpResponse(SmtpReplyCode.ServiceUnavailable, "come back later") : SmtpResponse.Ok;
        await using var portal = await PortalHost.StartAsync(null, [.. Quick, .. Webhook(hook), .. Mail(mail)]);

        await UntilAsync(portal, () => Task.FromResult(hook.Taken.Count == 1 && mail.Taken.Count == 1), "both are told at last");
        await SettledAsync(portal);

        (hook.Taken.Count, hook.Asked, mail.Taken.Count).Should().Be((1, 4, 1));
        var lines = await Outbox(portal).LatestAsync(10, TestContext.Current.CancellationToken);
        lines.Should().OnlyContain(l => l.State == DeliveryState.Sent);
        portal.ReadLog().Should().NotContain("not written down");
        lines.Single(l => l.Channel == "webhook:desk").Attempts.Should().Be(4);
    }

    [Fact]
    public async Task HookIsGone_EndsWhereAdministratorsSeeIt_AndCanBeSentAgain()
    {
        await using var hook = await HookSink.StartAsync();
        hook.Answer = _ => 404;
        await using var portal = await PortalHost.StartAsync(null, [.. Quick, .. Webhook(hook)]);
        await SettledAsync(portal);

        using var admin = await portal.SignInAsync(Roles.Admin);
        var page = await admin.GetAsync("/notifications?tab=delivery");
        page.Html.Should().Contain("Given up").And.Contain("The server answered 404 Not Found.").And.Contain("Send again").And.NotContain(HookSink.Secret);
        using var approver = await portal.SignInAsync(Roles.Approver);
        (await approver.GetAsync("/notifications?tab=delivery")).Html.Should().NotContain("Given up").And.Contain($"{IrisStory.Pipeline} waits for approval");

        hook.Answer = _ => 200;
        var dead = (await Outbox(portal).LatestAsync(10, TestContext.Current.CancellationToken)).Single();
        (await Outbox(portal).ReviveAsync(dead.Id, TestContext.Current.CancellationToken)).Should().BeTrue();
        await Eventually.TrueAsync(() => Task.FromResult(hook.Taken.Count == 1), Patience, "it is sent again");
    }

    [Fact]
    public async Task Restart_GoesOnWithWhatWasOnItsWay_AndTellsWhatEndedMeanwhile()
    {
        var state = Directory.CreateTempSubdirectory("mlops-outbox-").FullName;
        var port = PortalProcess.FreePort();
        string[] settings = [.. Quick, $"--Portal:StateFolder={state}", $"--Notifications:Webhooks:desk:Url=http://127.0.0.1:{port}/x", "--Notifications:Webhooks:desk:Format=Json"];
        var now = DateTimeOffset.UtcNow;
        await using (var portal = await PortalHost.StartAsync(IrisStory.Cloud(now), settings))
            await UntilAsync(portal, async () => (await Outbox(portal).LatestAsync(10, default)).Any(l => l.Attempts > 0), "nobody listens yet");

        await using var hook = await HookSink.StartAsync(port);
        var cloud = IrisStory.Cloud(now);
        cloud.Approvals.Set();
        cloud.Standing = new(null, new ApprovalOutcome.AlreadyAnswered(true, "arn:aws:sts::123456789012:assumed-role/portal/mlops", now, "Ann Approver: good"));
        await using (var again = await PortalHost.StartAsync(cloud, settings))
        {
            await Eventually.TrueAsync(() => Task.FromResult(hook.Taken.Count == 2), Patience, "both messages arrive");
            await SettledAsync(again);
            hook.Taken.Select(p => p.Json["kind"]!.GetValue<string>()).Should().BeEquivalentTo("ApprovalWaiting", "Approved");
            hook.Taken.Last(p => p.Body.Contains("\"Approved\"")).Json["text"]!.GetValue<string>().Should().Be("Ann Approver: good");
        }
        await using (var third = await PortalHost.StartAsync(cloud, settings))
            await SettledAsync(third);
        hook.Asked.Should().Be(2, "a start repeats nothing");
        Directory.Delete(state, recursive: true);
    }

    [Fact]
    public async Task TwoInstances_TellEachThingOnce()
    {
        await using var hook = await HookSink.StartAsync();
        string[] settings =
        [
            .. Quick, .. Webhook(hook, "desk", "Json"), "--Portal:Database:Provider=Postgres", $"--Portal:Database:ConnectionString={await PostgresServer.NewDatabaseAsync()}",
        ];
        var now = DateTimeOffset.UtcNow;
        var (left, right) = (IrisStory.Cloud(now), IrisStory.Cloud(now));
        var both = await Task.WhenAll(PortalHost.StartAsync(left, settings), PortalHost.StartAsync(right, settings));
        await using var one = both[0];
        await using var other = both[1];
        var many = Enumerable.Range(1, 30).Select(i => new PendingApproval("local", $"pipeline-{i}", "Gate", "Approve", $"execution-{i}") { Since = now, TokenDigest = $"d{i}" }).ToArray();
        left.Approvals.Set(many);
        right.Approvals.Set(many);

        await Eventually.TrueAsync(async () => hook.Taken.Count >= 30 && await IsSettledAsync(one), Patience, "all are told");

        hook.Taken.Where(p => p.Json["kind"]!.GetValue<string>() == "ApprovalWaiting" && p.Body.Contains("\"pipeline-")).Select(p => p.Key).Should().OnlyHaveUniqueItems().And.HaveCount(30);
        hook.Taken.Should().HaveCount(31, "the story's own approval is told too, once");
    }

    [Fact]
    public async Task Link_OfANotice_MarksItReadForThatPersonAlone()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        cloud.Pipelines.Set();
        await using var portal = await PortalHost.StartAsync(cloud);
        using var approver = await portal.SignInAsync(Roles.Approver);
        using var viewer = await portal.SignInAsync(Roles.Viewer);
        var link = "";
        await UntilAsync(portal, async () =>
        {
            var found = System.Text.RegularExpressions.Regex.Matches((await approver.GetAsync("/notifications")).Html, "/notifications/\\d+/open").Select(m => m.Value).Distinct().ToList();
            link = found.FirstOrDefault() ?? "";
            return found.Count == 1;
        }, "the approval is in the list");

        (await approver.GetAsync("/pipelines")).Html.Should().Contain("Notifications, 1 unread");
        var opened = await approver.GetAsync(link);

        (opened.Status, opened.Location).Should().Be((HttpStatusCode.Redirect, portal.Cloud.Approvals.Current("local").Items.Select(a => $"/approvals/{a.Pipeline}/{a.Stage}/{a.Action}/{a.ExecutionId}").Single()));
        (await approver.GetAsync("/pipelines")).Html.Should().NotContain("1 unread");
        (await viewer.GetAsync("/pipelines")).Html.Should().Contain("Notifications, 1 unread");
        (await viewer.GetAsync("/notifications/4711/open")).Status.Should().Be(HttpStatusCode.NotFound);
        using var stranger = portal.Open();
        (await stranger.GetAsync(link)).Location.Should().Contain("/account/sign-in");
    }

    [Fact]
    public async Task Start_WrongSettings_TellsAllFaultsAndNoSecret()
    {
        var start = () => PortalHost.StartAsync(null,
            $"--Notifications:Webhooks:desk:Url=http://hooks.example.com/{HookSink.Secret}", "--Notifications:Mail:ops:To:0=nobody", "--Notifications:Reminders:0=-01:00:00",
            "--Notifications:Webhooks:desk:Events:0=ApprovalWating", "--Notifications:Webhooks:desk:Events:1=Rejected", "--Notifications:InPortal:0=Test", "--Notifications:Mail:ops:Evnts:0=Approved",
            "--Notifications:Delivery:Timeout=soon", "--Notifications:Delivery:Attempts=many", "--Notifications:Webhooks:desk:Format=Slak");
        var fault = (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Message;
        fault.Should().Contain("Notifications:PortalUrl is needed").And.Contain("Webhooks:desk:Url begins with http:").And.Contain("Smtp:Host").And.Contain("'nobody'").And.Contain("Reminders holds -01:00:00");
        fault.Should().Contain("Webhooks:desk:Events:0 is 'ApprovalWating'; it may be ApprovalWaiting, ApprovalReminder").And.Contain("InPortal holds 'Test'").And.Contain("Mail:ops:Evnts is not known; Notifications:Mail:ops may hold")
            .And.Contain("Delivery:Timeout is 'soon'; it must be a time").And.Contain("Delivery:Attempts is 'many'; it must be a number").And.Contain("Webhooks:desk:Format is 'Slak'; it may be Slack, Teams, Json", "all is told at once");
        fault.Should().NotContain("'Rejected'").And.NotContain(HookSink.Secret);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task List_OfWhoIsAsked_PutsTheApprovalFirst_ButNotOfWhoAskedForIt(bool keepsRequestersOut)
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        cloud.Pipelines.Set();
        await using var portal = await PortalHost.StartAsync(cloud,
            "--Gates:Default:Approvers:Roles:0=scientist", "--Gates:Default:Approvers:People:0=approver", $"--Gates:Default:ExcludeRequester={keepsRequestersOut}");
        using var approver = await portal.SignInAsync(Roles.Approver);
        using var scientist = await portal.SignInAsync(Roles.Scientist);
        using var viewer = await portal.SignInAsync(Roles.Viewer);
        await UntilAsync(portal, async () => (await viewer.GetAsync("/notifications")).Html.Contains($"{IrisStory.Pipeline} waits for approval"), "the approval is in the list");

        (await approver.GetAsync("/notifications")).Html.Should().Contain("Asks you", "the gate names the person");
        (await viewer.GetAsync("/notifications")).Html.Should().NotContain("Asks you");
        // Whose upload it is is known as soon as the evidence was read.
        await UntilAsync(portal, async () => (await scientist.GetAsync("/notifications")).Html.Contains("Asks you") != keepsRequestersOut, "the gate names the scientist's role, and the candidate is the scientist's own");
    }

    [Fact]
    public async Task Failures_InARow_AreOneLine_UntilThePipelineSucceeds()
    {
        var now = DateTimeOffset.UtcNow;
        var cloud = IrisStory.Cloud(now);
        cloud.Approvals.Set();
        cloud.Pipelines.Set();
        await using var portal = await PortalHost.StartAsync(cloud);
        using var viewer = await portal.SignInAsync(Roles.Viewer);
        for (var run = 1; run <= 3; run++)
            await RunAsync($"e-{run}", "Failed", run == 1 ? "iris failed" : $"iris failed {run} times");
        cloud.Pipelines.Set(new PipelineSummary("local", "iris") { Latest = new("e-4", "Succeeded") { Updated = now } });
        await Eventually.TrueAsync(async () => await portal.Services.GetRequiredService<NoticeList>().LatestAsync(new NoticeReader(""), false, 5, default) is [{ Count: 3 }], Patience, "three failures are one line");
        await RunAsync("e-5", "Failed", "iris failed<");
        (await viewer.GetAsync("/notifications")).Html.Should().Contain("iris failed 3 times");

        Task RunAsync(string execution, string status, string says)
        {
            cloud.Pipelines.Set(new PipelineSummary("local", "iris") { Latest = new(execution, status) { Updated = now } });
            return UntilAsync(portal, async () => (await viewer.GetAsync("/notifications")).Html.Contains(says), says);
        }
    }

    /// <summary>Waits, and tells what the portal logged where it waits in vain.</summary>
    private static async Task UntilAsync(PortalHost portal, Func<Task<bool>> condition, string what)
    {
        try
        {
            await Eventually.TrueAsync(condition, Patience, what);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{portal.ReadLog()}", late);
        }
    }

    private static OutboxStore Outbox(PortalHost portal) => portal.Services.GetRequiredService<OutboxStore>();

    private static async Task<bool> IsSettledAsync(PortalHost portal) =>
        await Outbox(portal).LatestAsync(500, default) is { Count: > 0 } lines && lines.All(l => l.State != DeliveryState.Pending);

    /// <summary>Waits until nothing is on its way.</summary>
    private static Task SettledAsync(PortalHost portal) => UntilAsync(portal, () => IsSettledAsync(portal), "nothing is on its way");
}
