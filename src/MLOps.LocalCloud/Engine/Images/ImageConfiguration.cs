using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Images;

/// <summary>What a Dockerfile says besides files. Written and read in the form of Docker's image configuration.</summary>
internal sealed class ImageConfiguration
{
    /// <summary>ENV, in order.</summary>
    public OrderedDictionary<string, string> Environment { get; init; } = [];

    /// <summary>LABEL, in order.</summary>
    public OrderedDictionary<string, string> Labels { get; init; } = [];

    public string WorkingDirectory { get; set; } = "/";

    public string User { get; set; } = "";

    public List<string> EntryPoint { get; set; } = [];

    public List<string> Command { get; set; } = [];

    /// <summary>EXPOSE, such as <c>8080/tcp</c>.</summary>
    public SortedSet<string> Ports { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The instructions that made the image, in order, those of its base first.</summary>
    public List<string> History { get; init; } = [];

    /// <summary>The base's name where the host's system stands in for it.</summary>
    public string System { get; set; } = "scratch";

    /// <summary>The id by which the machine's Docker engine knows the image; empty where the store itself holds its files.</summary>
    public string EngineImage { get; init; } = "";

    public ImageConfiguration Copy() => FromJson(ToJson(""));

    /// <summary>No creation time is in it: the same Dockerfile over the same files gives the same digest.</summary>
    public JsonObject ToJson(string layerDigest)
    {
        var json = Shared(layerDigest);
        if (EngineImage.Length > 0)
            json["localcloud.engine"] = EngineImage;
        return json;
    }

    public static ImageConfiguration FromJson(JsonObject json)
    {
        var config = json.Object("config")!;
        return new ImageConfiguration
        {
            Environment = Pairs(config.Texts("Env").Select(e => e.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], p[1]))),
            Labels = Pairs(config.Object("Labels")!.Select(l => KeyValuePair.Create(l.Key, l.Value!.GetValue<string>()))),
            EntryPoint = [.. config.Texts("Entrypoint")],
            Command = [.. config.Texts("Cmd")],
            WorkingDirectory = config.Required("WorkingDir"),
            User = config.Required("User"),
            Ports = new SortedSet<string>(config.Object("ExposedPorts")!.Select(p => p.Key), StringComparer.Ordinal),
            History = [.. json.Objects("history").Select(h => h.Required("created_by"))],
            System = json.Required("localcloud.system"),
            EngineImage = json.Text("localcloud.engine") ?? "",
        };
    }

    private JsonObject Shared(string layerDigest) => new()
    {
        ["architecture"] = "amd64",
        ["os"] = "linux",
        ["config"] = new JsonObject
        {
            ["Env"] = Texts(Environment.Select(e => $"{e.Key}={e.Value}")),
            ["Entrypoint"] = Texts(EntryPoint),
            ["Cmd"] = Texts(Command),
            ["WorkingDir"] = WorkingDirectory,
            ["User"] = User,
            ["Labels"] = new JsonObject(Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))),
            ["ExposedPorts"] = new JsonObject(Ports.Select(p => KeyValuePair.Create(p, (JsonNode?)new JsonObject()))),
        },
        ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(layerDigest) },
        ["history"] = new JsonArray([.. History.Select(h => new JsonObject { ["created_by"] = h })]),
        ["localcloud.system"] = System,
    };

    private static OrderedDictionary<string, string> Pairs(IEnumerable<KeyValuePair<string, string>> pairs) => new(pairs);

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];
}
