using System.IO.Compression;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Tests.Integration.Workloads;

public sealed class BuildTests(CloudHost cloud) : IClassFixture<CloudHost>
{
    private const string Registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

    private async Task<string> StartAsync(string project, string buildspec, Action<JsonObject>? with = null, params (string, string)[] files)
    {
        await cloud.PutAsync($"{project}.zip", CloudHost.Zip([("buildspec.yml", buildspec), .. files]));
        var input = new JsonObject
        {
            ["name"] = project,
            ["source"] = new JsonObject { ["type"] = "S3", ["location"] = $"work/{project}.zip" },
            ["artifacts"] = new JsonObject { ["type"] = "NO_ARTIFACTS" },
            ["environment"] = new JsonObject
            {
                ["type"] = "LINUX_CONTAINER",
                ["image"] = "aws/codebuild/standard:7.0",
                ["computeType"] = "BUILD_GENERAL1_SMALL",
                ["privilegedMode"] = true,
                ["environmentVariables"] = new JsonArray(new JsonObject { ["name"] = "STAGE", ["value"] = "project" }, new JsonObject { ["name"] = "KEPT", ["value"] = "kept" }),
            },
            ["serviceRole"] = cloud.Role,
        };
        with?.Invoke(input);
        await cloud.CallAsync("codebuild", "CreateProject", input);
        var started = await cloud.CallAsync("codebuild", "StartBuild", new JsonObject
        {
            ["projectName"] = project,
            ["environmentVariablesOverride"] = new JsonArray(new JsonObject { ["name"] = "STAGE", ["value"] = "override" }, new JsonObject { ["name"] = "CODEBUILD_RESOLVED_SOURCE_VERSION", ["value"] = "1a2b3c4d5e6f" }),
        });
        return started.Object("build")!.Required("id");
    }

    private async Task<JsonObject> EndAsync(string id) => await CloudHost.EventuallyAsync(
        async () => (await cloud.CallAsync("codebuild", "BatchGetBuilds", new JsonObject { ["ids"] = new JsonArray(id) })).Objects("builds").Single(),
        b => b.Flag("buildComplete") == true);

    private static string? Phase(JsonObject build, string name) => build.Objects("phases").FirstOrDefault(p => p.Text("phaseType") == name)?.Text("phaseStatus");

    [Fact]
    public async Task StartBuild_PhasesShareOneShell_UploadsArtifactsAndExportsVariables()
    {
        var id = await StartAsync("good", """
            version: 0.2
            env:
              variables: {STAGE: buildspec, GREETING: hello}
              exported-variables: [TAG]
            phases:
              pre_build:
                commands:
                  - TAG=$(echo "$CODEBUILD_RESOLVED_SOURCE_VERSION" | cut -c1-8)
                  - mkdir out && cd out
              build:
                commands:
                  - echo "$STAGE $KEPT $GREETING $TAG" > result.txt
                  - read nothing || echo "no input"
                  - aws sts get-caller-identity >/dev/null 2>&1 || true
              post_build:
                commands: ["printf 'without end'"]
            artifacts:
              base-directory: out
              files: ['**/*']
            """, input => input["artifacts"] = new JsonObject { ["type"] = "S3", ["location"] = "work", ["path"] = "artifacts/one", ["name"] = "out.zip", ["packaging"] = "ZIP", ["namespaceType"] = "NONE" });
        var build = await EndAsync(id);
        var log = await CloudHost.EventuallyAsync(() => cloud.LogAsync("/aws/codebuild/good"), l => l.Any(m => m.Contains("POST_BUILD State", StringComparison.Ordinal)));
        build.Text("buildStatus").Should().Be("SUCCEEDED", string.Join('\n', log));
        build.Objects("exportedEnvironmentVariables").Single().Text("value").Should().Be("1a2b3c4d");
        log.Should().Contain("without end").And.Contain("no input");
        var answer = await cloud.Caller.CallAsync(new OperationCall("s3", "GetObject", CloudHost.Scope, new JsonObject { ["Bucket"] = "work", ["Key"] = "artifacts/one/out.zip" }));
        using var memory = new MemoryStream();
        await answer.Body!.CopyToAsync(memory, TestContext.Current.CancellationToken);
        using var zip = new ZipArchive(memory);
        using var reader = new StreamReader(zip.GetEntry("result.txt")!.Open());
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Should().Be("override kept hello 1a2b3c4d\n");
    }

