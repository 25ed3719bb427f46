using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Evaluations;
using MLOps.Cloud.Registry;
using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Tuning;
using MLOps.Cloud.Values;
using MLOps.Ledger;
using MLOps.Portal.Features.Approvals.Promotion;
using MLOps.Portal.Features.Endpoints;
using MLOps.Portal.Features.Endpoints.Scaling;
using MLOps.Portal.Features.Models;
using MLOps.Portal.Features.Training;
using MLOps.Portal.Features.Transforms;
using MLOps.Portal.Features.Tuning;
using MLOps.Portal.Shared.History;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Tags;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

/// <summary>What a command that was cut off came to, as each feature finds it in the cloud: it went out, it did not, it cannot be told.</summary>
public sealed class ReconcilerTests
{
    private const string Endpoint = "iris-model-production";
    private static readonly DateTimeOffset At = FakeCloud.Now;
    private static readonly DateTimeOffset Since = At.AddSeconds(1);
    private static readonly byte[] Zip = [1, 2, 3];

    private readonly FakeCloud cloud = IrisStory.Cloud();
    private readonly FakeHistory history = new();

    private EndpointSummary Serving => cloud.EndpointDetails[Endpoint].Endpoint;

    [Fact]
    public Task Deploy_ConfigServes_Happened() => IsAsync(Deploy("next"), EntryResult.Happened, "serves next", () => Serve(Serving with { ConfigName = "next", Modified = Since }));

    [Fact]
    public Task Deploy_ConfigIsUnderWay_Happened() => IsAsync(Deploy("next"), EntryResult.Happened, "next is being deployed",
        () => Serve(Serving with { Status = "Updating", Pending = new("next", Since, "Baking", 0.1, "", []) }));

    [Fact]
    public Task Deploy_ConfigCameAndWent_HappenedBecauseThePortalSawIt() => IsAsync(Deploy("next"), EntryResult.Happened, "RolledBack", () =>
    {
        Serve(Serving with { Modified = Since });
        history.Changes.Add(new EndpointChange(Endpoint, Since, EndpointChangeKind.RolledBack, "next", "an alarm rang"));
    });

    [Fact]
    public Task Deploy_NothingChanged_IsAbsentAndNamesWhatIsLeftOver() => IsAsync(Deploy("next"), EntryResult.Absent, "next was made, and can be deployed or deleted",
        () => cloud.Choices = new([new("next", At)], []));

    [Fact]
    public Task Deploy_ChangedToSomethingElse_IsUnclearAndSaysHowToFindOut() => IsAsync(Deploy("next"), EntryResult.Unclear, "CloudTrail tells: look for UpdateEndpoint from 2026-03-04 11:59:55Z to 2026-03-04 12:02:00Z",
        () => Serve(Serving with { ConfigName = "other", Modified = Since }));

    [Fact]
    public Task Deploy_EndpointIsGone_IsUnclear() => IsAsync(Deploy("next"), EntryResult.Unclear, "is gone", () => cloud.EndpointDetails.Remove(Endpoint));

    [Fact]
    public Task Capture_ConfigServes_Happened() => IsAsync(EndpointReconciler.Deed($"capture 50 % of {Endpoint}", Serving, "captured"), EntryResult.Happened, "serves captured",
        () => Serve(Serving with { ConfigName = "captured", CapturePercent = 50 }));

    [Fact]
    public Task Capture_NothingChanged_IsAbsent() => IsAsync(EndpointReconciler.Deed($"capture 50 % of {Endpoint}", Serving, "captured"), EntryResult.Absent, "was not changed");

    [Theory]
    [InlineData("", EntryResult.Happened, "is gone")]
    [InlineData("Deleting", EntryResult.Happened, "is being deleted")]
    [InlineData("InService", EntryResult.Absent, "InService")]
    public Task DeleteEndpoint_IsKnownByItsStatus(string status, string result, string note) => IsAsync(EndpointReconciler.Deed($"delete endpoint {Endpoint}", Serving), result, note, () =>
    {
        if (status.Length == 0)
            cloud.EndpointDetails.Remove(Endpoint);
        else
            Serve(Serving with { Status = status });
    });

    [Theory]
    [InlineData(3, 9, 500, EntryResult.Happened, "3 to 9 instances, target 500")]
    [InlineData(2, 10, 750, EntryResult.Absent, "as it was: 2 to 10 instances, target 750")]
    [InlineData(3, 9, 750, EntryResult.Unclear, "look for RegisterScalableTarget and PutScalingPolicy")]
    public Task Scale_IsKnownByWhatScales(int least, int most, double target, string result, string note)
    {
        Scale(2, 10, 750);
        return IsAsync(ScalingReconciler.Deed($"scale {Endpoint}", Endpoint, Serving.Variants[0], new ScalingOrder(Endpoint, Serving.Variants[0].Name, 3, 9, 500, 600, 300)), result, note, () => Scale(least, most, target));
    }

