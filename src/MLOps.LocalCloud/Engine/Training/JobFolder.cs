using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Training;

/// <summary>What a training job sees as <c>/opt/ml</c>.</summary>
internal sealed class JobFolder(string root)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string Root => root;

    public string Model => Path.Combine(root, "model");

    public string Output => Path.Combine(root, "output", "data");

    public string Failure => Path.Combine(root, "output", "failure");

    /// <summary>Where the packed artifacts stand on their way to S3; the program does not see it.</summary>
    public string Packed => root + ".packed";

    public string Configuration => Path.Combine(root, "input", "config");

    public string Channel(string name) => Path.Combine(root, "input", "data", name);

    /// <summary>An empty folder for a job; what an earlier attempt left there goes.</summary>
    public static JobFolder Make(StateFolder state, Scope scope, string job)
    {
        var folder = new JobFolder(Path.Combine(state.Folder("training", $"{scope.Account}-{scope.Region}"), job));
        folder.Delete();
        foreach (var path in (string[])[folder.Model, folder.Output, folder.Channel("."), folder.Configuration, folder.Packed])
            Directory.CreateDirectory(path);
        return folder;
    }

    public void WriteConfiguration(JsonObject job)
    {
        var channels = new JsonObject();
        foreach (var channel in job.Objects("InputDataConfig"))
        {
            var described = new JsonObject
            {
                ["TrainingInputMode"] = channel.Text("InputMode") ?? job.Object("AlgorithmSpecification")?.Text("TrainingInputMode"),
                ["S3DistributionType"] = channel.Object("DataSource")?.Object("S3DataSource")?.Text("S3DataDistributionType") ?? "FullyReplicated",
                ["RecordWrapperType"] = channel.Text("RecordWrapperType") ?? "None",
            };
            if (channel.Text("ContentType") is { } type)
                described["ContentType"] = type;
            channels[channel.Required("ChannelName")] = described;
        }
        Write("hyperparameters.json", job.Object("HyperParameters") ?? []);
        Write("inputdataconfig.json", channels);
        var instance = job.Object("ResourceConfig")?.Text("InstanceType");
        Write("resourceconfig.json", new JsonObject
        {
            ["current_host"] = "algo-1",
            ["current_instance_type"] = instance,
            ["current_group_name"] = "homogeneousCluster",
            ["hosts"] = new JsonArray("algo-1"),
            ["instance_groups"] = new JsonArray(new JsonObject
            {
                ["instance_group_name"] = "homogeneousCluster",
                ["instance_type"] = instance,
                ["hosts"] = new JsonArray("algo-1"),
            }),
            ["network_interface_name"] = "lo",
        });
    }

    public void Delete()
    {
        foreach (var path in (string[])[root, Packed])
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
    }

    private void Write(string name, JsonObject content) =>
        File.WriteAllText(Path.Combine(Configuration, name), content.ToJsonString(Indented));
}
