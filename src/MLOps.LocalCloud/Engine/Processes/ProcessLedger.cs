using System.Security.Cryptography;
using System.Text;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Processes;

/// <summary>
/// Remembers on disk which processes run, one small file each, so that the next start can end what an abrupt end left
/// behind. A process counts as ours only when its start time matches too, because ids are used again.
/// </summary>
internal sealed class ProcessLedger : IDisposable
{
    /// <summary>In the environment of each process and so of its descendants, wherever they move.</summary>
    public const string MarkerName = "MLOPS_LOCAL_CLOUD";

    /// <summary>As <see cref="MarkerName"/>, but another one for each run of the local cloud.</summary>
    public const string RunName = "MLOPS_LOCAL_CLOUD_RUN";

    private readonly string folder;
    private readonly FileStream ownership;

    public ProcessLedger(StateFolder state)
    {
        folder = state.Folder("processes");
        Marker = MarkerOf(state);
        ownership = Own(Path.Combine(folder, ".lock"), state.Root);
    }

    /// <summary>The marker's value: the same for every run on this state folder, another for any other.</summary>
    public string Marker { get; }

    /// <summary>The value of <see cref="RunName"/>.</summary>
    public string Run { get; } = Guid.NewGuid().ToString("N");

    public static string MarkerOf(StateFolder state) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state.Root)))[..16];

    /// <summary>Notes a process that was just started.</summary>
    public void Add(int id, string name)
    {
        if (ProcessTable.Find(id) is { } entry)
            File.WriteAllText(FileOf(id), $"{ProcessTable.BootId} {entry.Started} {name}");
    }

    /// <summary>Forgets a process whose whole group is gone.</summary>
    public void Remove(int id) => File.Delete(FileOf(id));

    /// <summary>Ends what an earlier run left behind; returns how many processes.</summary>
    public int Sweep()
    {
        var ended = 0;
        foreach (var file in Directory.EnumerateFiles(folder).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            var noted = File.ReadAllText(file).Split(' ', 3);
            if (int.TryParse(Path.GetFileName(file), out var id) && noted.Length == 3 && noted[0] == ProcessTable.BootId &&
                ProcessTable.Find(id) is { } entry && entry.Started.ToString() == noted[1])
            {
                Signals.SendToGroup(id, Signals.Kill);
                Signals.Send(id, Signals.Kill);
                ended++;
            }
            File.Delete(file);
        }
        foreach (var id in ProcessTable.WithEnvironment($"{MarkerName}={Marker}"))
        {
            Signals.Send(id, Signals.Kill);
            ended++;
        }
        return ended;
    }

    public void Dispose() => ownership.Dispose();

    private static FileStream Own(string path, string root)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException($"Another local cloud is running on the state folder {root}.", e);
        }
    }

    private string FileOf(int id) => Path.Combine(folder, id.ToString());
}
