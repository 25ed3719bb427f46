using System.Diagnostics;
using System.IO.Compression;
using Amazon.CodePipeline;
using Amazon.CodePipeline.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>
/// An auditor's visit: what people did is found, looked into, taken away as a file, and checked by the program that needs no portal. The portal is a
/// real one; its cloud holds one small pipeline, so that there is something to decide.
/// </summary>
public sealed class AuditWalkTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const string Pipeline = "churn-model-pipeline";
    private static readonly LocatorAssertionsToBeVisibleOptions Long = new() { Timeout = 60_000 };
    private readonly PageCheck check = new();

    [Fact]
    public async Task Visit_SearchFilterOneDeedExportsAndTheVerifier()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess("--Cloud:Workshop:Seed=false");
        try
        {
            await portal.StartAsync(http);
            var execution = await WaitingAsync(portal.CloudUrl);
            var admin = await browser.SignedInAsync(portal, "Administrator");
            await InviteAndDisableAsync(admin);
            await ApproveAsync(await browser.SignedInAsync(portal, "Approver"), execution);

            await FindAsync(admin);
            await LookIntoAsync(admin, execution);
            await TakeAwayAndCheckAsync(admin);
        }
        catch (Exception)
        {
            await browser.KeepAsync("audit", portal);
            throw;
        }
        check.Conclude();
    }

    /// <summary>A pipeline that brings an upload to an approval; answers the execution that waits there.</summary>
    private static async Task<string> WaitingAsync(string url)
    {
        var who = new BasicAWSCredentials("test", "test");
        using var s3 = new AmazonS3Client(who, new AmazonS3Config { ServiceURL = url, AuthenticationRegion = "us-east-1", ForcePathStyle = true });
        using var pipelines = new AmazonCodePipelineClient(who, new AmazonCodePipelineConfig { ServiceURL = url, AuthenticationRegion = "us-east-1" });
        await s3.PutBucketAsync("churn");
        await s3.PutBucketVersioningAsync(new() { BucketName = "churn", VersioningConfig = new() { Status = VersionStatus.Enabled } });
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var writer = new StreamWriter(archive.CreateEntry("notes.txt").Open());
            await writer.WriteAsync("a model of churn");
        }
        zip.Position = 0;
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "churn", Key = "model.zip", InputStream = zip });
        await pipelines.CreatePipelineAsync(new()
        {
            Pipeline = new()
            {
                Name = Pipeline, RoleArn = "arn:aws:iam::123456789012:role/pipeline", PipelineType = PipelineType.V2, ArtifactStore = new() { Type = ArtifactStoreType.S3, Location = "churn" },
                Stages =
                [
                    new()
                    {
                        Name = "Source",
                        Actions =
                        [
                            new()
                            {
                                Name = "Upload", ActionTypeId = new() { Category = ActionCategory.Source, Owner = ActionOwner.AWS, Provider = "S3", Version = "1" }, OutputArtifacts = [new() { Name = "Model" }],
                                Configuration = new() { ["S3Bucket"] = "churn", ["S3ObjectKey"] = "model.zip" },
                            },
                        ],
                    },
                    new() { Name = "Release", Actions = [new() { Name = "Approve", ActionTypeId = new() { Category = ActionCategory.Approval, Owner = ActionOwner.AWS, Provider = "Manual", Version = "1" } }] },
                ],
            },
        });
        var execution = "";
        await Eventually.TrueAsync(async () =>
        {
            var stage = (await pipelines.GetPipelineStateAsync(new() { Name = Pipeline })).StageStates.First(s => s.StageName == "Release");
            execution = stage.LatestExecution?.PipelineExecutionId ?? "";
            return stage.ActionStates[0].LatestExecution?.Token is { Length: > 0 };
        }, TimeSpan.FromSeconds(60), "the run comes to its approval");
        return execution;
    }

    private static async Task InviteAndDisableAsync(IPage page)
    {
        await page.GotoAsync("/account/people");
        await page.Locator("input[name=userName]").FillAsync("casey");
        await page.Locator("input[name=displayName]").FillAsync("Casey Doe");
        await page.Locator("input[name=roles][value=approver]").CheckAsync();
        await page.Locator("form:has(input[name=userName]) button[type=submit]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "A link for Casey Doe" })).ToBeVisibleAsync();
        await page.GotoAsync("/account/people?q=casey");
        await page.GetByRole(AriaRole.Link, new() { Name = "Casey Doe", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Disable the account" }).ClickAsync();
        await Expect(page.GetByText("Disabled").First).ToBeVisibleAsync();
    }

    private static async Task ApproveAsync(IPage page, string execution)
    {
        await page.GotoAsync($"/approvals/{Pipeline}/Release/Approve/{execution}");
        var approve = page.GetByRole(AriaRole.Button, new() { Name = "Approve for production" });
        await Expect(approve).ToBeEnabledAsync(new() { Timeout = 60_000 });
        await page.GetByLabel("Comment").FillAsync("Nobody complained for a week");
        await approve.ClickAsync();
        await Expect(page.GetByText("Approved by Approver").First).ToBeVisibleAsync(Long);
        await page.Context.CloseAsync();
    }

    /// <summary>By what is remembered of it, by kind, by person: and the address is what is sent to a colleague.</summary>
    private async Task FindAsync(IPage page)
    {
        await page.GotoAsync("/audit");
        await page.ConnectedAsync();
        await Expect(page.GetByText("Whole up to entry")).ToBeVisibleAsync();
        await Expect(Rows(page)).ToHaveCountAsync(4);
        await check.LookAsync(page, "audit");

        await page.GetByLabel("Search what, who, why, digest, request id").FillAsync("complained");
        await Expect(Rows(page)).ToHaveCountAsync(1);
        await Expect(Rows(page).First).ToContainTextAsync("Approver");
        page.Url.Should().EndWith("/audit?q=complained");

        await page.GotoAsync("/audit");
        await page.ConnectedAsync();
        await page.GetByLabel("What was done").SelectOptionAsync("account");
        await Expect(Rows(page)).ToHaveCountAsync(2);
        page.Url.Should().EndWith("?kind=account");
        await Expect(Rows(page).First).ToContainTextAsync("casey: disabled");
        await Expect(Rows(page).Last).ToContainTextAsync("casey: invited");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Result" }).SelectOptionAsync("refused");
        await Expect(page.GetByText("None fits the filter")).ToBeVisibleAsync();

        // The address alone brings a colleague to the same.
        await page.GotoAsync("/audit?kind=account&result=happened&person=Administrator%20%28admin%29");
        await Expect(Rows(page)).ToHaveCountAsync(2);
    }

    private async Task LookIntoAsync(IPage page, string execution)
    {
        await page.GotoAsync("/audit?kind=account");
        await page.FollowAsync(page.GetByRole(AriaRole.Link, new() { Name = "casey: disabled" }));
        await Expect(page.GetByText("account: open; sessions: as of")).ToBeVisibleAsync();
        await Expect(page.GetByText("account: disabled; sessions: ended")).ToBeVisibleAsync();
        await check.LookAsync(page, "audit-account");

        await page.GotoAsync($"/audit?q={execution}");
        await page.FollowAsync(page.GetByRole(AriaRole.Link, new() { NameRegex = new(execution) }));
        await Expect(page.Locator("main").GetByText("Nobody complained for a week").First).ToBeVisibleAsync();
        await Expect(page.GetByText("CodePipeline PutApprovalResult 200")).ToBeVisibleAsync();
        await Expect(page.GetByText("may approve: approvers, administrators")).ToBeVisibleAsync();
        (await page.Locator("dt:text-is('Hash') + dd [data-copy]").First.GetAttributeAsync("data-copy")).Should().MatchRegex("^[0-9a-f]{64}$");
        await check.LookAsync(page, "audit-entry");
    }

    /// <summary>The files that a browser saves, checked by the program; and what it says of a forger's work.</summary>
    private static async Task TakeAwayAndCheckAsync(IPage page)
    {
        await page.GotoAsync("/audit");
        await page.ConnectedAsync();
        var head = await page.Locator(".chain [data-copy]").GetAttributeAsync("data-copy");
        foreach (var (link, form) in ((string, string)[])[("Ledger as CSV", "csv"), ("JSON lines", "jsonl")])
        {
            var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = link }).ClickAsync());
            download.SuggestedFilename.Should().MatchRegex($@"^ledger-\d{{8}}-\d{{6}}\.{form}$");
            var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.{form}");
            await download.SaveAsAsync(file);
            try
            {
                (await VerifyAsync(file, "--head", head!)).Should().Match<(int Code, string Said)>(r => r.Code == 0 && r.Said.StartsWith("WHOLE: ", StringComparison.Ordinal));
                var whole = await File.ReadAllTextAsync(file);
                var lines = whole.TrimEnd('\r', '\n').Split('\n');
                // The first line of a CSV is its head.
                var first = form == "csv" ? 1 : 0;
                (await ForgedAsync(file, whole.Replace("Nobody complained", "Nobody complaine!"))).Should().StartWith("BROKEN at entry 6: Entry 6 was changed");
                (await ForgedAsync(file, Joined(lines.Where((_, i) => i != first + 3)))).Should().StartWith("BROKEN at entry 4: Entry 4 is missing");
                (await ForgedAsync(file, Joined([.. lines[..(first + 2)], lines[first + 3], lines[first + 2], .. lines[(first + 4)..]]))).Should().StartWith("BROKEN at entry 3");
                (await ForgedAsync(file, Joined(lines[..^2]), "--head", head!)).Should().StartWith("BROKEN at entry 6: The known head is not there");
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    private static string Joined(IEnumerable<string> lines) => string.Join('\n', lines) + "\n";

    private static async Task<string> ForgedAsync(string file, string content, params string[] more)
    {
        await File.WriteAllTextAsync(file, content);
        var (code, said) = await VerifyAsync(file, more);
        code.Should().Be(1, said);
        return said;
    }

    private static async Task<(int Code, string Said)> VerifyAsync(string file, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])[PortalProcess.Built("src/MLOps.Ledger.Verifier", "mlops-ledger.dll"), "verify", file, .. more])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }

    private static ILocator Rows(IPage page) => page.GetByLabel("Entries", new() { Exact = true }).Locator("tbody tr");
}
