using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Training;

/// <summary>Takes what a job leaves in its model and output folders to S3.</summary>
internal sealed class ArtifactUpload(S3Objects objects)
{
    /// <summary>Where a job's artifacts go: <c>OutputDataConfig/…/JOB/output</c>.</summary>
    public static S3Location Place(JsonObject job) =>
        S3Location.Parse(job.Object("OutputDataConfig")!.Required("S3OutputPath"))!.Below($"{job.Required("TrainingJobName")}/output");

    /// <summary>Uploads the model and the output; answers the model's S3 URI, null where a failed or stopped job left none.</summary>
    /// <exception cref="TrainingFault">S3 refuses them.</exception>
    public async Task<string?> RunAsync(Scope scope, JsonObject job, JobFolder folder, bool modelRequired, CancellationToken cancelled)
    {
        var place = Place(job);
        var plain = job.Object("OutputDataConfig")!.Text("CompressionType") == "NONE";
        try
        {
            if (Directory.EnumerateFileSystemEntries(folder.Output).Any())
                await UploadAsync(scope, folder.Output, place, "output", plain, folder, cancelled);
            if (!modelRequired && !Directory.EnumerateFileSystemEntries(folder.Model).Any())
                return null;
            return await UploadAsync(scope, folder.Model, place, "model", plain, folder, cancelled);
        }
        catch (AwsException e)
        {
            throw new TrainingFault($"ClientError: Artifact upload failed: {place}: {e.Message}");
        }
    }

    private async Task<string> UploadAsync(
        Scope scope, string source, S3Location place, string name, bool plain, JobFolder folder, CancellationToken cancelled)
    {
        if (plain)
        {
            foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
                await objects.UploadAsync(scope, place.Below($"{name}/{Path.GetRelativePath(source, file)}"), file, cancelled);
            return place.Below($"{name}/").ToString();
        }
        var packed = Path.Combine(folder.Packed, $"{name}.tar.gz");
        await Tarball.PackAsync(source, packed, cancelled);
        var target = place.Below($"{name}.tar.gz");
        await objects.UploadAsync(scope, target, packed, cancelled);
        return target.ToString();
    }
}
