using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Protocol;
using static MLOps.Tests.Integration.Workloads.PipelineHost;

namespace MLOps.Tests.Integration.Workloads;

public sealed class PipelineTests(CloudHost cloud) : IClassFixture<CloudHost>
{
    /// <summary>Continues twice, then writes a template with the credentials that the job brings.</summary>
    private const string Trainer = """
        import boto3, io, json, zipfile

        def handler(event, context):
            job = event["CodePipeline.job"]
            data = job["data"]
            pipeline = boto3.client("codepipeline")
            step = int(json.loads(data.get("continuationToken", "0")))
            given = data["artifactCredentials"]
            s3 = boto3.client("s3", aws_access_key_id=given["accessKeyId"], aws_secret_access_key=given["secretAccessKey"], aws_session_token=given["sessionToken"])
            place = data["inputArtifacts"][0]["location"]["s3Location"]
            body = s3.get_object(Bucket=place["bucketName"], Key=place["objectKey"])["Body"].read()
            model = zipfile.ZipFile(io.BytesIO(body)).read("model.txt").decode()
            if model == "broken":
                pipeline.put_job_failure_result(jobId=job["id"], failureDetails={"type": "JobFailed", "message": "the model is broken"})
                return
            if step < 2:
                pipeline.put_job_success_result(jobId=job["id"], continuationToken=str(step + 1), executionDetails={"summary": f"step {step}", "percentComplete": 30 * step})
                return
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as z:
                z.writestr("stack.json", json.dumps({"Parameters": {"Name": {"Type": "String"}},
                    "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Name"}}}},
                    "Outputs": {"Arn": {"Value": {"Ref": "Topic"}}}}))
                z.writestr("parameters.json", json.dumps({"Parameters": {"Name": f"topic-of-{model}"}}))
            place = data["outputArtifacts"][0]["location"]["s3Location"]
            s3.put_object(Bucket=place["bucketName"], Key=place["objectKey"], Body=packed.getvalue())
            pipeline.put_job_success_result(jobId=job["id"], executionDetails={"summary": "trained " + data["actionConfiguration"]["configuration"]["UserParameters"]},
                                            outputVariables={"Model": model})
        """;

    private Task CreateModelPipelineAsync(string name) => cloud.CreateAsync(name,
        ("Source", [Action("Upload", "Source", "S3", new JsonObject { ["S3Bucket"] = "work", ["S3ObjectKey"] = $"{name}.zip" }, output: "Model", space: "SourceVariables")]),
        ("Train", [Action("Train", "Invoke", "Lambda", new JsonObject { ["FunctionName"] = $"train-{name}", ["UserParameters"] = "#{SourceVariables.ObjectKey}" }, "Model", "Deployment", "Training")]),
        ("Approve", [Action("Approve", "Approval", "Manual", new JsonObject { ["CustomData"] = "Look at #{Training.Model}" })]),
        ("Deploy", [Action("Deploy", "Deploy", "CloudFormation", new JsonObject
        {
            ["ActionMode"] = "CREATE_UPDATE",
            ["StackName"] = name,
            ["TemplatePath"] = "Deployment::stack.json",
            ["TemplateConfiguration"] = "Deployment::parameters.json",
        }, "Deployment", space: "Deployed")]));

