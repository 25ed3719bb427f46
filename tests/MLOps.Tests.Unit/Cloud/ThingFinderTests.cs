using System.Text.Json.Nodes;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Finding;

namespace MLOps.Tests.Unit.Cloud;

public sealed class ThingFinderTests : IDisposable
{
    private readonly StubCloud cloud = new();
    private readonly ThingFinder finder;

    public ThingFinderTests()
    {
        finder = new ThingFinder(cloud);
        cloud.On("ListTrainingJobs", """{"TrainingJobSummaries":[{"TrainingJobName":"iris-old","TrainingJobArn":"arn:aws:sagemaker:us-east-1:123456789012:training-job/iris-old","CreationTime":1700000000,"TrainingJobStatus":"Failed"}]}""");
        cloud.On("ListHyperParameterTuningJobs", """{"HyperParameterTuningJobSummaries":[]}""");
        cloud.On("ListTransformJobs", """{"TransformJobSummaries":[]}""");
        cloud.On("ListModels", """{"Models":[{"ModelName":"iris-older","ModelArn":"arn:aws:sagemaker:us-east-1:123456789012:model/iris-older","CreationTime":1600000000}]}""");
    }

    public void Dispose() => cloud.Dispose();

    [Fact]
    public async Task Find_APartOfAName_AsksEachKindForItsNewest()
    {
        (await finder.FindAsync("local", "iris", TestContext.Current.CancellationToken)).Select(t => (t.Kind, t.Name, t.Status)).Should()
            .BeEquivalentTo([(FoundThingKind.TrainingJob, "iris-old", "Failed"), (FoundThingKind.Model, "iris-older", "")]);
        cloud.Asked.Should().HaveCount(4);
        cloud.Asked.Should().OnlyContain(a => a.Input["NameContains"]!.GetValue<string>() == "iris" && a.Input["SortBy"]!.GetValue<string>() == "CreationTime" && a.Input["SortOrder"]!.GetValue<string>() == "Descending");
    }

    [Theory]
    [InlineData("ir")]
    [InlineData("iris_model")]
    [InlineData("Ünïcode")]
    [InlineData("a-name-that-is-longer-than-any-name-can-be-in-this-service-of-all-64")]
    public async Task Find_WhatNoNameContains_AsksNothing(string part)
    {
        (await finder.FindAsync("local", part, TestContext.Current.CancellationToken)).Should().BeEmpty();
        cloud.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task Find_TheCloudRefuses_SaysWhy()
    {
        cloud.On("ListModels", _ => throw new StubError("ThrottlingException", "Rate exceeded"));
        var fault = await finder.Invoking(f => f.FindAsync("local", "iris", TestContext.Current.CancellationToken)).Should().ThrowAsync<CloudException>();
        fault.Which.Fault.Kind.Should().Be(CloudFaultKind.Throttled);
    }
}
