using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>
/// What goes wrong on a working day, on a real portal with its real cloud: a process that is killed, an upload that is broken, uploads
/// that overtake each other, people who decide at once or may not decide, requests that no model can take. One portal, one
/// test: each part goes on from the state that the one before has left.
/// </summary>
public sealed partial class TroubleTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const string Gate = "DeployApproval";
    private static readonly LocatorAssertionsToBeVisibleOptions Long = new() { Timeout = 60_000 };
    private static readonly LocatorAssertionsToContainTextOptions LongText = new() { Timeout = 60_000 };

    [Fact]
    public async Task WorkingDay_WhateverGoesWrong_IsSaidAndCanBeMended()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess();
        using var cloud = new CloudHands(portal.CloudUrl);
        try
        {
            var first = await KillTwiceAsync(portal, cloud, http);
            var approver = await browser.SignedInAsync(portal, "Approver");
            await approver.GotoAsync(SignOff(first));
            // The model on DEV loads again; until it has answered the cases, the gate waits and the page looks again by itself.
            await Expect(approver.GetByRole(AriaRole.Button, new() { Name = "Approve for production" })).ToBeEnabledAsync(new() { Timeout = 90_000 });
            var scientist = await browser.SignedInAsync(portal, "Data scientist");

            await BreakHyperparameterAsync(cloud, scientist, approver, first);
            var second = await MendAndRetryAsync(cloud, scientist);
            await RefuseTheOvertakenAsync(cloud, approver, first, second);
            var last = await SupersedeAsync(cloud, approver, second);
            await SendNonsenseAsync(scientist);
            await RefuseByHandAsync(portal, last);
            await DecideAtOnceAsync(portal, approver, last);
            await cloud.StandsAsync(last, "DeployPrd", "Succeeded");
        }
        catch (Exception)
        {
            await browser.KeepAsync("trouble", portal);
            throw;
        }
        await portal.StopAsync();
        portal.Children().Should().BeEmpty("nothing may outlive the portal");
    }

    /// <summary>kill -9 in the middle of training, and again while the approval waits: the one execution goes on. Answers it.</summary>
    private static async Task<string> KillTwiceAsync(PortalProcess portal, CloudHands cloud, HttpClient http)
    {
        await portal.StartAsync(http);
        var execution = "";
        await Eventually.TrueAsync(async () =>
        {
            execution = (await cloud.ExecutionsAsync()).Select(e => e.PipelineExecutionId).FirstOrDefault() ?? "";
            return execution.Length > 0 && (await cloud.JobAsync($"iris-model-{execution}"))?.SecondaryStatus.Value is "Downloading" or "Training";
        }, TimeSpan.FromSeconds(180), "the model trains");
        await KillAsync(portal);

        await portal.StartAsync(http);
        await cloud.StandsAsync(execution, Gate, "InProgress");
        await KillAsync(portal);

        await portal.StartAsync(http);
        await cloud.StandsAsync(execution, Gate, "InProgress");
        (await cloud.ExecutionsAsync()).Should().ContainSingle("the execution that was there goes on").Which.Status.Value.Should().Be("InProgress");
        return execution;
    }

    private static async Task KillAsync(PortalProcess portal)
    {
        await portal.KillAsync();
        await Eventually.TrueAsync(() => Task.FromResult(portal.Children().Count == 0), TimeSpan.FromSeconds(15), "no process outlives the portal");
    }

    /// <summary>A hyperparameter that the algorithm refuses: its own words stand on the job's page, and what waits at the gate can still be approved.</summary>
    private static async Task BreakHyperparameterAsync(CloudHands cloud, IPage scientist, IPage approver, string waiting)
    {
        var broken = await cloud.UploadAsync(("random_forest_n_estimators", "many"));
        await cloud.StandsAsync(broken, "Train", "Failed");
        await scientist.GotoAsync($"/training/iris-model-{broken}");
        await Expect(scientist.GetByText("The model's own words")).ToBeVisibleAsync(Long);
        await Expect(scientist.Locator(".notice.failed")).ToContainTextAsync("'n_estimators' parameter of RandomForestClassifier must be an int");
        await scientist.GotoAsync($"/pipelines/{CloudHands.Pipeline}");
        await Expect(scientist.Locator(".notice.failed")).ToContainTextAsync("'n_estimators' parameter of RandomForestClassifier must be an int", LongText);
        var train = scientist.GetByLabel("Train", new() { Exact = true });
        await Expect(train.GetByText("Failed", new() { Exact = true }).First).ToBeVisibleAsync();

        // A newer execution that has failed is no newer candidate.
        await Eventually.TrueAsync(async () =>
        {
            await approver.GotoAsync(SignOff(waiting));
            return await approver.GetByRole(AriaRole.Button, new() { Name = "Approve for production" }).IsEnabledAsync();
        }, TimeSpan.FromSeconds(15), "the candidate at the gate can be approved");
    }

    /// <summary>A hyperparameter that does not fit the data: the retry fails until the data is mended, and then goes on to the gate. Answers the execution.</summary>
    private static async Task<string> MendAndRetryAsync(CloudHands cloud, IPage scientist)
    {
        var execution = await cloud.UploadAsync(("random_forest_n_estimators", "50"), ("target", "kind"));
        await cloud.StandsAsync(execution, "Train", "Failed");
        await RetryAsync(cloud, scientist, $"iris-model-{execution}-2");
        await Eventually.TrueAsync(async () => (await cloud.JobAsync($"iris-model-{execution}-2"))?.TrainingJobStatus.Value == "Failed", TimeSpan.FromSeconds(60), "nothing was mended");
        await cloud.StandsAsync(execution, "Train", "Failed");

        await cloud.ChangeDataAsync(text => text.Replace("species", "kind", StringComparison.Ordinal));
        await RetryAsync(cloud, scientist, $"iris-model-{execution}-3");
        await cloud.StandsAsync(execution, "DeployDev", "Succeeded");
        (await cloud.JobAsync($"iris-model-{execution}-3"))!.TrainingJobStatus.Value.Should().Be("Completed");
        return execution;
    }

    private static async Task RetryAsync(CloudHands cloud, IPage scientist, string job)
    {
        await scientist.GotoAsync($"/pipelines/{CloudHands.Pipeline}");
        await scientist.ConnectedAsync();
        // Once: a second click could retry the retry, which fails at once while the data is not mended.
        await scientist.GetByRole(AriaRole.Button, new() { Name = "Retry what failed" }).ClickAsync();
        await Eventually.TrueAsync(async () => await cloud.JobAsync(job) is not null, TimeSpan.FromSeconds(60), $"the stage is retried as {job}");
    }

    /// <summary>The newer candidate waits before the gate. The older one cannot be approved any more, not by a page that was opened before either.</summary>
    private static async Task RefuseTheOvertakenAsync(CloudHands cloud, IPage approver, string older, string newer)
    {
        (await cloud.StageAsync(Gate)).Should().Be((older, "InProgress"), "a stage holds one execution; the newer one waits before it");
        // The page is the one from before the upload.
        await approver.GetByRole(AriaRole.Button, new() { Name = "Approve for production" }).ClickAsync();
        await Expect(approver.GetByText($"A newer candidate waits behind this one: execution {newer}")).ToBeVisibleAsync();
        await approver.GotoAsync(SignOff(older));
        await Expect(approver.GetByRole(AriaRole.Button, new() { Name = "Approve for production" })).ToBeDisabledAsync();
        await approver.GetByLabel("Comment").FillAsync("the newer one shall go first");
        await approver.GetByRole(AriaRole.Button, new() { Name = "Reject" }).ClickAsync();
        await Expect(approver.GetByText("Rejected by Approver").First).ToBeVisibleAsync();
        await cloud.StandsAsync(newer, Gate, "InProgress");
    }

    /// <summary>Of two that wait before the gate the newer one stays; it enters when the gate is free. Answers it.</summary>
    private static async Task<string> SupersedeAsync(CloudHands cloud, IPage approver, string atGate)
    {
        var between = await cloud.UploadAsync(("random_forest_n_estimators", "20"));
        await cloud.StandsAsync(between, "DeployDev", "Succeeded");
        var last = await cloud.UploadAsync(("random_forest_n_estimators", "30"));
        await cloud.StandsAsync(last, "DeployDev", "Succeeded");
        await Eventually.TrueAsync(async () => (await cloud.ExecutionsAsync()).First(e => e.PipelineExecutionId == between).Status.Value == "Superseded",
            TimeSpan.FromSeconds(30), "the one between is superseded");
        await approver.GotoAsync(SignOff(between));
        await Expect(approver.Locator("main")).ToContainTextAsync("Superseded");
        await approver.GotoAsync(SignOff(atGate));
        await approver.GetByLabel("Comment").FillAsync("overtaken");
        await approver.GetByRole(AriaRole.Button, new() { Name = "Reject" }).ClickAsync();
        await cloud.StandsAsync(last, Gate, "InProgress");
        return last;
    }

    private static async Task SendNonsenseAsync(IPage page)
    {
        await page.GotoAsync("/playground?endpoint=iris-model-nowhere");
        await Expect(page.GetByText("There is no endpoint")).ToBeVisibleAsync(Long);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true })).ToBeDisabledAsync();

        await page.GotoAsync("/playground?endpoint=iris-model-development");
        await page.SendAsync("4.6,abc,1.5,0.2");
        await Expect(page.Answer()).ToContainTextAsync("is no number");

        await page.GetByLabel("Content type").FillAsync("image/png");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.Answer()).ToContainTextAsync("415");
        await Expect(page.Answer()).ToContainTextAsync("content type 'image/png' is not taken: use text/csv");

        await page.GetByLabel("Content type").FillAsync("text/csv");
        await page.GetByLabel("Body", new() { Exact = true }).EvaluateAsync("(box, size) => { box.value = '1'.repeat(size); box.dispatchEvent(new Event('change', { bubbles: true })); }", 6_291_457);
        await Expect(page.GetByText("6 MiB of at most 6 MiB")).ToBeVisibleAsync(Long);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("an endpoint takes at most 6 MiB", LongText);
    }

    /// <summary>A viewer who makes the form by hand is refused, and the log says who tried what.</summary>
    private async Task RefuseByHandAsync(PortalProcess portal, string execution)
    {
        var viewer = await browser.SignedInAsync(portal, "Viewer");
        await viewer.GotoAsync(SignOff(execution));
        await Expect(viewer.GetByText("An approver or an administrator decides")).ToBeVisibleAsync();
        var form = viewer.Context.APIRequest.CreateFormData().Set("decision", "approve")
            .Set("__RequestVerificationToken", await viewer.Locator("input[name=__RequestVerificationToken]").First.InputValueAsync());
        var refused = await viewer.Context.APIRequest.PostAsync(SignOff(execution) + "/decision", new() { Form = form });
        refused.Status.Should().Be((int)HttpStatusCode.Forbidden);
        portal.Output.Should().Contain($"Refused: viewer may not decide about iris-model-pipeline, execution {execution}");
        await viewer.Context.CloseAsync();
    }

    /// <summary>Two people answer at the same moment: one of them decides, and both are told who.</summary>
    private async Task DecideAtOnceAsync(PortalProcess portal, IPage approver, string execution)
    {
        var admin = await browser.SignedInAsync(portal, "Administrator");
        IPage[] pages = [approver, admin];
        foreach (var page in pages)
        {
            await page.GotoAsync(SignOff(execution));
            await page.GetByLabel("Comment").FillAsync("as good as before");
        }
        await Task.WhenAll(pages.Select(page => page.GetByRole(AriaRole.Button, new() { Name = "Approve for production" }).ClickAsync()));
        var deciders = new List<string>();
        foreach (var page in pages)
        {
            var outcome = page.GetByText(Decider()).First;
            await Expect(outcome).ToBeVisibleAsync(Long);
            var told = Decider().Match(await outcome.InnerTextAsync());
            deciders.Add(told.Groups[1].Value + told.Groups[2].Value);
        }
        deciders.Distinct().Should().ContainSingle("both are told the same person");
    }

    // The decision itself, or the word for who came second.
    [GeneratedRegex(@"Approved by (Approver|Administrator)|(Approver|Administrator) \(\w+\) approved this")]
    private static partial Regex Decider();

    private static string SignOff(string execution) => $"/approvals/{CloudHands.Pipeline}/{Gate}/ApproveDeploy/{execution}";
}
