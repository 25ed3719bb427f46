using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Unit.Stacks;

public sealed class StackLifeTests
{
    private const string Endpoint = """
        Parameters:
          Data: { Type: String }
          Instances: { Type: Number, Default: 1 }
        Resources:
          Model:
            Type: AWS::SageMaker::Model
            Properties:
              ExecutionRoleArn: arn:aws:iam::123456789012:role/x
              PrimaryContainer: { Image: img, ModelDataUrl: !Ref Data }
          Config:
            Type: AWS::SageMaker::EndpointConfig
            Properties:
              ProductionVariants:
                - { VariantName: A, ModelName: !GetAtt Model.ModelName, InitialInstanceCount: !Ref Instances, InstanceType: ml.m5.large, InitialVariantWeight: 1 }
          Endpoint:
            Type: AWS::SageMaker::Endpoint
            Properties: { EndpointName: iris, EndpointConfigName: !GetAtt Config.EndpointConfigName }
        Outputs:
          Name: { Value: !GetAtt Endpoint.EndpointName, Export: { Name: iris-endpoint } }
        """;

    private static JsonObject Data(string uri) => new()
    {
        ["Parameters"] = new JsonArray(new JsonObject { ["ParameterKey"] = "Data", ["ParameterValue"] = uri }),
    };

    [Fact]
    public async Task Create_Endpoint_MakesResourcesInOrderAndExports()
    {
        await using var bench = await new StackBench().StartAsync();
        await bench.CreateAsync(Endpoint, Data("s3://a"));
        (await bench.SettledAsync()).Should().Be("CREATE_COMPLETE");

        bench.Cloud.Calls.Should().Equal("CreateModel", "CreateEndpointConfig", "CreateEndpoint");
        bench.Cloud.Names("Model").Single().Should().MatchRegex("^shop-Model-[A-Z0-9]{12}$");
        (await bench.StackAsync()).Objects("Outputs").Single().Text("OutputValue").Should().Be("iris");
        (await bench.CallAsync("ListExports", [])).Objects("Exports").Single().Text("Name").Should().Be("iris-endpoint");
        (await bench.EventsAsync()).Should().Equal(
            "shop CREATE_IN_PROGRESS", "Model CREATE_IN_PROGRESS", "Model CREATE_IN_PROGRESS", "Model CREATE_COMPLETE", "Config CREATE_IN_PROGRESS",
            "Config CREATE_IN_PROGRESS", "Config CREATE_COMPLETE", "Endpoint CREATE_IN_PROGRESS", "Endpoint CREATE_IN_PROGRESS", "Endpoint CREATE_COMPLETE", "shop CREATE_COMPLETE");
    }

    [Fact]
    public async Task Update_NewModelData_ReplacesModelAndConfigAndKeepsEndpoint()
    {
        await using var bench = await new StackBench().StartAsync();
        await bench.CreateAsync(Endpoint, Data("s3://a"));
        await bench.SettledAsync();
        var (model, config) = (bench.Cloud.Names("Model").Single(), bench.Cloud.Names("EndpointConfig").Single());

        await bench.UpdateAsync(Endpoint, Data("s3://b"));
        (await bench.SettledAsync()).Should().Be("UPDATE_COMPLETE");

        bench.Cloud.Calls.Skip(3).Should().Equal("CreateModel", "CreateEndpointConfig", "UpdateEndpoint", "DeleteEndpointConfig", "DeleteModel");
        bench.Cloud.Names("Model").Should().NotContain(model).And.HaveCount(1);
        bench.Cloud.Things[("Endpoint", "iris")].Text("EndpointConfigName").Should().NotBe(config).And.Be(bench.Cloud.Names("EndpointConfig").Single());
        (await bench.EventsAsync()).Should().Contain("shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
        var again = () => bench.UpdateAsync(Endpoint, Data("s3://b"));
        (await again.Should().ThrowAsync<AwsException>()).WithMessage("No updates are to be performed.").Which.Code.Should().Be("ValidationError");
    }

    [Fact]
    public async Task Update_EndpointFails_GoesBackToTheEarlierModel()
    {
        await using var bench = await new StackBench().StartAsync();
        await bench.CreateAsync(Endpoint, Data("s3://a"));
        await bench.SettledAsync();
        var config = bench.Cloud.Names("EndpointConfig").Single();
        bench.Cloud.EndpointFails = c => c == config ? null : "The primary container did not pass the ping health check.";

        await bench.UpdateAsync(Endpoint, Data("s3://b"));
        (await bench.SettledAsync()).Should().Be("UPDATE_ROLLBACK_COMPLETE");

        bench.Cloud.Things[("Endpoint", "iris")].Text("EndpointConfigName").Should().Be(config);
        bench.Cloud.Names("EndpointConfig").Should().Equal(config);
        bench.Cloud.Names("Model").Should().HaveCount(1);
        var failed = (await bench.RawEventsAsync()).Single(e => e.Text("ResourceStatus") == "UPDATE_FAILED");
        failed.Text("ResourceStatusReason").Should().Be("The primary container did not pass the ping health check.");
        (await bench.StackAsync()).Objects("Parameters").First().Text("ParameterValue").Should().Be("s3://a");

        bench.Cloud.EndpointFails = _ => null;
        await bench.UpdateAsync(Endpoint, Data("s3://c"));
        (await bench.SettledAsync()).Should().Be("UPDATE_COMPLETE");
    }

    [Fact]
    public async Task Create_EndpointFails_RemovesWhatWasMade()
    {
        await using var bench = await new StackBench(new FakeCloud { EndpointFails = _ => "No capacity." }).StartAsync();
        await bench.CreateAsync(Endpoint, Data("s3://a"));
        (await bench.SettledAsync()).Should().Be("ROLLBACK_COMPLETE");
        bench.Cloud.Things.Should().BeEmpty();
        (await bench.RawEventsAsync()).Should().Contain(e => e.Text("ResourceStatus") == "ROLLBACK_IN_PROGRESS"
            && e.Text("ResourceStatusReason") == "The following resource(s) failed to create: [Endpoint]. Rollback requested by user.");
    }

    [Fact]
    public async Task Delete_Stack_RemovesInReverseOrder()
    {
        await using var bench = await new StackBench().StartAsync();
        var id = (await bench.CreateAsync(Endpoint, Data("s3://a"))).Required("StackId");
        await bench.SettledAsync();
        await bench.CallAsync("DeleteStack", new JsonObject { ["StackName"] = "shop" });
        (await bench.SettledAsync(id)).Should().Be("DELETE_COMPLETE");
        bench.Cloud.Calls.Skip(3).Should().Equal("DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel");
        var gone = () => bench.StackAsync();
        await gone.Should().ThrowAsync<AwsException>().WithMessage("Stack with id shop does not exist");
    }
}
