using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Promotion;
using MLOps.LocalCloud.Engine.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Tests.Integration.Cloud;

/// <summary>A new model joins production as a challenger, is promoted, and is what the next deployment starts from.</summary>
public sealed class ChallengeTests
{
    private const string Name = ConnectedCloud.Name;
    private const string Pipeline = "iris-model-pipeline";
    private const string Production = "iris-model-production";
    private const string Bucket = "mlops-us-east-1-123456789012";
    private const string Upload = "training_jobs/iris-model/trainingjob.zip";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Challenger_Promoted_IsTheNextDeploymentsChampion()
    {
        await using var cloud = await ConnectedCloud.StartAsync(seed: true);
        RequirePython(cloud);
        var first = await ApproveAsync(cloud, "");
        await ServesAsync(cloud, ("Champion", first, 1));

        await ChallengeAsync(cloud, trees: "20");
        var second = await ApproveAsync(cloud, first);
        var history = await ServesAsync(cloud, ("Champion", first, 1), ("Challenger", second, 0.25));
        (history.Pipeline, history.Stage, history.ApprovalStage, history.Approval).Should().Be((Pipeline, "DeployPrd", "DeployApproval", "ApproveDeploy"));
        var stages = cloud.Get<IDeployingStages>();
        (await stages.FindAsync(Name, Production, Cancelled)).Should().Be(new DeployingStage(Pipeline, "DeployPrd", "DeployApproval", "ApproveDeploy"));
        (await stages.FindAsync(Name, "iris-model-development", Cancelled)).Should().Be(new DeployingStage(Pipeline, "DeployDev"), "nobody is asked before a candidate goes there");
        (await cloud.Get<IProductionReader>().HistoryAsync(Name, "iris-model-development", Cancelled)).Should().Match<ProductionHistory>(h => h.Stage == "DeployDev" && h.Approval == "");
        history.Challenger!.Variant.Should().Be("Challenger");
        history.Earlier.Select(e => e.Id).Should().Equal(first);

        await cloud.Get<IEndpointCommands>().UpdateWeightsAsync(Name, Production, new Dictionary<string, double> { ["Champion"] = 0, ["Challenger"] = 1 }, Cancelled);
        await ServesAsync(cloud, ("Champion", first, 0), ("Challenger", second, 1));

        await ChallengeAsync(cloud, trees: "30");
        var third = await ApproveAsync(cloud, second);
        history = await ServesAsync(cloud, ("Champion", second, 1), ("Challenger", third, 0.25));
        history.Earlier.Select(e => e.Id).Should().Equal(second, first);

        var back = await cloud.Get<IPipelineCommands>().RollbackStageAsync(Name, Pipeline, history.Stage, second, Cancelled);
        await Eventually.TrueAsync(async () => (await cloud.Get<IPipelineReader>().ExecutionAsync(Name, Pipeline, back, Cancelled)).Execution.Status == "Succeeded", Patience, "the stage is rolled back");
        history = await ServesAsync(cloud, ("Champion", first, 1), ("Challenger", second, 0.25));
        history.Earlier.Select(e => e.Id).Should().Equal([first], "what was gone back from is not what was before");
    }

    /// <summary>Approves the candidate that comes after another one; answers its execution, when production has it.</summary>
    private static async Task<string> ApproveAsync(ConnectedCloud cloud, string after)
    {
        var pending = (await cloud.UntilAsync<PendingApproval>(s => s.Items.Any(a => a.ExecutionId != after), Patience)).Items.First(a => a.ExecutionId != after);
        var outcome = await cloud.Get<IApprovalCommands>().AnswerAsync(
            Name, new ApprovalAnswer(pending.Pipeline, pending.Stage, pending.Action, pending.ExecutionId, true, "Ada: good") { TokenDigest = pending.TokenDigest }, Cancelled);
        outcome.Should().BeOfType<ApprovalOutcome.Done>();
        await cloud.UntilAsync<PipelineSummary>(s => s.Items.Any(p => p.Name == Pipeline && p.Latest?.Id == pending.ExecutionId && p.Latest.Status == "Succeeded"), Patience);
        return pending.ExecutionId;
    }

    /// <summary>Waits until production serves just these variants: of those executions, with those weights.</summary>
    private static async Task<ProductionHistory> ServesAsync(ConnectedCloud cloud, params (string Variant, string Execution, double Weight)[] wanted)
    {
        ProductionHistory? history = null;
        await Eventually.TrueAsync(async () =>
        {
            history = await cloud.Get<IProductionReader>().HistoryAsync(Name, Production, Cancelled);
            return history.Endpoint is { Status: "InService", Pending: null };
        }, Patience, $"{Production} is in service");
        history!.Origins.Select(o => (o.Variant, o.ExecutionId)).Should().Equal(wanted.Select(w => (w.Variant, w.Execution)));
        history.Endpoint.Variants.Select(v => Math.Round(v.CurrentWeight, 3)).Should().Equal(wanted.Select(w => w.Weight));
        return history;
    }

    private static async Task ChallengeAsync(ConnectedCloud cloud, string trees)
    {
        var s3 = cloud.Get<ICloudClients>().Get<IAmazonS3>(Name);
        using var current = await s3.GetObjectAsync(Bucket, Upload, Cancelled);
        using var zip = new MemoryStream();
        await current.ResponseStream.CopyToAsync(zip, Cancelled);
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Update, leaveOpen: true))
        {
            Change(archive, "trainingjob.json", job => job["HyperParameters"]!["random_forest_n_estimators"] = trees);
            Change(archive, "deployment.json", deployment => (deployment["ProductionEndpoint"]!["ABTests"], deployment["ProductionEndpoint"]!["InitialVariantWeight"]) = (true, 0.25));
        }
        zip.Position = 0;
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = Upload, InputStream = zip, ContentType = "application/zip", AutoCloseStream = false }, Cancelled);
    }

    private static void Change(ZipArchive archive, string file, Action<JsonNode> change)
    {
        var entry = archive.GetEntry(file)!;
        JsonNode json;
        using (var stream = entry.Open())
            json = JsonNode.Parse(stream)!;
        change(json);
        entry.Delete();
        using var written = archive.CreateEntry(file).Open();
        written.Write(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    /// <summary>Training for real takes a Python with scikit-learn; CI has to have one.</summary>
    private static void RequirePython(ConnectedCloud cloud)
    {
        try
        {
            cloud.LocalServices.GetRequiredService<PythonLocator>().Find("sklearn", "gunicorn", "boto3");
        }
        catch (InvalidOperationException e) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(e.Message);
        }
    }
}
