using System.Text;
using System.Text.RegularExpressions;
using Serilog.Core;
using Serilog.Events;

namespace MLOps.Portal.Hosting.Logging;

/// <summary>
/// Blanks what is secret, by the names of properties and by the shape of their values, and keeps control characters out: a name with a line
/// break in it must not make a line of its own.
/// </summary>
internal sealed partial class SecretRedaction : ILogEventEnricher
{
    private const string Blank = "***";
    private static readonly string[] SecretNames = ["password", "secret", "token", "authorization", "cookie", "accesskey", "credential"];

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        List<LogEventProperty>? changed = null;
        foreach (var (name, value) in logEvent.Properties)
        {
            var safe = IsSecret(name) ? new ScalarValue(Blank) : Safe(value);
            if (!ReferenceEquals(safe, value))
                (changed ??= []).Add(new LogEventProperty(name, safe));
        }
        foreach (var property in changed ?? [])
            logEvent.AddOrUpdateProperty(property);
    }

    /// <summary>The text without secrets; line breaks stay, which a stack trace needs.</summary>
    public static string Redact(string text) => AccessKey().Replace(SecretInText().Replace(text, "$1" + Blank), "$1" + Blank);

    /// <summary>The text with control characters, and what terminals and viewers take for a line's end, written out.</summary>
    public static string OneLine(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAny("\x7f\x85\u2028\u2029"))
            return text;
        var line = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\n' => line.Append("\\n"),
                '\r' => line.Append("\\r"),
                '\t' => line.Append("\\t"),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' => line.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture)),
                _ => line.Append(c),
            };
        }
        return line.ToString();
    }

    private static bool IsSecret(string name) =>
        SecretNames.Any(secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase)) && !name.EndsWith("Digest", StringComparison.Ordinal);

    private static LogEventPropertyValue Safe(LogEventPropertyValue value)
    {
        switch (value)
        {
            case ScalarValue { Value: string text }:
                var safe = OneLine(Redact(text));
                return safe == text ? value : new ScalarValue(safe);
            case ScalarValue { Value: not null and not IFormattable and not bool } other:
                // What writes itself as text, such as a path, is text from here on.
                var written = other.Value.ToString() ?? "";
                var line = OneLine(Redact(written));
                return line == written ? value : new ScalarValue(line);
            case SequenceValue list:
                return new SequenceValue(list.Elements.Select(Safe));
            case DictionaryValue map:
                return new DictionaryValue(map.Elements.Select(e => KeyValuePair.Create(e.Key, IsSecret(e.Key.Value?.ToString() ?? "") ? new ScalarValue(Blank) : Safe(e.Value))));
            case StructureValue structure:
                return new StructureValue(structure.Properties.Select(p => new LogEventProperty(p.Name, IsSecret(p.Name) ? new ScalarValue(Blank) : Safe(p.Value))), structure.TypeTag);
            default:
                return value;
        }
    }

    [GeneratedRegex("((?:token|password|secret|signature|secretaccesskey|aws_secret_access_key)[\"']?\\s*[=:]\\s*[\"']?|[?&](?:code|key|sig)=|hooks\\.slack\\.com/|bearer |AWS4-HMAC-SHA256 )[^&\\s\"',;}]+", RegexOptions.IgnoreCase)]
    private static partial Regex SecretInText();

    /// <summary>Access key ids are no secrets, but they tell which key to look for.</summary>
    [GeneratedRegex("\\b((?:AKIA|ASIA)[A-Z0-9]{4})[A-Z0-9]{12}\\b")]
    private static partial Regex AccessKey();
}
