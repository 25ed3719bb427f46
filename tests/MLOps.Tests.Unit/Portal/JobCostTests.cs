using MLOps.Cloud.Prices;
using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Portal.Shared.Prices;

namespace MLOps.Tests.Unit.Portal;

public sealed class JobCostTests : IPriceTable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private static readonly TrainingJobSummary Job = new("local", "j", "Completed") { InstanceType = "ml.m5.large", InstanceCount = 2, BillableSeconds = 1800, Created = Now.AddHours(-3) };

    public PriceSource Source => new("test", new(2026, 1, 1), "USD");

    public InstancePrice? Find(string instanceType, string region, InstanceUse use) => instanceType == "ml.m5.large" && use != InstanceUse.Hosting ? new(use == InstanceUse.Transform ? 0.2m : 0.1m, region, true) : null;

    [Fact]
    public void Of_Ended_IsItsBilledTimeOnAllInstances() => JobCost.Of(Job, this, "us-east-1", Now).Should().Be(new JobCost(0.1m, TimeSpan.FromMinutes(30), true, false));

    [Fact]
    public void Of_Running_IsTheTimeSoFar() =>
        JobCost.Of(Job with { Status = "InProgress", BillableSeconds = null, Created = Now.AddHours(-1) }, this, "us-east-1", Now).Should().Be(new JobCost(0.2m, TimeSpan.FromHours(1), true, true));

    [Fact]
    public void Of_UnknownType_HasNoAmount() => JobCost.Of(Job with { InstanceType = "ml.new.large" }, this, "us-east-1", Now)!.Amount.Should().BeNull();

    [Fact]
    public void Of_Transform_IsTheTimeFromItsStartToItsEndByThePriceOfTransforms()
    {
        var job = new TransformJobDetail(new("local", "t", "Completed") { Created = Now.AddHours(-3), Ended = Now.AddHours(-1) })
        {
            Started = Now.AddHours(-2), Request = new("t", "m") { InstanceType = "ml.m5.large", InstanceCount = 3 },
        };
        JobCost.Of(job, this, "us-east-1", Now).Should().Be(new JobCost(0.6m, TimeSpan.FromHours(1), true, false));
        JobCost.Of(job with { Job = job.Job with { Status = "InProgress", Ended = null } }, this, "us-east-1", Now).Should().Be(new JobCost(1.2m, TimeSpan.FromHours(2), true, true));
        JobCost.Of(job with { Started = null }, this, "us-east-1", Now).Should().BeNull("what has not started is not billed");
    }

    [Fact]
    public void Sum_OfSome_IsAllOfThemAndKnownWhereEachIs()
    {
        var (ended, running) = (new JobCost(0.1m, TimeSpan.FromMinutes(30), true, false), new JobCost(0.2m, TimeSpan.FromMinutes(60), true, true));
        JobCost.Sum([ended, running]).Should().Be(new JobCost(0.3m, TimeSpan.FromMinutes(90), true, true));
        JobCost.Sum([ended, running with { Amount = null }])!.Amount.Should().BeNull();
        JobCost.Sum([]).Should().BeNull();
    }

    [Fact]
    public void Of_NothingKnown_IsNone() => JobCost.Of(Job with { BillableSeconds = null }, this, "us-east-1", Now).Should().BeNull();
}
