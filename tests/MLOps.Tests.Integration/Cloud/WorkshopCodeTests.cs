using MLOps.Cloud.Approvals;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Tuning;
using MLOps.Portal.Features.Workshop;
using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Integration.Cloud;

/// <summary>The code that the workshop page shows is run as it stands, step by step, in a shell and in Python, against a seeded local cloud.</summary>
public sealed class WorkshopCodeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly ClientTool Cli = new("The AWS CLI", [Environment.GetEnvironmentVariable("MLOPS_TEST_AWS") ?? "", "aws"], ["--version"], "install the AWS CLI (pip install awscli), or name it in MLOPS_TEST_AWS.");
    private static readonly ClientTool Python = new("A Python with boto3", [Environment.GetEnvironmentVariable("MLOPS_TEST_PYTHON") ?? "", "python3", "/usr/bin/python3"], ["-c", "import boto3"], "install boto3.");

    [Fact]
    public async Task EveryStep_AsShown_Works()
    {
        await using var cloud = await ConnectedCloud.StartAsync(seed: true);
        WorkshopTests.RequirePython(cloud);
        var (shell, python) = (await Cli.RequireAsync(), await Python.RequireAsync());
        await cloud.UntilAsync<PendingApproval>(s => s.Items.Count > 0, Patience);
        var here = cloud.Get<ICloudConnections>().Default;
        var folder = Directory.CreateTempSubdirectory("workshop-").FullName;
        foreach (var lesson in Course.Lessons)
        {
            var script = $"set -euo pipefail; cd '{folder}'; aws() {{ command '{shell}' \"$@\"; }}\n{Course.Fill(lesson.Cli, here)}\n";
            await RunAsync(lesson, "sh", ClientProcess.RunAsync("bash", ["-c", script], cloud.Address));
            await RunAsync(lesson, "python", ClientProcess.RunAsync(python, ["-"], cloud.Address, Course.Fill(lesson.Boto3, here)));
            // Now, not at the end: a later lesson's deployment brings a configuration that captures nothing.
            if (lesson.Id == "monitor")
            {
                var captured = await cloud.UntilAsync<EndpointSummary>(s => s.Items.Any(e => e is { Name: WorkshopFacts.Development, CapturePercent: 100 }), Patience);
                lesson.Done(new WorkshopFacts { Endpoints = captured.Items }).Should().Contain("keeps 100 %");
            }
        }
        Directory.Delete(folder, recursive: true);

        // What the page derives its ticks from is there.
        await cloud.UntilAsync<TuningJobSummary>(s => s.Items.Any(t => t.Status == "Completed"), Patience);
        await cloud.UntilAsync<TransformJobSummary>(s => s.Items.Count(t => t.Status == "Completed") == 2, Patience);
        var endpoints = await cloud.UntilAsync<EndpointSummary>(s => s.Items.Count(e => e.Name.StartsWith("iris-warmup-") && e.Status == "InService") == 2, Patience);
        var facts = new WorkshopFacts { Endpoints = endpoints.Items };
        Course.Lessons.Single(l => l.Id == "dispatcher").Done(facts).Should().NotBeNull();
    }

    private static async Task RunAsync(Lesson lesson, string language, Task<ClientRun> running)
    {
        var run = await running;
        if (run.ExitCode != 0)
            Assert.Fail($"{lesson.Id} in {language} ended with {run.ExitCode}:\n{run.Error}\n{run.Output}");
        (run.Output + run.Error).Should().NotContain("Traceback");
    }
}
