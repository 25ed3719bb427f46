namespace MLOps.LocalCloud.Engine.Images.Dockerfiles;

/// <summary>Public base images for which this machine's own system stands in: they bring a Linux, a shell and Python.</summary>
internal static class BaseImages
{
    private static readonly string[] Known = ["python", "debian", "ubuntu", "scratch"];
    private static readonly string[] Registries = ["", "docker.io/", "docker.io/library/", "library/", "public.ecr.aws/docker/library/", "public.ecr.aws/"];

    /// <summary>For messages.</summary>
    public static string List => string.Join(", ", Known);

    /// <summary>Whether the host's system stands in for the image.</summary>
    public static bool StandsIn(ImageReference name) =>
        Known.Any(known => Registries.Any(registry => name.Name == registry + known)) || name.Name == "public.ecr.aws/ubuntu/ubuntu";
}
