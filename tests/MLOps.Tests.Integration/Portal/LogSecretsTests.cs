using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MLOps.Tests.Integration.Portal;

/// <summary>Reads everything that a run of the portal wrote down, and looks for what must not be there.</summary>
public sealed class LogSecretsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ToAnApproval_WritesDownNeitherTokenNorLink()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess();
        await portal.StartAsync(http);
        JsonNode? action = null;
        await Eventually.TrueAsync(async () =>
        {
            action = await WaitingAsync(http, portal);
            return action is not null;
        }, TimeSpan.FromMinutes(5), "the seeded pipeline waits for a person");
        var token = (string)action!["latestExecution"]!["token"]!;
        token.Length.Should().BeGreaterThan(8);
        var link = new Uri(await portal.SignInLinkAsync("Approver"));
        using var browser = new PortalHost.Browser(new Uri(portal.Url));
        await browser.PostAsync("/account/link", await browser.GetAsync(link.PathAndQuery), ("key", link.Query["?key=".Length..]));
        PortalHost.Answer page = null!;
        var signOff = $"/approvals/iris-model-pipeline/DeployApproval/ApproveDeploy/{(string)action["execution"]!}";
        await Eventually.TrueAsync(async () =>
        {
            page = await browser.GetAsync(signOff);
            return page.Hidden("digest").Length == 64;
        }, TimeSpan.FromMinutes(3), "the evidence is complete");
        page.Html.Should().NotContain(token, "the token stays on the server");
        var answer = await browser.PostAsync(signOff + "/decision", page, ("decision", "approve"), ("comment", "as tested"), ("digest", page.Hidden("digest")),
            ("token", page.Hidden("token")), ("evidence", page.Hidden("evidence")));
        answer.Status.Should().Be(HttpStatusCode.Redirect);
        await portal.StopAsync();

        var files = Logs(portal);
        files.Should().Contain("decision", "the run is in the log").And.NotContain(token).And.NotContain(link.Query["?key=".Length..]);
        portal.Output.Should().NotContain(token);
    }

    [Fact]
    public async Task Run_AgainstACloudThatDoesNotAnswer_WritesDownNoCredentials()
    {
        const string secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        using var http = new HttpClient();
        await using var portal = new PortalProcess("--Cloud:Mode=Aws", "--Cloud:Connections:0:Name=prod", "--Cloud:Connections:0:Region=us-east-1",
            "--Cloud:Connections:0:Account=123456789012", $"--Cloud:Connections:0:EndpointUrl=http://127.0.0.1:{PortalProcess.FreePort()}")
        {
            Variables = { ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE", ["AWS_SECRET_ACCESS_KEY"] = secret, ["AWS_SESSION_TOKEN"] = "FwoGZXIvYXdzEXAMPLETOKEN" },
        };
        await portal.StartAsync(http);
        await Eventually.TrueAsync(() => Task.FromResult(Logs(portal).Contains("prod", StringComparison.Ordinal)), TimeSpan.FromMinutes(1), "the cloud was asked in vain");
        await portal.StopAsync();
        (Logs(portal) + portal.Output).Should().NotContain(secret).And.NotContain("FwoGZXIvYXdzEXAMPLETOKEN").And.NotContain("AKIAIOSFODNN7EXAMPLE");
    }

    private static async Task<JsonNode?> WaitingAsync(HttpClient http, PortalProcess portal)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, portal.CloudUrl);
        request.Headers.Add("X-Amz-Target", "CodePipeline_20150709.GetPipelineState");
        request.Content = new StringContent("""{"name":"iris-model-pipeline"}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-amz-json-1.1"));
        try
        {
            using var answer = await http.SendAsync(request, Cancelled);
            if (!answer.IsSuccessStatusCode)
                return null;
            var stage = (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!["stageStates"]!.AsArray().FirstOrDefault(s => (string)s!["stageName"]! == "DeployApproval");
            if (stage?["actionStates"]?[0] is not { } action || (string?)action["latestExecution"]?["token"] is null)
                return null;
            action["execution"] = (string)stage["latestExecution"]!["pipelineExecutionId"]!;
            return action;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static string Logs(PortalProcess portal)
    {
        var text = new System.Text.StringBuilder();
        foreach (var file in Directory.EnumerateFiles(portal.State, "*.log", SearchOption.AllDirectories))
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            text.Append(reader.ReadToEnd());
        }
        return text.ToString();
    }
}