    [Theory]
    [InlineData(false, EntryResult.Happened, "no scaling")]
    [InlineData(true, EntryResult.Absent, "as it was: 2 to 10 instances")]
    public Task StopScaling_IsKnownByWhatScales(bool scales, string result, string note)
    {
        Scale(2, 10, 750);
        return IsAsync(ScalingReconciler.Deed($"stop scaling of {Endpoint}", Endpoint, Serving.Variants[0]), result, note,
            () => Serve(Serving with { Variants = [Serving.Variants[0] with { Scaling = scales ? Serving.Variants[0].Scaling : null }] }));
    }

    [Theory]
    [InlineData(1, EntryResult.Happened)]
    [InlineData(-3600, EntryResult.Absent)]
    [InlineData(3600, EntryResult.Unclear)]
    [InlineData(null, EntryResult.Absent)]
    public Task Alarm_IsKnownByWhenItChanged(int? seconds, string result) => IsAsync(ScalingReconciler.Guard(Endpoint, "champion", GuardKind.Errors), result, $"{Endpoint}-champion-5xx", () =>
        cloud.Choices = new([], seconds is { } s ? [new AlarmSummary($"{Endpoint}-champion-5xx", "OK", "Sum of Invocation5XXErrors > 5") { Changed = At.AddSeconds(s) }] : []));

    [Theory]
    [InlineData(1, EntryResult.Happened)]
    [InlineData(-3600, EntryResult.Absent)]
    [InlineData(3600, EntryResult.Absent)]
    [InlineData(null, EntryResult.Absent)]
    public async Task Launch_IsKnownByWhenTheJobWasMade(int? seconds, string result)
    {
        if (seconds is { } s)
        {
            cloud.JobDetails["new"] = new(new("local", "new", "InProgress") { Created = At.AddSeconds(s) });
            cloud.TuningDetails["new"] = new(new("local", "new", "InProgress") { Created = At.AddSeconds(s) });
            cloud.TransformDetails["new"] = new(new("local", "new", "InProgress") { Created = At.AddSeconds(s) });
        }
        await IsAsync(TrainingReconciler.Deed("launch", "new"), result, "training job new");
        await IsAsync(TuningReconciler.Deed("launch", "new"), result, "tuning job new");
        await IsAsync(TransformReconciler.Deed("launch", "new"), result, "transform job new");
    }

    [Theory]
    [InlineData("Stopping", EntryResult.Happened, "was stopped")]
    [InlineData("Stopped", EntryResult.Happened, "was stopped")]
    [InlineData("InProgress", EntryResult.Absent, "runs on")]
    [InlineData("Completed", EntryResult.Absent, "ended by itself")]
    [InlineData(null, EntryResult.Unclear, "CloudTrail tells: look for Stop")]
    public async Task Stop_IsKnownByTheJobsStatus(string? status, string result, string note)
    {
        if (status is not null)
        {
            cloud.JobDetails["x"] = new(new("local", "x", status));
            cloud.TuningDetails["x"] = new(new("local", "x", status));
            cloud.TransformDetails["x"] = new(new("local", "x", status));
        }
        await IsAsync(TrainingReconciler.Deed("stop", "x"), result, note);
        await IsAsync(TuningReconciler.Deed("stop", "x"), result, note);
        await IsAsync(TransformReconciler.Deed("stop", "x"), result, note);
    }

    [Theory]
    [InlineData(false, EntryResult.Happened)]
    [InlineData(true, EntryResult.Absent)]
    public Task DeleteTuning_IsKnownByWhetherItIsThere(bool there, string result)
    {
        if (there)
            cloud.TuningDetails["x"] = new(new("local", "x", "Completed"));
        return IsAsync(TuningReconciler.Deed("delete", "x"), result, "tuning job x");
    }

    [Theory]
    [InlineData("old", "new", "new", EntryResult.Happened)]
    [InlineData("old", "new", "old", EntryResult.Absent)]
    [InlineData("old", "new", "third", EntryResult.Unclear)]
    [InlineData("same", "same", "same", EntryResult.Unclear)]
    [InlineData(null, "new", null, EntryResult.Absent)]
    [InlineData("old", null, null, EntryResult.Happened)]
    [InlineData("old", null, "old", EntryResult.Absent)]
    public Task Tag_IsKnownByItsValue(string? before, string? ordered, string? now, string result) =>
        IsAsync(TagReconciler.Deed("tuning job x", "arn:x", Tagged(before), "team", ordered), result, ordered is null && result == EntryResult.Happened ? "not there" : "", () => cloud.TagsOf["arn:x"] = Tagged(now));

    [Fact]
    public Task Tag_OfWhatIsGone_IsUnclear() => IsAsync(TagReconciler.Deed("tuning job x", "arn:x", [], "team", "new"), EntryResult.Unclear, "arn:x is gone");

    [Theory]
    [InlineData(1, EntryResult.Happened)]
    [InlineData(-3600, EntryResult.Absent)]
    [InlineData(null, EntryResult.Absent)]
    public Task Evaluate_IsKnownByTheNewestProcessingJob(int? seconds, string result) => IsAsync(TrainingReconciler.Deed("evaluate", "x"), result, "processing job",
        () => cloud.Evaluation = seconds is { } s ? new Evaluation("x-eval", "InProgress") { Created = At.AddSeconds(s) } : null);

