namespace MLOps.LocalCloud.Engine.Images;

/// <summary>
/// An image as the local cloud runs it: the files that its Dockerfile put over the host's system, and how to start it.
/// </summary>
/// <param name="Digest"><c>sha256:</c> and 64 hex digits over the files and the configuration.</param>
/// <param name="FilesFolder">A folder laid out from <c>/</c>: what the image adds to the host's file system (<c>FilesFolder/opt/program/…</c>).</param>
/// <param name="Environment">ENV lines, in order.</param>
/// <param name="WorkingDirectory">WORKDIR as seen inside.</param>
/// <param name="EntryPoint">ENTRYPOINT in exec form; arguments (<c>train</c>, <c>serve</c>) are appended.</param>
/// <param name="Command">CMD, used where no argument is given.</param>
/// <param name="Labels">LABEL lines.</param>
public sealed record ImageManifest(
    string Digest, string FilesFolder, IReadOnlyDictionary<string, string> Environment, string WorkingDirectory,
    IReadOnlyList<string> EntryPoint, IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>The id by which the machine's Docker engine knows the image; empty where its files lie in <paramref name="FilesFolder"/>.</summary>
    public string EngineImage { get; init; } = "";
}

/// <summary>Finds images by the name under which they were pushed.</summary>
public interface IImageStore
{
    /// <summary>The image that <c>ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY[:TAG|@DIGEST]</c> names now, or null.</summary>
    ImageManifest? Find(string reference);
}
