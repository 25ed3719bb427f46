using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>
/// A data scientist's day with training jobs, on a real portal with its real cloud: what the first job came to, a better one, a search for
/// the best, and predictions in bulk. What takes long is begun early, and looked at when it has come about.
/// </summary>
public sealed partial class TrainingWalkTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private static readonly LocatorAssertionsToBeVisibleOptions Long = new() { Timeout = 120_000 };
    private readonly PageCheck check = new();

    [Fact]
    public async Task Day_FromTheFirstJobToPredictionsInBulk()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess();
        try
        {
            await portal.StartAsync(http);
            var page = await browser.SignedInAsync(portal, "Data scientist");
            var first = await FindFirstAsync(page);
            var tuning = await TuneAsync(page, first);
            var repeated = await RepeatAsync(page, first);
            await StopAsync(page, first);
            await ReadAsync(page, first);
            var transform = await TransformAsync(page);
            await ListAsync(page, first);
            await CompareAsync(page, [first, repeated]);
            await SeeTheBestAsync(page, tuning);
            await SeePredictionsAsync(page, transform);
            await RefuseAnUploadAsync(page);
        }
        catch (Exception)
        {
            await browser.KeepAsync("training", portal);
            throw;
        }
        check.Conclude();
        await portal.StopAsync();
        portal.Children().Should().BeEmpty("nothing may outlive the portal");
    }

    /// <summary>The pipeline's own job comes into the open list, and comes to its end there. Answers its name.</summary>
    private static async Task<string> FindFirstAsync(IPage page)
    {
        await page.GotoAsync("/training");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "iris-model-" });
        await Expect(row).ToBeVisibleAsync(Long);
        await Expect(row.GetByText("Completed")).ToBeVisibleAsync(Long);
        return (await row.Locator("td.lead a").GetAttributeAsync("title"))!;
    }

    /// <summary>A search for the best forest; what the cloud would refuse is said beside the form. Answers the tuning job's name.</summary>
    private async Task<string> TuneAsync(IPage page, string job)
    {
        await page.GotoAsync($"/training/{job}");
        await page.FollowAsync(page.GetByRole(AriaRole.Link, new() { Name = "Tune" }));
        await page.ConnectedAsync();
        var launch = page.GetByRole(AriaRole.Button, new() { Name = "Launch the tuning job" });
        await launch.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "1 to 30 hyperparameters" })).ToBeVisibleAsync();
        await page.GetByLabel("Search random_forest_n_estimators").CheckAsync();
        await page.GetByLabel("Least random_forest_n_estimators").FillAsync("2");
        await page.GetByLabel("Greatest random_forest_n_estimators").FillAsync("40");
        await page.GetByLabel("Search logistic_C").CheckAsync();
        await page.GetByLabel("Scale of logistic_C").SelectOptionAsync("Logarithmic");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Metric", Exact = true }).SelectOptionAsync("logistic:log_loss");
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Find the" })).ToHaveValueAsync("Minimize");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Strategy" }).SelectOptionAsync("Random");
        await page.GetByLabel("Training jobs", new() { Exact = true }).FillAsync("4");
        await check.LookAsync(page, "training-tune");
        await launch.ClickAsync();
        await page.WaitForURLAsync(new Regex("/tuning/(?!new)"));
        await Expect(page.GetByLabel("How it searches")).ToContainTextAsync("least logistic:log_loss");
        return page.Url.Split('/')[^1];
    }

    /// <summary>The job once more with another forest: a bad value is told beside its field, and the good one is watched to its end.</summary>
    private async Task<string> RepeatAsync(IPage page, string job)
    {
        await page.GotoAsync($"/training/{job}");
        await page.FollowAsync(page.GetByRole(AriaRole.Link, new() { Name = "Repeat" }));
        await page.ConnectedAsync();
        var launch = page.GetByRole(AriaRole.Button, new() { Name = "Launch the training job" });
        await page.GetByLabel("Instance type").FillAsync("large");
        await page.GetByLabel("Place of validation").FillAsync("data/iris");
        await launch.ClickAsync();
        await Expect(page.GetByText("Give an instance type such as ml.m5.large.")).ToBeVisibleAsync();
        await Expect(page.GetByText("'validation': give a place in S3 as s3://bucket/prefix.")).ToBeVisibleAsync();
        await check.LookAsync(page, "training-launch");
        await page.GetByLabel("Instance type").FillAsync("ml.m5.xlarge");
        await page.GetByLabel("Place of validation").FillAsync("s3://mlops-us-east-1-123456789012/data/iris/validation");
        await page.GetByLabel("Value of random_forest_n_estimators").FillAsync("10");
        await launch.ClickAsync();
        await page.WaitForURLAsync(new Regex("/training/iris-model-[0-9]{8}-[0-9]{6}$"));
        await Expect(page.GetByLabel("Timeline").GetByText("Training", new() { Exact = true })).ToBeVisibleAsync(Long);
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("saved logistic, random_forest", new() { Timeout = 120_000 });
        await Expect(page.Locator("main header").First.GetByText("Completed")).ToBeVisibleAsync(Long);
        await Expect(page.GetByLabel("Metrics")).ToContainTextAsync("random_forest:accuracy");
        await Expect(page.GetByLabel("How it ran")).ToContainTextAsync(Cost());
        return page.Url.Split('/')[^1];
    }

    /// <summary>One that would take too long is stopped, and says so.</summary>
    private static async Task StopAsync(IPage page, string job)
    {
        await page.GotoAsync($"/training/new?from={job}");
        await page.ConnectedAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("too-long");
        await page.GetByLabel("Value of random_forest_n_estimators").FillAsync("50000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Launch the training job" }).ClickAsync();
        await page.WaitForURLAsync("**/training/too-long");
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("training on", new() { Timeout = 60_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(page.Locator("main header").First.GetByText("Stopped")).ToBeVisibleAsync(Long);
    }

    /// <summary>Everything that a job's page tells, its axes, its log, its model to take away, and who was taken for whom.</summary>
    private async Task ReadAsync(IPage page, string job)
    {
        await page.GotoAsync($"/training/{job}");
        await page.ConnectedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Compute the confusion matrix" }).ClickAsync();
        await Expect(page.GetByLabel("Timeline").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(5);
        await Expect(page.GetByLabel("Hyperparameters")).ToContainTextAsync("random_forest_n_estimators");
        await Expect(page.GetByLabel("Data and artifacts")).ToContainTextAsync("validation");
        await Expect(page.GetByLabel("How it ran")).ToContainTextAsync(Cost());
        var lineage = page.GetByLabel("Lineage");
        await Expect(lineage).ToContainTextAsync("train");
        await Expect(lineage.GetByRole(AriaRole.Link, new() { Name = "iris-model-development" }).Last).ToBeVisibleAsync(Long);

        await page.GetByLabel("Logarithmic").CheckAsync();
        await page.WaitForURLAsync("**scale=log**");
        await page.GetByLabel("Smoothing in percent").FillAsync("60");
        await page.WaitForURLAsync("**smooth=60**");
        await Expect(page.GetByLabel("Metrics").GetByRole(AriaRole.Img)).ToBeVisibleAsync();

        await page.GetByLabel("Find in Log of").FillAsync("fold_score");
        await Expect(page.GetByText(Found())).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Log).Locator("mark").First).ToHaveTextAsync("fold_score");
        await Expect(page.GetByLabel("Follow the end")).ToBeCheckedAsync();

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByLabel("Artifacts", new() { Exact = true }).GetByRole(AriaRole.Link, new() { Name = "output/model.tar.gz" }).ClickAsync());
        (await File.ReadAllBytesAsync(await download.PathAsync(), CancellationToken.None))[..2].Should().Equal([0x1f, 0x8b], "the model is a tar.gz");

        await page.GetByLabel("Key of a new tag").FillAsync("team");
        await page.GetByLabel("Value of a new tag").FillAsync("iris");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add tag" }).ClickAsync();
        await Expect(page.GetByLabel("Remove tag team")).ToBeVisibleAsync();
        var matrix = page.GetByRole(AriaRole.Table, new() { NameRegex = new("Confusion matrix of random_forest") });
        await Expect(matrix).ToBeVisibleAsync(Long);
        await Expect(matrix.GetByRole(AriaRole.Row).Filter(new() { HasText = "setosa" }).Last).ToContainTextAsync("100.0 %");
        await check.LookAsync(page, "training-job");
    }

    /// <summary>The model of DEV is asked about the validation rows; a wrong filter is told first. Answers the transform's name.</summary>
    private async Task<string> TransformAsync(IPage page)
    {
        await page.GotoAsync("/transforms/new");
        await page.ConnectedAsync();
        await page.GetByLabel("Input: the objects below").FillAsync("s3://mlops-us-east-1-123456789012/data/iris/validation");
        await page.GetByLabel("The model sees").FillAsync("[1:]");
        var launch = page.GetByRole(AriaRole.Button, new() { Name = "Launch the batch transform" });
        await launch.ClickAsync();
        await Expect(page.GetByText("A filter is a JSONPath: it begins with $.")).ToBeVisibleAsync();
        await page.GetByLabel("The model sees").FillAsync("$[1:]");
        await check.LookAsync(page, "training-transform-new");
        await launch.ClickAsync();
        await page.WaitForURLAsync(new Regex("/transforms/transform-"));
        return page.Url.Split('/')[^1];
    }

    /// <summary>The list, narrowed by name, tag and order; all of it stands in the address.</summary>
    private async Task ListAsync(IPage page, string job)
    {
        await page.GotoAsync("/training");
        await page.ConnectedAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "too-long" })).ToContainTextAsync("Stopped");
        await check.LookAsync(page, "training-list");
        await page.GetByRole(AriaRole.Button, new() { Name = "Job", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**sort=name**");
        await page.GetByLabel("Filter by name or image").FillAsync("iris-model");
        await page.WaitForURLAsync("**q=iris-model**");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "too-long" })).ToBeHiddenAsync();
        await page.GetByLabel("Filter by tag").FillAsync("team=iris");
        await page.Keyboard.PressAsync("Tab");
        await page.WaitForURLAsync("**tag=team**");
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "1 job" })).ToBeVisibleAsync();
        // A colleague who gets the address sees the same.
        await page.GotoAsync(page.Url);
        await Expect(page.Locator("td.lead a")).ToHaveAttributeAsync("title", job);
    }

    private async Task CompareAsync(IPage page, string[] jobs)
    {
        await page.GotoAsync("/training");
        await page.ConnectedAsync();
        foreach (var job in jobs)
            await page.GetByLabel($"Compare {job}").CheckAsync();
        await page.FollowAsync(page.GetByRole(AriaRole.Link, new() { Name = "Compare 2" }));
        var differences = page.GetByLabel("What differs");
        await Expect(differences.GetByRole(AriaRole.Row).Filter(new() { HasText = "random_forest_n_estimators" })).ToContainTextAsync("100");
        await Expect(differences.GetByRole(AriaRole.Row).Filter(new() { HasText = "Instance" })).ToContainTextAsync("ml.m5.xlarge");
        await Expect(page.GetByLabel("Settings and results of each job", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Curves").GetByRole(AriaRole.Img).First).ToHaveAttributeAsync("aria-label", new Regex(string.Join(".*", jobs.Select(Regex.Escape))));
        await check.LookAsync(page, "training-compare");
    }

    private async Task SeeTheBestAsync(IPage page, string tuning)
    {
        await page.GotoAsync("/tuning");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = tuning })).ToContainTextAsync("4 of 4", new() { Timeout = 120_000 });
        await check.LookAsync(page, "training-tunings");
        await page.GotoAsync($"/tuning/{tuning}");
        await Expect(page.Locator("main header").First.GetByText("Completed")).ToBeVisibleAsync(Long);
        await Expect(page.GetByText("Best so far: logistic:log_loss")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Training jobs", new() { Exact = true }).GetByText("Completed")).ToHaveCountAsync(4);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Compare the best 4" })).ToBeVisibleAsync();
        await check.LookAsync(page, "training-tuning");
    }

    private async Task SeePredictionsAsync(IPage page, string transform)
    {
        await page.GotoAsync("/transforms");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = transform })).ToContainTextAsync("Completed", new() { Timeout = 120_000 });
        await check.LookAsync(page, "training-transforms");
        await page.GotoAsync($"/transforms/{transform}");
        await page.ConnectedAsync();
        var result = page.GetByLabel("Result");
        await Expect(result.GetByRole(AriaRole.Row)).ToHaveCountAsync(31);
        await Expect(result).ToContainTextAsync("versicolor");
        var download = await page.RunAndWaitForDownloadAsync(() => result.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        (await File.ReadAllLinesAsync(await download.PathAsync(), CancellationToken.None)).Should().HaveCount(30, "each of the 30 flowers is answered");
        await check.LookAsync(page, "training-transform");
    }

    /// <summary>What is no training job is told before anything goes to the pipeline.</summary>
    private async Task RefuseAnUploadAsync(IPage page)
    {
        await page.GotoAsync("/training/upload");
        await page.ConnectedAsync();
        await page.GetByLabel("The zip").SetInputFilesAsync(new FilePayload { Name = "trainingjob.zip", MimeType = "application/zip", Buffer = "no zip"u8.ToArray() });
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This is no zip file.");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Upload and start the pipeline" })).ToBeDisabledAsync();
        await check.LookAsync(page, "training-upload");
    }

    [GeneratedRegex(@"(about|under) \$[0-9.]+\s+.* billed × 1")]
    private static partial Regex Cost();

    [GeneratedRegex("^[1-9][0-9]* of [0-9]+ lines$")]
    private static partial Regex Found();
}
