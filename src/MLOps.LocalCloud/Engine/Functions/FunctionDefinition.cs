using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Functions;

/// <summary>A function as it is now: what a worker needs to run it.</summary>
internal sealed record FunctionDefinition(Scope Scope, JsonObject Configuration, string CodeFolder)
{
    public string Name => Configuration.Required("FunctionName");

    public string Arn => Configuration.Required("FunctionArn");

    /// <summary>Changes with every change of code or configuration; a worker serves one revision.</summary>
    public string Revision => Configuration.Required("RevisionId");

    public TimeSpan Timeout => TimeSpan.FromSeconds(Configuration.Whole("Timeout") ?? 3);

    public int MemorySize => Configuration.Whole("MemorySize") ?? 128;

    public string LogGroup => Configuration.Object("LoggingConfig")?.Text("LogGroup") ?? $"/aws/lambda/{Name}";

    public IEnumerable<(string Name, string Value)> Environment =>
        Configuration.Object("Environment")?.Object("Variables")?.Select(v => (v.Key, v.Value!.GetValue<string>())) ?? [];
}

/// <summary>The functions and their code on disk. A document: <c>{configuration: FunctionConfiguration, tags, policy: [statements]}</c>.</summary>
internal sealed class FunctionStore(DocumentStore store, StateFolder folder)
{
    public DocumentTable Functions { get; } = store.Table("lambda/function");

    /// <summary>The function of a name, or null.</summary>
    public FunctionDefinition? Find(Scope scope, string name) =>
        Functions.Find(scope, name)?.Object("configuration") is { } configuration
            ? new FunctionDefinition(scope, configuration, CodeFolder(configuration.Required("CodeSha256")))
            : null;

    /// <summary>The folder of unpacked code, by the code's base64 SHA-256; functions of equal code share it.</summary>
    public string CodeFolder(string sha256) =>
        Path.Combine(folder.Folder("functions", "code"), Convert.ToHexStringLower(Convert.FromBase64String(sha256)));

    /// <summary>A new folder to unpack into before it gets its name.</summary>
    public string Scratch() => Path.Combine(folder.Folder("functions", "scratch"), Guid.NewGuid().ToString("n"));

    /// <summary>The path of the program that runs handlers; written anew by each start.</summary>
    public string WriteBootstrap()
    {
        var path = Path.Combine(folder.Folder("functions"), "bootstrap.py");
        using var source = typeof(FunctionStore).Assembly.GetManifestResourceStream("functions/bootstrap.py")!;
        using var file = File.Create(path);
        source.CopyTo(file);
        return path;
    }

    /// <summary>Deletes unfinished unpacking, and code that no function has.</summary>
    public void Sweep()
    {
        foreach (var scratch in Directory.GetDirectories(folder.Folder("functions", "scratch")))
            Directory.Delete(scratch, recursive: true);
        var used = Functions.All().Select(f => CodeFolder(f.Document.Value.Object("configuration")!.Required("CodeSha256"))).ToHashSet();
        foreach (var code in Directory.GetDirectories(folder.Folder("functions", "code")).Where(c => !used.Contains(c)))
            Directory.Delete(code, recursive: true);
    }
}