    [Fact]
    public async Task Run_UploadToStack_WaitsForApprovalSurvivesARestartAndDeploysWhatWasApproved()
    {
        await cloud.CreateFunctionAsync("train-story", Trainer);
        await cloud.PutAsync("story.zip", CloudHost.Zip(("model.txt", "first")));
        await CreateModelPipelineAsync("story");
        var token = await cloud.TokenAsync("story", "Approve");
        var first = (await cloud.ExecutionsAsync("story")).Single().Required("pipelineExecutionId");

        // Two more uploads: of those that wait before the approval's stage only the newest stays.
        await cloud.PutAsync("story.zip", CloudHost.Zip(("model.txt", "second")));
        await CloudHost.EventuallyAsync(() => cloud.StageAsync("story", "Approve"), s => s.Object("inboundExecution") is not null, 60);
        await cloud.PutAsync("story.zip", CloudHost.Zip(("model.txt", "third")));
        await cloud.StatusAsync("story", "Superseded", index: 1);

        await cloud.RestartAsync();
        (await cloud.TokenAsync("story", "Approve")).Should().Be(token, "an approval keeps its token");
        await cloud.ApproveAsync("story", "Approve", "Approve", token);
        await cloud.StatusAsync("story", "Succeeded", index: 0);
        var actions = (await cloud.CallAsync("codepipeline", "ListActionExecutions", new JsonObject { ["pipelineName"] = "story", ["filter"] = new JsonObject { ["pipelineExecutionId"] = first } }))
            .Objects("actionExecutionDetails").ToDictionary(a => a.Required("actionName"));
        actions["Train"].Object("output")!.Object("executionResult")!.Text("externalExecutionSummary").Should().Be("trained story.zip");
        actions["Approve"].Object("input")!.Object("resolvedConfiguration")!.Text("CustomData").Should().Be("Look at first");
        actions["Deploy"].Object("output")!.Object("outputVariables")!.Text("Arn").Should().EndWith(":topic-of-first");

        // The newest goes on to the approval by itself, with another token; the old one is spent.
        var next = await CloudHost.EventuallyAsync(() => cloud.StageAsync("story", "Approve"), s => Token(s) is { } t && t != token);
        Func<Task> again = () => cloud.ApproveAsync("story", "Approve", "Approve", token);
        (await again.Should().ThrowAsync<AwsException>()).Which.Code.Should().Be("ApprovalAlreadyCompletedException");
        await cloud.ApproveAsync("story", "Approve", "Approve", Token(next)!);
        await cloud.StatusAsync("story", "Succeeded", index: 2);
        var stack = (await cloud.CallAsync("cloudformation", "DescribeStacks", new JsonObject { ["StackName"] = "story" })).Objects("Stacks").Single();
        stack.Objects("Outputs").Single().Text("OutputValue").Should().EndWith(":topic-of-third");
    }

    [Fact]
    public async Task Run_FunctionReportsFailure_FailsTheStageAndRetryRunsAfterTheFix()
    {
        await cloud.CreateFunctionAsync("train-mended", "def handler(e, c):\n    raise ValueError('no such column')");
        await cloud.PutAsync("mended.zip", CloudHost.Zip(("model.txt", "good")));
        await CreateModelPipelineAsync("mended");
        var failed = await cloud.StatusAsync("mended", "Failed");
        var state = (await cloud.StageAsync("mended", "Train")).Objects("actionStates").Single().Object("latestExecution")!;
        state.Object("errorDetails")!.Text("message").Should().Contain("no such column");
        await cloud.CallAsync("lambda", "UpdateFunctionCode", new JsonObject { ["FunctionName"] = "train-mended", ["ZipFile"] = Convert.ToBase64String(CloudHost.Zip(("index.py", Trainer))) });
        await cloud.CallAsync("codepipeline", "RetryStageExecution", new JsonObject
        {
            ["pipelineName"] = "mended",
            ["stageName"] = "Train",
            ["pipelineExecutionId"] = failed.Required("pipelineExecutionId"),
            ["retryMode"] = "FAILED_ACTIONS",
        });
        (await cloud.TokenAsync("mended", "Approve")).Should().NotBeEmpty();
        (await cloud.ExecutionsAsync("mended")).Should().ContainSingle();
    }

