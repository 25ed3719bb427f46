using MLOps.Portal.Features.Notifications;
using MLOps.Portal.Features.Notifications.Channels;
using MLOps.Portal.Features.Notifications.Settings;

namespace MLOps.Tests.Unit.Notifications;

public sealed class PayloadTests
{
    private static readonly Message Hostile = new("m-1", NoticeKind.ApprovalWaiting, "<!channel> & *iris*", "See <http://evil.example|here> [x](http://evil.example)",
        new Uri("https://mlops.example.com/approvals/iris?cloud=a&b=1"), DateTimeOffset.UnixEpoch, [new("Note", "<@U123> *bold*")]);

    [Fact]
    public void Slack_HostileText_MentionsNobodyAndSetsNoLink()
    {
        var payload = Payloads.Of(WebhookFormat.Slack, Hostile);
        payload["blocks"]![0]!["text"]!["type"]!.GetValue<string>().Should().Be("plain_text", "in which Slack reads no mark-up");
        var marked = payload["text"] + string.Concat(payload["blocks"]!.AsArray().Skip(1).Select(b => b!["text"]!["text"]));
        marked.Should().NotContain("<!channel>").And.NotContain("<@U123>").And.NotContain("<http://evil");
        marked.Should().Contain("&lt;!channel&gt; &amp; *iris*: See").And.Contain("<https://mlops.example.com/approvals/iris?cloud=a&b=1|");
    }

    [Fact]
    public void Teams_HostileText_SetsNoLink()
    {
        var card = Payloads.Of(WebhookFormat.Teams, Hostile)["attachments"]![0]!["content"]!;
        card["body"]![1]!["text"]!.GetValue<string>().Should().Be(@"See <http://evil.example|here> \[x\](http://evil.example)");
        card["body"]![2]!["facts"]![0]!["value"]!.GetValue<string>().Should().Be(@"<@U123> \*bold\*");
        card["actions"]![0]!["title"]!.GetValue<string>().Should().Be("Look at the evidence and sign off");
    }
}
