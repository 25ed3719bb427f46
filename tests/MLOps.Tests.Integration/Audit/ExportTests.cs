using System.Diagnostics;
using System.Net;
using System.Text;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Integration.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Tests.Integration.Audit;

/// <summary>What a person takes out of the portal, checked by the program that an auditor has.</summary>
public sealed class ExportTests
{
    [Theory]
    [InlineData("jsonl")]
    [InlineData("csv")]
    public async Task Export_AnyForm_IsCheckedByTheVerifier(string form)
    {
        await using var portal = await PortalHost.StartAsync();
        var ledger = portal.Services.GetRequiredService<ILedger>();
        for (var i = 0; i < 5; i++)
            await ledger.AppendAsync(Entries.Fact("note", "") with { Object = "=cmd|' /C calc'!A0", Why = "two\nlines, \"quoted\" ä😀", Name = "@Ada" }, TestContext.Current.CancellationToken);
        using var browser = await portal.SignInAsync(Roles.Viewer);

        var answer = await browser.GetAsync($"/audit/export.{form}");
        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Message.Content.Headers.ContentDisposition!.FileName.Should().Match($"*ledger-*.{form}*");
        var file = await answer.Message.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var head = (await LedgerTests.AllAsync(portal))[^1].Hash;

        (await VerifyAsync(file, "--head", head)).Should().Be((0, $"WHOLE: 6 entries, head {head}\nThe known head is there, with 0 entries behind it.\n"));
        var text = Encoding.UTF8.GetString(file);
        (await VerifyAsync(Encoding.UTF8.GetBytes(text.Replace("Ada", "Eve", StringComparison.Ordinal)))).Should().Match<(int Code, string Said)>(r => r.Code == 1 && r.Said.StartsWith("BROKEN at entry 2: Entry 2 was changed", StringComparison.Ordinal));
        (await VerifyAsync(file, "--head", new string('0', 64))).Code.Should().Be(1);
        (await VerifyAsync(file, "--head", "short")).Code.Should().Be(2);
        if (form == "csv")
            text.Should().Contain(",'=cmd|").And.Contain(",'@Ada,").And.NotContain(",=cmd").And.NotContain(",@Ada");
    }

    [Fact]
    public async Task Export_Stranger_GetsNothing()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = portal.Open();
        (await browser.GetAsync("/audit/export.jsonl")).Status.Should().Be(HttpStatusCode.Redirect);
    }

    private static async Task<(int Code, string Said)> VerifyAsync(byte[] file, params string[] more)
    {
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, file);
        try
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in (string[])[PortalProcess.Built("src/MLOps.Ledger.Verifier", "mlops-ledger.dll"), "verify", path, .. more])
                start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var said = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, said);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
