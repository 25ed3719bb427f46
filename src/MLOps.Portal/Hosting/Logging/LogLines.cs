using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace MLOps.Portal.Hosting.Logging;

/// <summary>
/// Writes one line an event. A fault follows with a margin before each of its lines: nothing that a fault quotes can pass for an event of
/// its own.
/// </summary>
internal sealed class LogLines(string template) : ITextFormatter
{
    private const string Margin = "    | ";
    private readonly MessageTemplateTextFormatter line = new(template, CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        line.Format(logEvent, output);
        output.Write('\n');
        if (logEvent.Exception is null)
            return;
        foreach (var part in SecretRedaction.Redact(logEvent.Exception.ToString()).Split(['\r', '\n', '\x85', '\u2028', '\u2029'], StringSplitOptions.RemoveEmptyEntries))
        {
            output.Write(Margin);
            output.Write(SecretRedaction.OneLine(part));
            output.Write('\n');
        }
    }
}
