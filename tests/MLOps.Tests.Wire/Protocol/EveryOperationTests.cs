using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.Protocol;

public sealed class EveryOperationTests(EchoCloud cloud) : IClassFixture<EchoCloud>
{
    [Fact]
    public async Task Boto3_EveryOperationWithEveryMember_IsReadAndAnsweredAsSent()
    {
        var script = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Protocol", "every_operation.py"), TestContext.Current.CancellationToken);
        var result = (await PythonScript.RunAsync(cloud.Address, script)).Succeeded().Json;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', result["skipped"]!.AsArray().Select(s => $"skipped {s}")));
        string.Join('\n', result["faults"]!.AsArray().Select(f => f!.GetValue<string>())).Should().BeEmpty();
        result["calls"]!.GetValue<int>().Should().BeGreaterThan(150);
    }
}