    [Theory]
    [InlineData(true, EntryResult.Happened, "version v7")]
    [InlineData(false, EntryResult.Absent, "s3://bucket/trainingjob.zip")]
    public Task Upload_IsKnownByAVersionWithThatContent(bool there, string result, string note)
    {
        if (there)
            cloud.Uploaded[ITrainingUploads.Digest(Zip)] = "v7";
        return IsAsync(TrainingReconciler.Upload(new UploadPlace(IrisStory.Pipeline, "bucket", "trainingjob.zip"), Zip), result, note);
    }

    [Theory]
    [InlineData("Approved", EntryResult.Happened)]
    [InlineData("PendingManualApproval", EntryResult.Absent)]
    [InlineData("Rejected", EntryResult.Unclear)]
    [InlineData(null, EntryResult.Unclear)]
    public Task Package_IsKnownByItsStatus(string? status, string result)
    {
        var package = new ModelPackage("local", "iris", 3, "PendingManualApproval") { Arn = "arn:aws:sagemaker:us-east-1:123456789012:model-package/iris/3" };
        cloud.Packages.Set([.. status is null ? [] : new[] { package with { Approval = status } }]);
        return IsAsync(PackageReconciler.Deed("approve", package, approve: true), result, status ?? "no such version");
    }

    [Theory]
    [InlineData(50, EntryResult.Happened, true)]
    [InlineData(100, EntryResult.Absent, false)]
    public async Task SharesAfterARollBack_CutOff_AreAskedForAgainWhereTheyAreNotThere(double share, string result, bool isHeld)
    {
        var ledger = new FakeLedger();
        var change = new TrafficChange
        {
            Id = 7, Connection = "local", Endpoint = Endpoint, Kind = ChangeKind.Rollback, Pipeline = IrisStory.Pipeline, Stage = "DeployPrd", Before = "", After = "", Target = "good", Reason = "", Seen = "",
            EvidenceDigest = "", UserId = "1", UserName = "Ada", AskedAt = At,
        };
        var intent = await ledger.AppendAsync(PromotionLedger.Restoring(change, new Shares([new("a", 50), new("b", 50)])), TestContext.Current.CancellationToken);
        cloud.Endpoints.Set(new EndpointSummary("local", Endpoint, "InService") { Variants = [new("a") { DesiredWeight = share }, new("b") { DesiredWeight = 100 - share }] });

        var finding = await new PromotionLedger(null!, cloud.Endpoints).LookAsync(intent, TestContext.Current.CancellationToken);

        finding!.Result.Should().Be(result);
        await ledger.AppendAsync(Entries.Outcome(intent, finding), TestContext.Current.CancellationToken);
        (Claims.Holder(ledger.Entries) is not null).Should().Be(isHeld);
        cloud.Calls.Should().BeEmpty("nothing is repeated");
    }

    private Deed Deploy(string config) => EndpointReconciler.Deed($"deploy {config} to {Endpoint}", Serving, config);

    private static IReadOnlyList<ResourceTag> Tagged(string? value) => value is null ? [] : [new ResourceTag("team", value)];

    private void Serve(EndpointSummary endpoint) => cloud.EndpointDetails[Endpoint] = cloud.EndpointDetails[Endpoint] with { Endpoint = endpoint };

    private void Scale(int least, int most, double target) => Serve(Serving with
    {
        Variants = [Serving.Variants[0] with { Scaling = new(least, most) { Policies = [new("p", "TargetTrackingScaling", "SageMakerVariantInvocationsPerInstance", target, 600, 300)] } }],
    });

    /// <summary>Looks the deed up as it is found after <paramref name="meanwhile"/>.</summary>
    private async Task IsAsync(Deed deed, string result, string note, Action? meanwhile = null)
    {
        var intent = Chain.Append(null, Entries.Fact(deed.Kind, "") with { Type = EntryType.Intent, At = At, Connection = "local", Object = deed.Object, Details = deed.Details });
        meanwhile?.Invoke();
        IReconciler[] all =
        [
            new EndpointReconciler(cloud, cloud, history), new ScalingReconciler(cloud, cloud), new TrainingReconciler(cloud, cloud, cloud), new TuningReconciler(cloud), new TagReconciler(cloud),
            new TransformReconciler(cloud), new PackageReconciler(cloud.Packages),
        ];
        var findings = new List<Finding>();
        foreach (var reconciler in all.Where(r => r.Kinds.Contains(deed.Kind)))
        {
            if (await reconciler.LookAsync(intent, TestContext.Current.CancellationToken) is { } finding)
                findings.Add(finding);
        }
        var found = findings.Should().ContainSingle("one of them knows").Subject;
        found.Result.Should().Be(result, found.Note);
        if (note.Length > 0)
            found.Note.Should().Contain(note);
        cloud.Calls.Should().BeEmpty("nothing is repeated");
    }
}
