using System.Globalization;
using MLOps.Portal.Hosting.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace MLOps.Tests.Unit.Portal;

public sealed class LogRedactionTests
{
    private const string Aws = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    [Theory]
    [InlineData("{\"token\": \"abc-123\"}", "abc-123")]
    [InlineData("https://x/?X-Amz-Signature=abc-123&X-Amz-Date=1", "abc-123")]
    [InlineData("Password=abc-123;Host=db", "abc-123")]
    [InlineData("aws_secret_access_key = " + Aws, Aws)]
    [InlineData("\"SecretAccessKey\":\"" + Aws + "\"", Aws)]
    [InlineData("Authorization: Bearer abc-123", "abc-123")]
    [InlineData("/account/link?key=abc-123", "abc-123")]
    [InlineData("AKIAIOSFODNN7EXAMPLE", "ODNN7EXAMPLE")]
    public void Property_HoldsASecret_IsBlanked(string value, string secret)
    {
        Line("{Message}", value).Should().NotContain(secret).And.Contain("***");
        Line("{@Thing}", new { Inner = new[] { value } }).Should().NotContain(secret);
        Line("{Nothing}", "", new InvalidOperationException(value)).Should().NotContain(secret);
    }

    [Fact]
    public void Property_NamedLikeASecret_IsBlankedWhateverItHolds()
    {
        Line("{ApprovalToken}", "4711").Should().NotContain("4711");
        Line("{@Request}", new { Token = "4711", Pipeline = "iris" }).Should().NotContain("4711").And.Contain("iris");
        Line("{TokenDigest}", "4711").Should().Contain("4711", "a digest tells nothing");
    }

    [Theory]
    [InlineData("ended with exit code: 137")]
    [InlineData("The security token included in the request is invalid")]
    [InlineData("training_jobs/iris-model/trainingjob.zip")]
    public void Property_HoldsNoSecret_StaysAsItIs(string value) => Line("{What}", value).Should().Contain(value);

    [Fact]
    public void Text_WithLineBreaks_StaysOneLine()
    {
        Line("{User:l}", "eve\r\n2026-01-01 INF forged\u2028x\u001b[2J").Should().Be("INF eve\\r\\n2026-01-01 INF forged\\u2028x\\u001b[2J\n");
        var fault = Line("failed", "", new InvalidOperationException("a\n2026-01-01 INF forged"));
        fault.TrimEnd('\n').Split('\n').Skip(1).Should().OnlyContain(line => line.StartsWith("    | ", StringComparison.Ordinal)).And.Contain(line => line.Contains("forged", StringComparison.Ordinal));
    }

    private static string Line(string template, object value, Exception? fault = null)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var log = new LoggerConfiguration().Enrich.With<SecretRedaction>().WriteTo.Sink(new Lines(text)).CreateLogger())
            log.Information(fault, template, value);
        return text.ToString();
    }

    private sealed class Lines(TextWriter output) : ILogEventSink
    {
        private readonly LogLines lines = new("{Level:u3} {Message:lj}");

        public void Emit(LogEvent logEvent) => lines.Format(logEvent, output);
    }
}