    [Fact]
    public async Task StartBuild_DockerBuildAndPush_RegistersTheImage()
    {
        await cloud.CallAsync("ecr", "CreateRepository", new JsonObject { ["repositoryName"] = "built" });
        var id = await StartAsync("docker", $$"""
            version: 0.2
            phases:
              pre_build:
                commands:
                  - aws ecr get-login-password --region "$AWS_DEFAULT_REGION" | docker login --username AWS --password-stdin {{Registry}}
              build:
                commands:
                  - docker build --build-arg STAGE -t {{Registry}}/built:latest .
                  - docker push {{Registry}}/built:latest
                  - docker run debian || echo "docker says $?"
            """, null, ("Dockerfile", "FROM debian:bookworm-slim\nARG STAGE\nENV STAGE=$STAGE\nCOPY model.py /opt/\nENTRYPOINT [\"python3\", \"/opt/model.py\"]"), ("model.py", "print(1)"));
        var build = await EndAsync(id);
        var log = await CloudHost.EventuallyAsync(() => cloud.LogAsync("/aws/codebuild/docker"), l => l.Any(m => m.Contains("POST_BUILD State", StringComparison.Ordinal)));
        build.Text("buildStatus").Should().Be("SUCCEEDED", string.Join('\n', log));
        var image = cloud.Services.GetRequiredService<IImageStore>().Find($"{Registry}/built")!;
        image.Environment["STAGE"].Should().Be("override");
        File.ReadAllText(Path.Combine(image.FilesFolder, "opt/model.py")).Should().Be("print(1)");
        log.Should().ContainMatch("*no Docker engine*").And.Contain("docker says 1");
    }

    [Fact]
    public async Task StartBuild_CommandFails_PostBuildRunsAndTheBuildFailsWithTheCommand()
    {
        var id = await StartAsync("bad", """
            version: 0.2
            phases:
              build:
                commands: ["echo before", "exit 7", "echo never"]
                finally: ["echo finally"]
              post_build:
                commands: ["echo succeeding=$CODEBUILD_BUILD_SUCCEEDING"]
            """);
        var build = await EndAsync(id);
        build.Text("buildStatus").Should().Be("FAILED");
        Phase(build, "BUILD").Should().Be("FAILED");
        Phase(build, "POST_BUILD").Should().Be("SUCCEEDED");
        build.Objects("phases").First(p => p.Text("phaseType") == "BUILD").Objects("contexts").Single().Text("message").Should().Be("Error while executing command: exit 7. Reason: exit status 7");
        var log = await CloudHost.EventuallyAsync(() => cloud.LogAsync("/aws/codebuild/bad"), l => l.Contains("succeeding=0"));
        log.Should().Contain("finally").And.NotContain("never");
    }

    [Fact]
    public async Task StopBuild_WhileACommandRuns_EndsItAndItsProcesses()
    {
        var id = await StartAsync("long", "version: 0.2\nphases:\n  build:\n    commands: ['echo at work', 'sleep 317']");
        await CloudHost.EventuallyAsync(() => cloud.LogAsync("/aws/codebuild/long"), l => l.Contains("at work"));
        await cloud.CallAsync("codebuild", "StopBuild", new JsonObject { ["id"] = id });
        var build = await EndAsync(id);
        build.Text("buildStatus").Should().Be("STOPPED");
        Phase(build, "BUILD").Should().Be("STOPPED");
        System.Diagnostics.Process.GetProcessesByName("sleep").Select(CommandLine).Should().NotContain(c => c.Contains("317", StringComparison.Ordinal));
    }

    private static string CommandLine(System.Diagnostics.Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    [Fact]
    public async Task Restart_WhileABuildRuns_BuildsAnewInAnEmptyFolder()
    {
        var id = await StartAsync("cut", "version: 0.2\nphases:\n  build:\n    commands: ['echo begin', 'sleep 3']");
        await CloudHost.EventuallyAsync(() => cloud.LogAsync("/aws/codebuild/cut"), l => l.Contains("begin"));
        await cloud.RestartAsync(state =>
        {
            var left = Directory.CreateDirectory(Path.Combine(state, "builds", id.Replace(':', '-'), "src"));
            File.WriteAllText(Path.Combine(left.FullName, "buildspec.yml"), "left behind");
        });
        var build = await EndAsync(id);
        build.Text("buildStatus").Should().Be("SUCCEEDED", build.ToJsonString());
        (await cloud.LogAsync("/aws/codebuild/cut")).Count(l => l == "begin").Should().Be(2);
    }

    [Fact]
    public async Task CreateProject_WhatIsNotOffered_IsRefused()
    {
        Func<Task> github = () => StartAsync("gh", "", input => input["source"] = new JsonObject { ["type"] = "GITHUB", ["location"] = "https://example.com" });
        (await github.Should().ThrowAsync<AwsException>()).Which.Should().Match<AwsException>(e => e.Code == "InvalidInputException" && e.Message.Contains("GITHUB"));
        Func<Task> role = () => StartAsync("norole", "", input => input["serviceRole"] = "arn:aws:iam::123456789012:role/none");
        await role.Should().ThrowAsync<AwsException>().WithMessage("CodeBuild is not authorized to perform: sts:AssumeRole*");
    }
}
