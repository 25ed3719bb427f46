using MLOps.Cloud.Approvals;
using MLOps.Cloud.Pipelines;
using MLOps.Portal.Features.Notifications;
using MLOps.Portal.Features.Notifications.Outbox;
using MLOps.Portal.Features.Notifications.Settings;
using MLOps.Portal.Features.Notifications.Watching;

namespace MLOps.Tests.Unit.Notifications;

public sealed class ApprovalNoticesTests
{
    private static readonly DateTimeOffset Since = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly NotificationOptions Usual = new();
    private static readonly OneConnection Connections = new();
    private static readonly PendingApproval Approval = new("local", "iris", "Gate", "Approve", "e-1") { Since = Since, Expires = Since.AddDays(7), TokenDigest = "digest" };

    [Theory]
    [InlineData(0, NoticeKind.ApprovalWaiting)]
    [InlineData(23.9, NoticeKind.ApprovalWaiting)]
    [InlineData(24, NoticeKind.ApprovalReminder)]
    [InlineData(80, NoticeKind.ApprovalReminder)]
    [InlineData(144, NoticeKind.ApprovalExpiring)]
    [InlineData(167, NoticeKind.ApprovalExpiring)]
    public void Due_AsTimeGoesOn_SaysTheLatest(double hours, NoticeKind kind) =>
        ApprovalNotices.Due(Approval, Usual, Since.AddHours(hours), Connections).Kind.Should().Be(kind);

    [Fact]
    public void Due_EveryStep_HasAKeyOfItsOwn()
    {
        double[] hours = [0, 1, 24, 25, 72, 100, 144, 150, 166, 167];
        hours.Select(h => ApprovalNotices.Due(Approval, Usual, Since.AddHours(h), Connections).Key).Distinct()
            .Should().HaveCount(5, "it waits, after one day, after three days, one day before its end, two hours before its end");
        ApprovalNotices.Due(Approval, Usual, Since, Connections).Key.Should().NotBe(ApprovalNotices.Due(Approval with { TokenDigest = "asked anew" }, Usual, Since, Connections).Key);
    }

    [Fact]
    public void Due_ShortApproval_DoesNotExpireBeforeItWaits() =>
        ApprovalNotices.Due(Approval with { Expires = Since.AddMinutes(30) }, Usual, Since.AddMinutes(5), Connections).Kind.Should().Be(NoticeKind.ApprovalWaiting);

    [Fact]
    public void Next_IsTheNearestMoment()
    {
        ApprovalNotices.Next(Approval, Usual, Since.AddHours(1)).Should().Be(Since.AddDays(1));
        ApprovalNotices.Next(Approval, Usual, Since.AddDays(4)).Should().Be(Since.AddDays(6));
        ApprovalNotices.Next(Approval, Usual, Since.AddDays(6.99)).Should().BeNull();
        ApprovalNotices.Next(Approval, new NotificationOptions { Reminders = [], ExpiryWarnings = [] }, Since).Should().BeNull();
    }

    [Fact]
    public void Ended_SaysWhatCodePipelineSays()
    {
        var watched = new WatchedRow { Key = "k", Connection = "local", Pipeline = "iris", Stage = "Gate", Action = "Approve", ExecutionId = "e-1" };
        ApprovalNotices.Ended(watched, new ApprovalOutcome.AlreadyAnswered(false, "arn:aws:sts::1:assumed-role/console/eve", Since, ""), Connections)!
            .Should().Match<Notice>(n => n.Kind == NoticeKind.Rejected && n.Text == "By eve.");
        ApprovalNotices.Ended(watched, new ApprovalOutcome.Expired(), Connections)!.Kind.Should().Be(NoticeKind.ApprovalExpired);
        ApprovalNotices.Ended(watched, new ApprovalOutcome.Superseded("e-2"), Connections)!.Kind.Should().Be(NoticeKind.Superseded);
        ApprovalNotices.Ended(watched, new ApprovalOutcome.NotWaiting("Stopped"), Connections).Should().BeNull();
    }

    [Fact]
    public void Failure_IsToldByItsAction_UnlessAnApprovalFailed()
    {
        var failed = new PipelineSummary("local", "iris")
        {
            Latest = new("e-1", "Failed") { Updated = Since },
            Stages = [new("Train", "Failed", "e-1") { Actions = [new("TrainModel", "Failed") { Category = "Invoke", ErrorMessage = "no such image" }] }],
        };
        FailureNotices.Of(failed, Since.AddMinutes(1), Connections)!.Should().Match<Notice>(n =>
            n.Text == "TrainModel in Train failed: no such image" && n.Path == "/pipelines/iris?execution=e-1");
        FailureNotices.Of(failed, Since.AddDays(2), Connections).Should().BeNull("an old failure is history");
        FailureNotices.Of(failed with { Stages = [new("Gate", "Failed", "e-1") { Actions = [new("Approve", "Failed") { Category = "Approval" }] }] }, Since, Connections).Should().BeNull("its rejection is told");
    }

    [Fact]
    public void Pause_DoublesUpToTheLongest_AndHeedsWhatIsAsked()
    {
        var (first, longest) = (TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));
        Enumerable.Range(1, 7).Select(n => Backoff.Pause(n, first, longest, null, 1).TotalSeconds).Should().Equal(10, 20, 40, 80, 160, 300, 300);
        Backoff.Pause(1, first, longest, null, 0).TotalSeconds.Should().Be(8);
        Backoff.Pause(1, first, longest, TimeSpan.FromMinutes(1), 0).TotalSeconds.Should().Be(60);
        Backoff.Pause(1, first, longest, TimeSpan.FromDays(9), 0).Should().Be(longest, "nobody may keep a message waiting for days");
    }
}
