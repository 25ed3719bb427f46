using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Processings;

/// <summary>What a processing job sees as <c>/opt/ml</c>.</summary>
internal sealed class ProcessingFolder(string root)
{
    /// <summary>Where inputs and outputs lie for the program.</summary>
    public const string Place = "/opt/ml/processing";

    public string Root => root;

    /// <summary>What the program leaves here becomes the job's ExitMessage.</summary>
    public string Message => Path.Combine(root, "output", "message");

    /// <summary>An empty folder for a job; what an earlier attempt left there goes.</summary>
    public static ProcessingFolder Make(StateFolder state, Scope scope, string job)
    {
        var folder = new ProcessingFolder(Path.Combine(state.Folder("processing", $"{scope.Account}-{scope.Region}"), job));
        folder.Delete();
        foreach (var path in (string[])["processing", "output", "config"])
            Directory.CreateDirectory(Path.Combine(folder.Root, path));
        return folder;
    }

    /// <summary>A path of the program, such as <c>/opt/ml/processing/data</c>, below <c>/opt/ml</c>; null where it is not below <see cref="Place"/>.</summary>
    public static string? Relative(string path)
    {
        var full = Path.GetFullPath(path);
        return full.StartsWith(Place + "/", StringComparison.Ordinal) ? full["/opt/ml/".Length..] : null;
    }

    /// <summary>Where a path of the program lies on this machine.</summary>
    public string Of(string path) => Path.Combine(root, Relative(path)!);

    public void WriteConfiguration(JsonObject job)
    {
        Write("processingjobconfig.json", job.Pick(
            "ProcessingJobArn", "ProcessingJobName", "AppSpecification", "Environment", "ProcessingInputs", "ProcessingOutputConfig",
            "ProcessingResources", "RoleArn", "StoppingCondition"));
        Write("resourceconfig.json", new JsonObject { ["current_host"] = "algo-1", ["hosts"] = new JsonArray("algo-1") });
    }

    public void Delete()
    {
        if (Directory.Exists(root))
            Directory.Delete(root, recursive: true);
    }

    private void Write(string name, JsonObject content) => File.WriteAllText(Path.Combine(root, "config", name), content.ToJsonString());
}
