using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;
using MLOps.Portal.Features.Playground.Cases;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

/// <summary>Cases that people saved in the playground, as a sign-off asks them.</summary>
public sealed class SavedCaseSourceTests : IDisposable
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private readonly PortalContext portal = new(IrisStory.Cloud());
    private readonly CaseStore store;
    private readonly SavedCaseSource source;
    private readonly SignOffEvidence candidate;

    public SavedCaseSourceTests()
    {
        store = portal.Services.GetRequiredService<CaseStore>();
        source = new SavedCaseSource(store);
        candidate = portal.Cloud.Evidence[IrisStory.Candidate];
    }

    [Theory]
    [InlineData("playground", true)]
    [InlineData("playground:iris-model-production", true)]
    [InlineData("upload:validation/cases.csv", false)]
    [InlineData("s3://bucket/playground.csv", false)]
    public void Knows_ItsOwnPlaces(string place, bool knows) => source.Knows(place).Should().Be(knows);

    [Fact]
    public async Task Read_BothEndpoints_EachRequestOnce()
    {
        await SaveAsync("iris-model-development", "1,2,3,4", "setosa");
        await SaveAsync("iris-model-production", "1,2,3,4", "setosa");
        await SaveAsync("iris-model-production", "5,6,7,8", "");
        var read = await source.ReadAsync("playground", candidate, 100, Cancelled);
        read.Cases.Select(c => (c.Number, c.Body, c.Label, c.ContentType)).Should().Equal((1, "1,2,3,4", "setosa", "text/csv"), (2, "5,6,7,8", null, "text/csv"));
        (read.Total, read.Sha256.Length).Should().Be((2, 64));
        (await source.ReadAsync("playground:iris-model-development", candidate, 100, Cancelled)).Total.Should().Be(1);
    }

    [Fact]
    public async Task Read_RowsWithAsManyAnswers_AreARequestEach()
    {
        await SaveAsync("iris-model-production", "1,2,3,4\n5,6,7,8\n", "setosa\nvirginica");
        (await source.ReadAsync("playground", candidate, 1, Cancelled)).Should().Match<MLOps.Cloud.Cases.CaseSet>(s => s.Total == 2 && s.Cases.Count == 1 && s.Cases[0].Label == "setosa");
    }

    [Fact]
    public async Task Read_WholeAnswersAndBytes_HaveNoLabelOrAreLeftOut()
    {
        await SaveAsync("iris-model-production", """{"instances":[[1,2]]}""", """{"predictions":["a"]}""", "application/json");
        await store.AddAsync([new SavedCase { Connection = "local", Endpoint = "iris-model-production", Name = "picture", ContentType = "image/png", Body = [0x89, 0x50, 0xff] }], "ann", Cancelled);
        var only = (await source.ReadAsync("playground", candidate, 100, Cancelled)).Cases.Should().ContainSingle().Subject;
        (only.Label, only.ContentType).Should().Be((null, "application/json"));
    }

    [Fact]
    public async Task Read_OtherCases_HaveAnotherDigest()
    {
        await SaveAsync("iris-model-production", "1,2,3,4", "setosa");
        var before = await source.ReadAsync("playground", candidate, 100, Cancelled);
        await SaveAsync("iris-model-production", "5,6,7,8", "setosa");
        (await source.ReadAsync("playground", candidate, 100, Cancelled)).Sha256.Should().NotBe(before.Sha256);
    }

    [Fact]
    public async Task Read_NothingSaved_SaysSo() => (await source.Invoking(s => s.ReadAsync("playground", candidate, 100, Cancelled)).Should().ThrowAsync<CloudException>())
        .Which.Fault.Should().Match<CloudFault>(f => f.Kind == CloudFaultKind.NotFound && f.Message.Contains("iris-model-production"));

    public void Dispose() => portal.Dispose();

    private Task SaveAsync(string endpoint, string body, string expected, string contentType = "text/csv") => store.AddAsync(
        [new SavedCase { Connection = "local", Endpoint = endpoint, Name = $"case {Guid.NewGuid():n}", ContentType = contentType, Body = Encoding.UTF8.GetBytes(body), Expected = expected }], "ann", Cancelled);
}
