using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.Stacks;

/// <summary>The product's own templates go through the local cloud's CloudFormation.</summary>
public sealed class ProductTemplatesTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    [Fact]
    public async Task ProductTemplates_OneUponTheOther_AreMade()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Infrastructure");
        var run = await cloud.PythonAsync(StackScript.Go + """
            import io, zipfile
            out = go("mlops-base", "create_stack", sys.argv[1] + "/base.yml")
            go("mlops-image-pipeline", "create_stack", sys.argv[1] + "/image-pipeline.yml")
            zipped = io.BytesIO()
            with zipfile.ZipFile(zipped, "w") as z: z.writestr("index.py", "def handler(event, context): pass")
            client("s3").put_object(Bucket=out["Bucket"], Key="f.zip", Body=zipped.getvalue())
            made = go("mlops-model-pipeline", "create_stack", sys.argv[1] + "/model-pipeline.yml", Parameters=[{"ParameterKey": "FunctionKey", "ParameterValue": "f.zip"}])
            print(json.dumps(made["Pipeline"]))
            """, folder);
        run.Succeeded().Json.GetValue<string>().Should().Be("iris-model-pipeline");
    }
}
