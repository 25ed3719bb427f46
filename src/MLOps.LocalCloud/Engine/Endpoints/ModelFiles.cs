using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.LocalCloud.Engine.Endpoints;

/// <summary>
/// The model of one variant: brought from S3 once and kept, so that instances start again quickly, also when the object
/// in S3 is gone; each instance gets a copy of its own.
/// </summary>
internal sealed class ModelFiles(S3Objects objects, Scope scope, VariantPlan plan, string folder)
{
    private string Archive => Path.Combine(folder, "model.tar.gz");

    private string Plain => Path.Combine(folder, "model");

    /// <exception cref="DeploymentFault">The model cannot be had.</exception>
    public async Task PrepareAsync(CancellationToken cancelled)
    {
        if (plan.ModelData is null || Path.Exists(plan.Packed ? Archive : Plain))
            return;
        var source = S3Location.Parse(plan.ModelData)!;
        var arriving = Path.Combine(folder, "arriving");
        try
        {
            if (plan.Packed)
            {
                await objects.DownloadAsync(scope, source, arriving, cancelled);
                File.Move(arriving, Archive, overwrite: true);
                return;
            }
            var prefix = source.Key.TrimEnd('/') + "/";
            Directory.CreateDirectory(arriving);
            foreach (var key in (await objects.ListAsync(scope, source with { Key = prefix }, cancelled)).Where(k => !k.EndsWith('/')))
                await objects.DownloadAsync(scope, source with { Key = key }, Inside(arriving, key[prefix.Length..]), cancelled);
            Directory.Move(arriving, Plain);
        }
        catch (AwsException e)
        {
            throw new DeploymentFault($"Failed to download model data for production variant {plan.Name} from {plan.ModelData}: {e.Message}");
        }
    }

    /// <summary>Lays the model out in an instance's folder.</summary>
    /// <exception cref="DeploymentFault">The model is no archive.</exception>
    public async Task CopyToAsync(string target, CancellationToken cancelled)
    {
        Directory.CreateDirectory(target);
        if (plan.ModelData is null)
            return;
        if (plan.Packed)
        {
            try
            {
                await Tarball.UnpackAsync(Archive, target, cancelled);
            }
            catch (InvalidDataException e)
            {
                throw new DeploymentFault($"Failed to extract model data archive of production variant {plan.Name} from {plan.ModelData}: {e.Message}");
            }
            return;
        }
        foreach (var file in Directory.EnumerateFiles(Plain, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(Plain, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    private static string Inside(string folder, string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name));
        return path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path : throw new DeploymentFault($"The model's object {name} leads out of its folder.");
    }
}
