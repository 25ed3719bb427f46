using System.Net;
using System.Text.Json.Nodes;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Promotion;
using MLOps.Cloud.Values;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Unit.Cloud;

/// <summary>Which stage of which pipeline deploys an endpoint, whatever the three are called.</summary>
public sealed class DeployingStagesTests : IDisposable
{
    private const string Endpoint = "scorer";
    private readonly StubCloud cloud = new();
    private readonly FakeCloud known = new();
    private readonly FakeInventory<PipelineSnapshot> pipelines = new(FakeCloud.Now);
    private readonly DeployingStages stages;

    public DeployingStagesTests()
    {
        var origins = new EndpointOrigins(known, known, known, known.Pipelines);
        stages = new DeployingStages(cloud, new EndpointSource(cloud), origins, pipelines);
        cloud.On("DescribeEndpoint", input => input["EndpointName"]!.GetValue<string>() != Endpoint ? throw new StubError("ValidationException", "Could not find endpoint") : new JsonObject
            {
                ["EndpointName"] = Endpoint, ["EndpointArn"] = $"arn:aws:sagemaker:us-east-1:123456789012:endpoint/{Endpoint}", ["EndpointConfigName"] = "config",
                ["CreationTime"] = 1_600_000_000, ["LastModifiedTime"] = 1_600_000_000, ["EndpointStatus"] = "InService",
                ["ProductionVariants"] = new JsonArray(new JsonObject { ["VariantName"] = "All", ["CurrentWeight"] = 1, ["DesiredWeight"] = 1 }),
            })
            .On("DescribeEndpointConfig", """{ "EndpointConfigName": "config", "ProductionVariants": [{ "VariantName": "All", "ModelName": "scorer-1" }] }""")
            .On("DescribeModel", """{ "ModelName": "scorer-1" }""")
            .On("DescribeScalableTargets", """{ "ScalableTargets": [] }""");
    }

    public void Dispose() => cloud.Dispose();

    [Theory]
    [InlineData("scoring-stack")]
    [InlineData("#{variables.Prefix}-stack")]
    public async Task Find_StackOfAStageBehindAnApproval_IsGuarded(string configured)
    {
        InStack("scoring-stack");
        pipelines.Set(Pipeline(("Try", Deploys("trial-stack")), ("Ask", Asks), ("Release", Deploys(configured))));
        (await FindAsync()).Should().Be(new DeployingStage("p", "Release", "Ask", "SayYes"));
        cloud.Asked.Should().Contain(a => a.Operation == "DescribeStackResources" && a.Input["form"]!.GetValue<string>().Contains(Uri.EscapeDataString($"endpoint/{Endpoint}")));
    }

    [Fact]
    public void Seems_StackOfItsNameBehindAnApproval_IsGuardedUntilThePipelineChanges()
    {
        stages.SeemsGuarded("local", Endpoint).Should().BeFalse();
        pipelines.Set(Pipeline(("Try", Deploys("trial")), ("Ask", Asks), ("Release", Deploys(Endpoint))));
        stages.SeemsGuarded("local", Endpoint).Should().BeTrue();
        stages.SeemsGuarded("local", "trial").Should().BeFalse();
        pipelines.Set(Pipeline(("Release", Deploys(Endpoint))));
        stages.SeemsGuarded("local", Endpoint).Should().BeFalse();
        cloud.Asked.Should().BeEmpty("a list asks nobody");
    }

    [Fact]
    public async Task Find_ApprovalInTheSameStage_IsGuarded()
    {
        InStack("scoring-stack");
        pipelines.Set(Pipeline(("Release", [.. Deploys("scoring-stack").Select(a => a with { RunOrder = 2 }), .. Asks])));
        (await FindAsync())!.IsGuarded.Should().BeTrue("the approval runs first");
    }

    [Fact]
    public async Task Find_StackOfAStageBeforeTheApproval_IsNotGuarded()
    {
        InStack("trial-stack");
        pipelines.Set(Pipeline(("Try", Deploys("trial-stack")), ("Ask", Asks), ("Release", Deploys("#{variables.Stack}"))));
        (await FindAsync()).Should().Be(new DeployingStage("p", "Try"));
    }

    [Fact]
    public async Task Find_MadeByNoStack_AsksWhatItServes()
    {
        cloud.OnQuery("DescribeStackResources", _ => (HttpStatusCode.BadRequest, Error("ValidationError", "Stack for it does not exist")));
        pipelines.Set(Pipeline(("Try", Deploys("trial-stack")), ("Ask", Asks), ("Release", [new("Roll", "Invoke", "Lambda")])));
        (await FindAsync()).Should().BeNull("nobody knows where its model comes from");

        known.Models.Set(new MLOps.Cloud.Models.ModelSummary("local", "scorer-1", FakeCloud.Now) { TrainingJob = "job-1" });
        known.JobDetails["job-1"] = new(new("local", "job-1", "Completed")) { Tags = [new("mlops:execution", "e1")] };
        known.Pipelines.Set(pipelines.Current("local").Items[0].Summary);
        known.Executions["e1"] = new(new PipelineExecution("e1", "Succeeded"), []);
        known.PipelineDetails["p"] = new(known.Pipelines.Current("local").Items[0], pipelines.Current("local").Items[0].Definition, new([], null));
        var found = await FindAsync();
        found.Should().BeEquivalentTo(new { Pipeline = "p", IsCertain = false });
    }

    [Fact]
    public async Task Find_CloudFormationDenied_GoesByTheStacksUsualName()
    {
        cloud.OnQuery("DescribeStackResources", _ => (HttpStatusCode.Forbidden, Error("AccessDenied", "not authorized")));
        pipelines.Set(Pipeline(("Ask", Asks), ("Release", Deploys(Endpoint))));
        (await FindAsync())!.IsGuarded.Should().BeTrue();
    }

    [Fact]
    public async Task Find_PipelinesNotKnown_SaysThatItCannotBeTold()
    {
        InStack("scoring-stack");
        pipelines.Fail(new CloudFault(CloudFaultKind.Unreachable, "It cannot be reached."));
        (await FluentActions.Awaiting(FindAsync).Should().ThrowAsync<CloudException>()).Which.Fault.Kind.Should().Be(CloudFaultKind.Unreachable);
    }

    private static ValueList<ActionDefinition> Asks => [new("SayYes", "Approval", "Manual")];

    private static ValueList<ActionDefinition> Deploys(string stack) => [new("Deploy", "Deploy", "CloudFormation") { Configuration = [new("StackName", stack)] }];

    private static PipelineSnapshot Pipeline(params (string Name, ValueList<ActionDefinition> Actions)[] stages) =>
        new(new PipelineSummary("local", "p"), new PipelineDefinition("p", 1) { Stages = stages.Select(s => new StageDefinition(s.Name, s.Actions)).ToValueList() }, []);

    private Task<DeployingStage?> FindAsync() => stages.FindAsync("local", Endpoint, TestContext.Current.CancellationToken);

    private void InStack(string stack) => cloud.OnQuery("DescribeStackResources", _ => (HttpStatusCode.OK, $"""
        <DescribeStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStackResourcesResult><StackResources>
        <member><StackName>{stack}</StackName><LogicalResourceId>Endpoint</LogicalResourceId><ResourceType>AWS::SageMaker::Endpoint</ResourceType><Timestamp>2026-03-04T12:00:00Z</Timestamp><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>
        </StackResources></DescribeStackResourcesResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DescribeStackResourcesResponse>
        """));

    private static string Error(string code, string message) => $"""
        <ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>
        """;
}
