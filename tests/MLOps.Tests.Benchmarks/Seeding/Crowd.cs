namespace MLOps.Tests.Benchmarks.Seeding;

/// <summary>A state folder of a portal with many things in its local cloud; it goes when it is disposed.</summary>
internal sealed class Crowd : IDisposable
{
    private Crowd(string folder, Amounts amounts) => (Folder, Amounts) = (folder, amounts);

    public string Folder { get; }

    public string CloudFolder => Path.Combine(Folder, "cloud");

    public Amounts Amounts { get; }

    public static async Task<Crowd> MakeAsync(Amounts amounts)
    {
        var crowd = new Crowd(Directory.CreateTempSubdirectory("mlops-crowd-").FullName, amounts);
        await StateSeed.FillAsync(crowd.CloudFolder, amounts);
        return crowd;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
