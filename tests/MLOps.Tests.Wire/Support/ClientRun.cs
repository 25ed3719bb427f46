using System.Text.Json.Nodes;

namespace MLOps.Tests.Wire.Support;

/// <summary>How a client program ended.</summary>
public sealed record ClientRun(int ExitCode, string Output, string Error)
{
    /// <summary>The output as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Output) ?? throw new InvalidOperationException("The client printed null.");

    /// <summary>Fails the test, with all that the client said, unless it ended well.</summary>
    public ClientRun Succeeded()
    {
        if (ExitCode != 0)
            Assert.Fail($"The client ended with {ExitCode}.\n{Error}\n{Output}");
        return this;
    }

    /// <summary>Fails the test unless the client ended with an error that says this.</summary>
    public ClientRun Refused(string text)
    {
        ExitCode.Should().NotBe(0, "the client should have been refused; it printed {0}", Output);
        Error.Should().Contain(text);
        return this;
    }
}
