using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>
/// The playground, walked on real endpoints: every way to write a request, to send it and to read its answer, sessions of a stateful model,
/// and cases that colleagues share. One portal, one test: each part goes on from what the one before has left.
/// </summary>
public sealed class PlaygroundWalkTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const string Development = "iris-model-development";
    private const string Stateful = "iris-talk";
    private const string Later = "iris-later";
    private const string Setosa = "4.6,3.1,1.5,0.2";
    private readonly PageCheck check = new();

    [Fact]
    public async Task Walk_EveryWayToAskAModel()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess();
        using var hands = new EndpointHands(portal.CloudUrl);
        try
        {
            await portal.StartAsync(http);
            var page = await browser.SignedInAsync(portal, "Data scientist");
            await hands.DevelopmentServesAsync();
            await Task.WhenAll(hands.StatefulAsync(Stateful, instances: 2), hands.AsynchronousAsync(Later));

            await WriteAsync(page);
            await MendTheTypeAsync(page);
            await GiveAFileAsync(page);
            await StreamAsync(page);
            await ReadAsCodeAsync(page, portal);
            await GoBackAsync(page);
            await hands.ServesAsync(Stateful);
            await CompareAsync(page);
            await KeepASessionAsync(page);
            await hands.ServesAsync(Later);
            await WaitForS3Async(page);
            await KeepCasesAsync(page);
            await ShareAsync(portal);
        }
        catch (Exception)
        {
            await browser.KeepAsync("playground", portal);
            throw;
        }
        check.Conclude();
        await portal.StopAsync();
        portal.Children().Should().BeEmpty("nothing may outlive the portal");
    }

    /// <summary>By the form, then as CSV, JSON and JSON lines by the keyboard; the answer in each of its views.</summary>
    private async Task WriteAsync(IPage page)
    {
        await OpenAsync(page, Development);
        await page.GetByRole(AriaRole.Button, new() { Name = "Form", Exact = true }).ClickAsync();
        await page.GetByLabel("petal_length").FillAsync("5.6");
        await page.GetByLabel("petal_length").PressAsync("Tab");
        await page.GetByLabel("petal_width").FillAsync("2.2");
        await page.GetByLabel("petal_width").PressAsync("Tab");
        await Expect(Body(page)).ToHaveValueAsync(new Regex(",5.6,2.2$"));
        await page.GetByLabel("petal_width").FillAsync("99");
        await page.GetByLabel("petal_width").PressAsync("Control+Enter");
        await Expect(page.GetByText("outside of", new() { Exact = false }).First).ToBeVisibleAsync();
        await Expect(page.Answer()).ToContainTextAsync("virginica");
        await Expect(page.Answer()).ToContainTextAsync("HTTP 200");
        await BrowserFixture.ShootAsync(page, "playground-form");
        await page.GetByRole(AriaRole.Button, new() { Name = "Text", Exact = true }).ClickAsync();

        await SendAsync(page, "text/csv", Setosa);
        await ShowAsync(page, "Table");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Predictions" })).ToContainTextAsync("setosa");
        await ShowAsync(page, "Chart");
        var chart = page.GetByRole(AriaRole.Region, new() { Name = "Class probabilities" });
        await Expect(chart.Locator(".bar")).ToHaveCountAsync(3);
        await Expect(chart.Locator(".bar").Filter(new() { HasText = "setosa" }).Locator(".share")).ToHaveTextAsync(new Regex(@"^0\.9\d+$"));
        await check.LookAsync(page, "playground-answer");
        await ShowAsync(page, "Headers");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Headers of the answer" })).ToContainTextAsync("x-amzn-invoked-production-variant", new() { IgnoreCase = true });

        await SendAsync(page, "application/json", """{"instances": [[6.7, 3.0, 5.2, 2.3], [4.6, 3.1, 1.5, 0.2]]}""");
        await ShowAsync(page, "Text");
        await Expect(page.Answer().Locator("pre")).ToHaveTextAsync(new Regex("virginica[\\s\\S]*setosa"));
        await SendAsync(page, "application/jsonlines", "[6.7, 3.0, 5.2, 2.3]");
        await Expect(page.Answer().Locator("pre")).ToContainTextAsync("virginica");
    }

    /// <summary>A type that the model does not take is refused with what it does take, and one click converts and sends.</summary>
    private static async Task MendTheTypeAsync(IPage page)
    {
        await SendAsync(page, "text/plain", Setosa);
        await Expect(page.Answer()).ToContainTextAsync("415");
        var help = page.GetByRole(AriaRole.Group, new() { Name = "Help with the format" });
        await Expect(help).ToBeVisibleAsync();
        await BrowserFixture.ShootAsync(page, "playground-415");
        await help.GetByRole(AriaRole.Button, new() { Name = "Send as text/csv" }).ClickAsync();
        await Expect(page.Answer()).ToContainTextAsync("setosa");
        await Expect(help).ToBeHiddenAsync();

        await page.GetByLabel("Accept", new() { Exact = true }).FillAsync("image/png");
        await SendAsync(page, "text/csv", Setosa);
        await Expect(page.Answer()).ToContainTextAsync("406");
        await help.GetByRole(AriaRole.Button, new() { Name = "Accept text/csv" }).ClickAsync();
        await Expect(page.Answer().Locator("pre")).ToHaveTextAsync(new Regex("^setosa,"));
        await page.GetByLabel("Accept", new() { Exact = true }).FillAsync("application/json");
    }

    /// <summary>A text file by the button opens in the editor; a picture that is dropped is shown, sent as it is, and refused.</summary>
    private static async Task GiveAFileAsync(IPage page)
    {
        await page.GetByLabel("Open a file as the body").SetInputFilesAsync(new FilePayload { Name = "two.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes($"{Setosa}\n6.7,3.0,5.2,2.3") });
        await Expect(Body(page)).ToHaveValueAsync(new Regex("5.2,2.3$"));
        await SendAsync(page);
        await Expect(page.Answer().Locator("pre")).ToHaveTextAsync(new Regex("setosa[\\s\\S]*virginica"));

        var dot = await page.EvaluateHandleAsync("""
            () => {
              const bytes = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), c => c.charCodeAt(0));
              const files = new DataTransfer();
              files.items.add(new File([bytes], 'dot.png', { type: 'image/png' }));
              return files;
            }
            """);
        await Body(page).DispatchEventAsync("dragover", new { dataTransfer = dot });
        await Expect(page.Locator(".drop.over")).ToBeVisibleAsync();
        await Body(page).DispatchEventAsync("drop", new { dataTransfer = dot });
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "dot.png" })).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Content type")).ToHaveValueAsync("image/png");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.Answer()).ToContainTextAsync("415");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write text instead" }).ClickAsync();
    }

    /// <summary>Thousands of rows: the first answers are on the page while the last are still being made.</summary>
    private static async Task StreamAsync(IPage page)
    {
        await page.GetByLabel("Open a file as the body").SetInputFilesAsync(new FilePayload
        {
            Name = "many.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(Setosa, 2000))),
        });
        await Expect(page.GetByLabel("Content type")).ToHaveValueAsync("text/csv");
        await page.GetByLabel("Accept", new() { Exact = true }).FillAsync("application/jsonlines");
        await page.GetByRole(AriaRole.Button, new() { Name = "Random forest" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "As it arrives" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.Answer().GetByText(new Regex(@"^[1-9]\d* pieces? so far$"))).ToBeVisibleAsync();
        await Expect(page.Answer().Locator("pre")).ToContainTextAsync("setosa");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sending…" })).ToBeVisibleAsync();
        await Expect(page.Answer()).ToContainTextAsync(new Regex(@"Pieces \d{2}"), new() { Timeout = 60_000 });
        await Expect(page.Answer()).ToContainTextAsync("First piece after");
        await page.GetByRole(AriaRole.Button, new() { Name = "One answer" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Model's default" }).ClickAsync();
        await page.GetByLabel("Accept", new() { Exact = true }).FillAsync("application/json");
    }

    private static async Task ReadAsCodeAsync(IPage page, PortalProcess portal)
    {
        await SendAsync(page, "text/csv", Setosa);
        var panel = page.GetByRole(AriaRole.Region, new() { Name = "The same call as code" });
        foreach (var (tab, says) in new[]
        {
            ("curl", "--aws-sigv4 'aws:amz:us-east-1:sagemaker'"), ("AWS CLI", "aws sagemaker-runtime invoke-endpoint"), ("Python", "boto3.client(\"sagemaker-runtime\""),
            ("C#", "new AmazonSageMakerRuntimeClient("), ("JavaScript", "new InvokeEndpointCommand("),
        })
        {
            await panel.GetByRole(AriaRole.Tab, new() { Name = tab, Exact = true }).ClickAsync();
            await Expect(panel.GetByLabel("Code")).ToContainTextAsync(says);
            await Expect(panel.GetByLabel("Code")).ToContainTextAsync(Development);
            await Expect(panel.GetByLabel("Code")).ToContainTextAsync(portal.CloudUrl);
        }
    }

    private static async Task GoBackAsync(IPage page)
    {
        await page.ReloadAsync();
        await page.ConnectedAsync();
        var history = page.GetByRole(AriaRole.Region, new() { Name = "What you sent" });
        await history.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "instances" }).GetByRole(AriaRole.Button, new() { Name = Development }).ClickAsync();
        await Expect(page.GetByLabel("Content type")).ToHaveValueAsync("application/json");
        await Expect(Body(page)).ToHaveValueAsync(new Regex("instances"));
        await Expect(page.Answer()).ToContainTextAsync("virginica");
    }

    private async Task CompareAsync(IPage page)
    {
        await OpenAsync(page, $"{Development}&with={Stateful}");
        await page.GetByLabel("Body", new() { Exact = true }).FillAsync(Setosa);
        await Body(page).PressAsync("Control+Enter");
        foreach (var (side, who) in new[] { ("First answer", Development), ("Second answer", Stateful) })
        {
            await Expect(page.GetByLabel(side, new() { Exact = true })).ToContainTextAsync(who);
            await Expect(page.GetByLabel(side, new() { Exact = true })).ToContainTextAsync("setosa");
        }
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Difference" })).ToContainTextAsync("Same answer");
        await check.LookAsync(page, "playground-compare");
    }

    /// <summary>What a session was told before needs not be sent again, on whichever of the two instances it lives.</summary>
    private async Task KeepASessionAsync(IPage page)
    {
        await OpenAsync(page, Stateful);
        var bar = page.GetByRole(AriaRole.Group, new() { Name = "Session of a stateful model" });
        await bar.GetByRole(AriaRole.Button, new() { Name = "Open a session" }).ClickAsync();
        await Expect(bar).ToContainTextAsync("0 requests, until");
        await SendAsync(page, "text/csv", Setosa);
        foreach (var width in new[] { "2.3", "2.4", "2.5" })
        {
            await SendAsync(page, "application/json", $$"""{"petal_length": 5.6, "petal_width": {{width}}}""");
            await Expect(page.Answer().Locator("pre")).ToHaveTextAsync(new Regex("\"label\": \"virginica\""));
        }
        await Expect(bar).ToContainTextAsync("4 requests, until");
        await check.LookAsync(page, "playground-session");
        new Uri(page.Url).Query.Should().Contain("session=", "a colleague can go on with it");
        await bar.GetByRole(AriaRole.Button, new() { Name = "Close it" }).ClickAsync();
        await Expect(bar).ToContainTextAsync("Every request stands alone");
        await SendAsync(page, "application/json", """{"petal_length": 5.6}""");
        await Expect(page.Answer()).ToContainTextAsync("lacks sepal_length");
    }

    private static async Task WaitForS3Async(IPage page)
    {
        await OpenAsync(page, $"{Later}&mode=async");
        await page.GetByLabel("Body", new() { Exact = true }).FillAsync(Setosa);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.Answer()).ToContainTextAsync("Answered");
        await Expect(page.Answer().Locator("pre")).ToContainTextAsync("setosa");
        await Expect(page.Answer().GetByRole(AriaRole.Button, new() { Name = "s3://mlops-us-east-1-123456789012/later/answers" })).ToBeVisibleAsync();
    }

    /// <summary>A case from the editor, others from labelled data; all run against two endpoints, one of them expected wrongly on purpose.</summary>
    private async Task KeepCasesAsync(IPage page)
    {
        await OpenAsync(page, $"{Development}&with={Stateful}");
        await page.GetByLabel("Body", new() { Exact = true }).FillAsync(Setosa);
        await Body(page).PressAsync("Control+Enter");
        await Expect(page.GetByLabel("First answer", new() { Exact = true })).ToContainTextAsync("setosa");
        var cases = page.GetByRole(AriaRole.Region, new() { Name = "Saved cases" });
        await cases.GetByRole(AriaRole.Button, new() { Name = "Save this request" }).ClickAsync();
        await cases.GetByLabel("Name").FillAsync("a small flower");
        await Expect(cases.GetByLabel("Expected answer")).ToHaveValueAsync("setosa");
        await cases.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(cases.GetByRole(AriaRole.Status)).ToContainTextAsync("is saved");

        await cases.GetByLabel("Import cases from a CSV file").SetInputFilesAsync(new FilePayload
        {
            Name = "labelled.csv", MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes("name,label,sepal_length,sepal_width,petal_length,petal_width\nbig,virginica,6.7,3.0,5.2,2.3\nmistaken,setosa,6.9,3.1,5.4,2.1\nsmall,setosa,5.0,3.4,1.5,0.2\n"),
        });
        await Expect(cases.GetByRole(AriaRole.Status).First).ToContainTextAsync("3 cases of labelled.csv are imported");
        await cases.GetByRole(AriaRole.Button, new() { Name = "Run 4 cases on both" }).ClickAsync();
        await Expect(cases).ToContainTextAsync("Passed 3");
        await Expect(cases).ToContainTextAsync("Failed 1");
        await Expect(cases).ToContainTextAsync("Agreement 100.0 %");
        await Expect(cases).ToContainTextAsync(new Regex(@"p50 [\d.,]+ ms p90 [\d.,]+ ms p99"));
        await Expect(cases.GetByRole(AriaRole.Region, new() { Name = "Cases that need a look" }).GetByRole(AriaRole.Button, new() { Name = "mistaken" })).ToBeVisibleAsync();
        var matrix = cases.GetByRole(AriaRole.Region, new() { Name = "Confusion matrix" });
        await Expect(matrix.GetByRole(AriaRole.Row, new() { Name = "setosa 2 1" })).ToBeVisibleAsync();
        await Expect(matrix.GetByRole(AriaRole.Row, new() { Name = "virginica 0 1" })).ToBeVisibleAsync();
        await check.LookAsync(page, "playground-cases");

        var export = await page.Context.APIRequest.GetAsync((await cases.GetByRole(AriaRole.Link, new() { Name = "Export CSV" }).GetAttributeAsync("href"))!);
        (await export.TextAsync()).Should().StartWith("name,content_type,accept,custom_attributes,expected,body,body_base64").And.Contain("a small flower,text/csv,application/json,,setosa,\"4.6,3.1,1.5,0.2\"");
    }

    /// <summary>A colleague finds the cases, and their own history empty.</summary>
    private async Task ShareAsync(PortalProcess portal)
    {
        var page = await browser.SignedInAsync(portal, "Approver");
        await OpenAsync(page, Development);
        var cases = page.GetByRole(AriaRole.Region, new() { Name = "Cases", Exact = true });
        await Expect(cases.Locator("button.link")).ToHaveCountAsync(4);
        await Expect(cases).ToContainTextAsync("a small flower");
        await Expect(cases).ToContainTextAsync("Data scientist");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "What you sent" })).ToBeHiddenAsync();
        await cases.GetByRole(AriaRole.Button, new() { Name = "big", Exact = true }).ClickAsync();
        await Expect(Body(page)).ToHaveValueAsync("6.7,3.0,5.2,2.3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.Answer()).ToContainTextAsync("virginica");
        await ShowAsync(page, "Chart");
        await check.LookAsync(page, "playground-colleague");
    }

    private static ILocator Body(IPage page) => page.GetByLabel("Body", new() { Exact = true });

    private static async Task OpenAsync(IPage page, string endpoint)
    {
        await page.GotoAsync($"/playground?endpoint={endpoint}");
        await page.ConnectedAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true })).ToBeEnabledAsync(new() { Timeout = 60_000 });
    }

    /// <summary>Sends by the keyboard, and waits until this very request is answered.</summary>
    private static async Task SendAsync(IPage page, string type, string body)
    {
        await page.GetByLabel("Content type").FillAsync(type);
        await page.GetByLabel("Content type").PressAsync("Tab");
        await Body(page).FillAsync(body);
        await SendAsync(page);
    }

    private static async Task SendAsync(IPage page)
    {
        var answered = page.GetByRole(AriaRole.Region, new() { Name = "What you sent" }).GetByRole(AriaRole.Listitem);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true })).ToBeEnabledAsync();
        var before = await answered.CountAsync();
        await Body(page).PressAsync("Control+Enter");
        await Expect(answered).ToHaveCountAsync(before + 1);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true })).ToBeEnabledAsync();
    }

    private static Task ShowAsync(IPage page, string view) => page.Answer().GetByRole(AriaRole.Tab, new() { Name = view, Exact = true }).ClickAsync();
}
