using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MLOps.Cloud.Cases;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;
using MLOps.Portal.Features.Approvals.Gates;
using MLOps.Portal.Features.Approvals.Gathering;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class CandidateEvidenceTests : IAsyncDisposable, IDbContextFactory<EvidenceDbContext>
{
    private static readonly CandidateKey Key = new("local", IrisStory.Pipeline, "ApproveDeploy", IrisStory.Candidate);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly FakeCloud cloud = IrisStory.Cloud();
    private readonly FakeTimeProvider time = new(FakeCloud.Now);
    private readonly Life life = new();
    // A file, so that what goes on in the background has a connection of its own: one connection is not for two at once.
    private readonly string file = Path.Combine(Directory.CreateTempSubdirectory("evidence-").FullName, "evidence.db");

    public CandidateEvidenceTests()
    {
        using var context = CreateDbContext();
        context.Database.EnsureCreated();
    }

    [Fact]
    public async Task Show_SecondViewer_WaitsForNothing()
    {
        var evidence = Make();
        var first = await evidence.ShowAsync(Key, Patience, CancellationToken.None);
        first.IsComplete.Should().BeTrue();
        (first.Cases!.Agreement, first.Cases.CandidateAccuracy, first.Data!.Channels[0].Identity).Should().Be((1, 1, "Xc91"));
        var asked = cloud.Invocations.Count;
        asked.Should().Be(4, "two cases, each asked of both");

        cloud.Fault = new CloudFault(CloudFaultKind.Unreachable, "nobody may ask");
        var second = await evidence.ShowAsync(Key, TimeSpan.Zero, CancellationToken.None);
        second.Digest.Should().Be(first.Digest).And.NotBe(SignOffStory.EvidenceDigest);
        cloud.Invocations.Should().HaveCount(asked);
    }

    [Fact]
    public async Task Show_AfterARestart_AsksNoModelAgain()
    {
        var before = await Make().ShowAsync(Key, Patience, CancellationToken.None);
        await Eventually.TrueAsync(() => Task.FromResult(CreateDbContext().Measured.Any()), TimeSpan.FromSeconds(30), "what was measured is kept");
        var after = await Make().ShowAsync(Key, Patience, CancellationToken.None);
        (after.IsComplete, after.Digest, cloud.Invocations.Count).Should().Be((true, before.Digest, 4));
        after.Cases!.Rows.Select(r => r.Candidate.Text).Should().Equal(before.Cases!.Rows.Select(r => r.Candidate.Text));
        after.Data.Should().BeEquivalentTo(before.Data);
        (await Store().OfDecisionAsync(before.Digest, CancellationToken.None))!.Cases!.Agreement.Should().Be(1);
    }

    [Fact]
    public async Task Show_AfterARestartWithOtherCases_MeasuresThem()
    {
        await Make().ShowAsync(Key, Patience, CancellationToken.None);
        await Eventually.TrueAsync(() => Task.FromResult(CreateDbContext().Measured.Any()), TimeSpan.FromSeconds(30), "what was measured is kept");
        await Make(new GatesOptions { Default = { Cases = new() { Most = 1 } } }).ShowAsync(Key, Patience, CancellationToken.None);
        cloud.Invocations.Should().HaveCount(6, "the gate asks another number of cases now");
    }

    [Fact]
    public async Task ReadNow_SameEvidence_KeepsWhatWasMeasured()
    {
        var evidence = Make();
        var first = await evidence.ShowAsync(Key, Patience, CancellationToken.None);
        var now = await evidence.ReadNowAsync(Key, CancellationToken.None);
        (now.Digest, now.IsComplete, cloud.Invocations.Count).Should().Be((first.Digest, true, 4));
    }

    [Fact]
    public async Task ReadNow_OtherEvidence_IsMeasuredAnew()
    {
        var evidence = Make();
        var first = await evidence.ShowAsync(Key, Patience, CancellationToken.None);
        SignOffStory.Change(cloud);
        await evidence.ReadNowAsync(Key, CancellationToken.None);
        var next = await evidence.ShowAsync(Key, Patience, CancellationToken.None);
        next.Digest.Should().NotBe(first.Digest);
        cloud.Invocations.Should().HaveCount(8);
    }

    [Fact]
    public async Task Show_CasesFail_TheRestIsThereAndARetryMendsIt()
    {
        cloud.CasesFault = new CloudFault(CloudFaultKind.Denied, "S3 says no");
        var evidence = Make();
        var broken = await evidence.ShowAsync(Key, Patience, CancellationToken.None);
        (broken.IsComplete, broken.HasFailedPart, broken.CasesPart.Detail, broken.DataPart.State).Should().Be((true, true, "S3 says no", PartState.Done));

        cloud.CasesFault = null;
        evidence.Retry(Key);
        var mended = await evidence.ShowAsync(Key, Patience, CancellationToken.None);
        (mended.IsComplete, mended.HasFailedPart).Should().Be((true, false));
        mended.Digest.Should().NotBe(broken.Digest, "the results are part of what is decided by");
    }

    [Fact]
    public async Task Show_ModelStillLoads_IsAskedAgainUntilItAnswers()
    {
        var model = cloud.Model!;
        var refusals = 3;
        cloud.Model = request => Interlocked.Decrement(ref refusals) >= 0
            ? throw new CloudException(new CloudFault(CloudFaultKind.Throttled, "The model is still loading. Please try again later.")) : model(request);
        var evidence = Make();
        var shown = await evidence.ShowAsync(Key, TimeSpan.Zero, CancellationToken.None);
        await Eventually.TrueAsync(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            shown = await evidence.ReadNowAsync(Key, CancellationToken.None);
            return shown.IsComplete;
        }, TimeSpan.FromSeconds(30), "the model has answered");
        (shown.IsComplete, shown.HasFailedPart, shown.Cases?.CandidateAccuracy).Should().Be((true, false, 1));
    }

    [Fact]
    public async Task Show_DevelopmentServesALaterCandidate_IsNotAsked()
    {
        cloud.Evidence[IrisStory.Candidate] = cloud.Evidence[IrisStory.Candidate] with { DevelopmentTrainingJob = "iris-model-later" };
        var shown = await Make().ShowAsync(Key, Patience, CancellationToken.None);
        (shown.CasesPart.State, shown.CasesPart.Detail).Should().Be((PartState.Failed, "iris-model-development serves iris-model-later now, not this candidate."));
        cloud.Invocations.Should().BeEmpty();
    }

    [Fact]
    public async Task Show_LatencyChanges_DigestDoesNot()
    {
        var latency = 1.0;
        var model = cloud.Model!;
        cloud.Model = request => model(request) with { Latency = TimeSpan.FromMilliseconds(latency++) };
        var first = await Make().ShowAsync(Key, Patience, CancellationToken.None);
        var second = await Make().ShowAsync(Key, Patience, CancellationToken.None);
        second.Digest.Should().Be(first.Digest);
    }

    [Fact]
    public async Task Show_ProductionWasShiftedMeanwhile_IsReadAgain()
    {
        var evidence = Make();
        await evidence.ShowAsync(Key, Patience, CancellationToken.None);
        SignOffStory.Change(cloud);
        var endpoints = cloud.Endpoints.Current("local").Items.Select(e => e.Name == "iris-model-production" ? e with { Variants = [e.Variants[0] with { Model = "another" }] } : e).ToArray();
        cloud.Endpoints.Set(endpoints);
        var shown = await evidence.ShowAsync(Key, Patience, CancellationToken.None);
        shown.Evidence!.Digest.Should().Be(new string('a', 64));
    }

    [Fact]
    public async Task Show_NeverReadAndCloudAway_SaysSo()
    {
        cloud.Fault = new CloudFault(CloudFaultKind.Unreachable, "The cloud does not answer.");
        await Make().Invoking(e => e.ShowAsync(Key, Patience, CancellationToken.None)).Should().ThrowAsync<CloudException>().WithMessage("The cloud does not answer.");
    }

    private CandidateEvidence Make(GatesOptions? options = null)
    {
        var gates = new GateBook(Options.Create(options ?? new GatesOptions()));
        var gatherer = new PartsGatherer([cloud], new CaseRunner(cloud), cloud, gates, cloud.Endpoints, time, NullLogger<PartsGatherer>.Instance);
        return new CandidateEvidence(cloud, gatherer, Store(), cloud.Endpoints, life, time);
    }

    private MeasuredStore Store() => new(this, () => Task.CompletedTask, time, NullLogger<MeasuredStore>.Instance);

    public EvidenceDbContext CreateDbContext() => new(new DbContextOptionsBuilder<EvidenceDbContext>().UseSqlite($"DataSource={file};Pooling=False").Options);

    public async ValueTask DisposeAsync() => await Eventually.TrueAsync(() =>
    {
        try
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
            return Task.FromResult(true);
        }
        catch (IOException)
        {
            return Task.FromResult(false); // something is being written down still
        }
    }, TimeSpan.FromSeconds(10), "nothing is written any more");

    private sealed class Life : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
