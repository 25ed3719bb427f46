using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Engine.Images.Docker;
using MLOps.LocalCloud.Engine.Images.Dockerfiles;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.Ecr;

namespace MLOps.Tests.Unit.LocalCloud.Images;

/// <summary>A registry, a store and a build's docker, over a folder of source files.</summary>
internal sealed class ImageWorkshop : IDisposable
{
    public const string Host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
    private readonly TemporaryState state = new();
    private readonly OperationMap map = new();

    public ImageWorkshop()
    {
        Registry = new ImageRegistry(state.Store, TimeProvider.System, state.Bus);
        Store = new ImageStore(state.Folder, Registry);
        Tokens = new RegistryTokens(state.Store, TimeProvider.System);
        new EcrRepositoryOperations(Registry, Tokens, TimeProvider.System).Map(map);
        new EcrImageOperations(Registry, Store).Map(map);
        Context = state.Folder.Folder("context");
    }

    public ImageRegistry Registry { get; }

    public ImageStore Store { get; }

    public RegistryTokens Tokens { get; }

    public string Context { get; }

    public DockerSession Session { get; } = new(TemporaryState.Scope);

    public List<string> Log { get; } = [];

    public ImageWorkshop With(string path, string content, UnixFileMode? mode = null)
    {
        var file = Path.Combine(Context, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        if (mode is { } bits)
            File.SetUnixFileMode(file, bits);
        return this;
    }

    public ImageManifest Build(string dockerfile, params (string Name, string Value)[] arguments)
    {
        With("Dockerfile", dockerfile);
        var request = new DockerfileBuildRequest(Context, Path.Combine(Context, "Dockerfile"), arguments.ToDictionary(a => a.Name, a => a.Value), null, new Dictionary<string, string>());
        return new DockerfileBuild(Store, request, _ => null, Log.Add).Run();
    }

    public void Docker(params string[] arguments) => Docker(null, arguments);

    public void Docker(string? input, string[] arguments) =>
        new DockerCommands(Session, Store, Registry, Tokens, engine: null, Log.Add).RunAsync(new DockerRequest(arguments, Context, input)).GetAwaiter().GetResult();

    public JsonObject Ecr(string operation, JsonObject input) =>
        map.Find("ecr", operation)!(new OperationCall("ecr", operation, TemporaryState.Scope, input)).GetAwaiter().GetResult().Output;

    public void Login() => Docker(Tokens.Issue("123456789012").Password + "\n", ["login", "--username", "AWS", "--password-stdin", Host]);

    public void Dispose() => state.Dispose();
}
