using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.Protocol;

public sealed class EveryOperationTests(EchoCloud cloud) : IClassFixture<EchoCloud>
{
    [Fact]
    public async Task Boto3_EveryOperationWithEveryMember_IsReadAndAnsweredAsSent()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Protocol");
        var script = string.Join('\n', new[] { "samples.py", "every_operation.py" }.Select(f => File.ReadAllText(Path.Combine(folder, f))));
        var result = (await PythonScript.RunAsync(cloud.Address, script)).Succeeded().Json;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', result["skipped"]!.AsArray().Select(s => $"skipped {s}")));
        string.Join('\n', result["faults"]!.AsArray().Select(f => f!.GetValue<string>())).Should().BeEmpty();
        result["calls"]!.GetValue<int>().Should().BeGreaterThan(150);
    }
}
