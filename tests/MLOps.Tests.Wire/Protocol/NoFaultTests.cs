using System.Text.Json;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.Protocol;

public sealed class NoFaultTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    [Fact]
    public async Task LocalCloud_ValidAndBrokenRequestsToEveryOperation_NeverAnswersThatItFailed()
    {
        var descriptions = ApiCatalog.Default.Services.Keys.Order().ToDictionary(name => name, Description);
        var data = Path.Combine(cloud.StateFolder, "descriptions.json");
        await File.WriteAllTextAsync(data, JsonSerializer.Serialize(descriptions), TestContext.Current.CancellationToken);
        var script = $"DESCRIPTIONS = json.load(open(sys.argv[1], encoding='utf-8'))\nSERVICES = list(DESCRIPTIONS)\n{Text("samples.py")}\n{Text("no_faults.py")}";
        var result = (await cloud.PythonAsync(script, data)).Succeeded().Json;
        TestContext.Current.TestOutputHelper!.WriteLine($"{result["requests"]} requests; not built: {result["not_built"]!.ToJsonString()}");
        string.Join('\n', result["faults"]!.AsArray().Select(f => f!.GetValue<string>())).Should().BeEmpty();
        result["requests"]!.GetValue<int>().Should().BeGreaterThan(500);
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Protocol", file));

    private static string Description(string service)
    {
        using var reader = new StreamReader(typeof(ApiCatalog).Assembly.GetManifestResourceStream($"api/{service}.json")!);
        return reader.ReadToEnd();
    }
}
