using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.Portal.Features.Notifications.Settings;

namespace MLOps.Portal.Features.Notifications.Channels;

/// <summary>Messages in the forms that webhooks take. What people wrote is data in them: it can neither mention anybody nor set links.</summary>
internal static class Payloads
{
    /// <summary>Letters of all languages as they are: receivers show the text.</summary>
    public static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int SlackHeader = 150;

    public static JsonNode Of(WebhookFormat format, Message message) => format switch
    {
        WebhookFormat.Teams => Teams(message),
        WebhookFormat.Json => Plain(message),
        _ => Slack(message),
    };

    /// <summary>https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks</summary>
    private static JsonObject Slack(Message message)
    {
        var facts = string.Join('\n', message.Facts.Select(f => $"*{SlackText(f.Name)}:* {SlackText(f.Value)}"));
        return new JsonObject
        {
            // What notifications of the operating system show, and receivers that know no blocks.
            ["text"] = $"{SlackText(message.Title)}: {SlackText(message.Text)} <{message.Link.AbsoluteUri}|{LinkText(message.Kind)}>",
            ["blocks"] = new JsonArray(
                new JsonObject { ["type"] = "header", ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = Cut(message.Title, SlackHeader), ["emoji"] = false } },
                new JsonObject { ["type"] = "section", ["text"] = Mrkdwn(SlackText(message.Text) + (facts.Length > 0 ? "\n" + facts : "")) },
                new JsonObject { ["type"] = "section", ["text"] = Mrkdwn($"<{message.Link.AbsoluteUri}|{LinkText(message.Kind)}>") }),
        };
    }

    private static JsonObject Mrkdwn(string text) => new() { ["type"] = "mrkdwn", ["text"] = Cut(text, 3000) };

    /// <summary>The three letters by which Slack knows mentions and links.</summary>
    private static string SlackText(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>https://adaptivecards.io/explorer: the version that Teams shows everywhere.</summary>
    private static JsonObject Teams(Message message) => new()
    {
        ["type"] = "message",
        ["attachments"] = new JsonArray(new JsonObject
        {
            ["contentType"] = "application/vnd.microsoft.card.adaptive",
            ["contentUrl"] = null,
            ["content"] = new JsonObject
            {
                ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
                ["type"] = "AdaptiveCard",
                ["version"] = "1.4",
                ["body"] = new JsonArray(
                    new JsonObject { ["type"] = "TextBlock", ["text"] = CardText(message.Title), ["size"] = "Large", ["weight"] = "Bolder", ["wrap"] = true },
                    new JsonObject { ["type"] = "TextBlock", ["text"] = CardText(message.Text), ["wrap"] = true },
                    new JsonObject
                    {
                        ["type"] = "FactSet",
                        ["facts"] = new JsonArray([.. message.Facts.Select(f => new JsonObject { ["title"] = CardText(f.Name), ["value"] = CardText(f.Value) })]),
                    }),
                ["actions"] = new JsonArray(new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = LinkText(message.Kind), ["url"] = message.Link.AbsoluteUri }),
            },
        }),
    };

    /// <summary>Cards know some Markdown: links, emphasis, lists.</summary>
    private static string CardText(string text) => string.Concat(text.Select(c => c is '[' or ']' or '*' or '_' or '`' or '\\' ? $"\\{c}" : c.ToString()));

    private static JsonObject Plain(Message message) => new()
    {
        ["id"] = message.Id,
        ["kind"] = message.Kind.ToString(),
        ["at"] = message.At.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["title"] = message.Title,
        ["text"] = message.Text,
        ["link"] = message.Link.AbsoluteUri,
        ["facts"] = new JsonObject(message.Facts.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)f.Value))),
    };

    /// <summary>What the link is called.</summary>
    public static string LinkText(NoticeKind kind) => kind switch
    {
        NoticeKind.ApprovalWaiting or NoticeKind.ApprovalReminder or NoticeKind.ApprovalExpiring => "Look at the evidence and sign off",
        NoticeKind.PipelineFailed => "Open the pipeline",
        NoticeKind.Test => "Open the portal",
        _ => "Open the sign-off page",
    };

    private static string Cut(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, most - 1), "…");
}