    [Fact]
    public async Task Run_CommitToImage_BuildsTheCommitAndPassesItsVariablesOn()
    {
        await cloud.CallAsync("codecommit", "CreateRepository", new JsonObject { ["repositoryName"] = "sources" });
        await cloud.CallAsync("ecr", "CreateRepository", new JsonObject { ["repositoryName"] = "model" });
        await cloud.CallAsync("codebuild", "CreateProject", new JsonObject
        {
            ["name"] = "build-image",
            ["source"] = new JsonObject { ["type"] = "CODEPIPELINE" },
            ["artifacts"] = new JsonObject { ["type"] = "CODEPIPELINE" },
            ["environment"] = new JsonObject { ["type"] = "LINUX_CONTAINER", ["image"] = "aws/codebuild/standard:7.0", ["computeType"] = "BUILD_GENERAL1_SMALL", ["privilegedMode"] = true },
            ["serviceRole"] = cloud.Role,
        });
        await cloud.CreateAsync("images",
            ("Source", [Action("Commit", "Source", "CodeCommit", new JsonObject { ["RepositoryName"] = "sources", ["BranchName"] = "main" }, output: "Sources")]),
            ("Build", [Action("Build", "Build", "CodeBuild", new JsonObject { ["ProjectName"] = "build-image", ["EnvironmentVariables"] = """[{"name":"STAGE","value":"dev"}]""" }, "Sources", "Built", "Build")]),
            ("Approve", [Action("Approve", "Approval", "Manual", new JsonObject { ["CustomData"] = "#{Build.TAG} #{codepipeline.PipelineExecutionId}" })]));
        // A new pipeline runs at once, also where there is nothing to run on yet.
        var early = await cloud.StatusAsync("images", "Failed");
        early.Object("trigger")!.Text("triggerType").Should().Be("CreatePipeline");
        (await cloud.StageAsync("images", "Source")).Objects("actionStates").Single().Object("latestExecution")!.Object("errorDetails")!.Text("message")
            .Should().Contain("main");

        const string uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/model";
        var commit = (await cloud.CallAsync("codecommit", "CreateCommit", new JsonObject
        {
            ["repositoryName"] = "sources",
            ["branchName"] = "main",
            ["putFiles"] = new JsonArray([.. new (string, string)[]
            {
                ("Dockerfile", "FROM python:3.11-slim\nCOPY serve.py /opt/program/\nENTRYPOINT [\"python3\", \"/opt/program/serve.py\"]"), ("serve.py", "print('serve')"),
                ("buildspec.yml", $$"""
                    version: 0.2
                    env:
                      exported-variables: [TAG]
                    phases:
                      build:
                        commands:
                          - TAG=$STAGE-$(echo "$CODEBUILD_RESOLVED_SOURCE_VERSION" | cut -c1-8)
                          - aws ecr get-login-password | docker login --username AWS --password-stdin {{uri.Split('/')[0]}}
                          - docker build -t {{uri}}:$TAG . && docker push {{uri}}:$TAG
                    artifacts:
                      files: [serve.py]
                    """),
            }.Select(f => new JsonObject { ["filePath"] = f.Item1, ["fileContent"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(f.Item2)) })]),
        })).Required("commitId");
        await cloud.TokenAsync("images", "Approve");
        var executions = await cloud.ExecutionsAsync("images");
        executions.Should().HaveCount(2, "the commit starts the next one");
        var execution = executions[0];
        execution.Objects("sourceRevisions").Single().Text("revisionId").Should().Be(commit);
        var tag = $"dev-{commit[..8]}";
        cloud.Services.GetRequiredService<IImageStore>().Find($"{uri}:{tag}").Should().NotBeNull();
        var approval = (await cloud.CallAsync("codepipeline", "ListActionExecutions", new JsonObject { ["pipelineName"] = "images" })).Objects("actionExecutionDetails").First(a => a.Text("actionName") == "Approve");
        approval.Object("input")!.Object("resolvedConfiguration")!.Text("CustomData").Should().Be($"{tag} {execution.Text("pipelineExecutionId")}");
    }

    [Fact]
    public async Task CreatePipeline_GateThatIsNotOffered_IsRefused()
    {
        Func<Task> create = () => cloud.CallAsync("codepipeline", "CreatePipeline", new JsonObject
        {
            ["pipeline"] = new JsonObject
            {
                ["name"] = "gated",
                ["roleArn"] = cloud.Role,
                ["artifactStore"] = new JsonObject { ["type"] = "S3", ["location"] = "work" },
                ["stages"] = new JsonArray(
                    new JsonObject { ["name"] = "Source", ["actions"] = new JsonArray(Action("S", "Source", "S3", new JsonObject { ["S3Bucket"] = "work", ["S3ObjectKey"] = "k" }, output: "A")) },
                    new JsonObject { ["name"] = "Next", ["onFailure"] = new JsonObject { ["result"] = "ROLLBACK" }, ["actions"] = new JsonArray(Action("A", "Approval", "Manual", [])) }),
            },
        });
        (await create.Should().ThrowAsync<AwsException>()).Which.Should().Match<AwsException>(e => e.Code == "InvalidStageDeclarationException" && e.Message.Contains("onFailure"));
    }
}
