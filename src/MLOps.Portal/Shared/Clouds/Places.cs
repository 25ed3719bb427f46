using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using MLOps.Cloud.Connections;

namespace MLOps.Portal.Shared.Clouds;

/// <summary>
/// Which cloud is being looked at, and the addresses of everything in it. The cloud is part of the address (<c>?cloud=name</c>,
/// left out for the first), so that any view can be sent to a colleague.
/// </summary>
public sealed class Places
{
    internal const string Parameter = "cloud";

    private readonly ICloudConnections connections;
    private readonly Func<CloudConnection> cloud;

    public Places(ICloudConnections connections, NavigationManager navigation)
    {
        this.connections = connections;
        cloud = () => QueryHelpers.ParseQuery(new Uri(navigation.Uri).Query).TryGetValue(Parameter, out var name) ? Named(name.ToString()) : connections.Default;
    }

    private Places(ICloudConnections connections, CloudConnection cloud) => (this.connections, this.cloud) = (connections, () => cloud);

    /// <summary>The cloud that the address names; the first one where it names none.</summary>
    public CloudConnection Cloud => cloud();

    /// <summary>The addresses in one cloud, whatever is being looked at.</summary>
    public static Places In(ICloudConnections connections, CloudConnection cloud) => new(connections, cloud);

    /// <summary>The cloud that a form's address names.</summary>
    public CloudConnection Of(HttpRequest request) => Named(request.Query[Parameter].ToString());

    /// <summary>The name of <see cref="Cloud"/>, as every port takes it.</summary>
    public string Connection => Cloud.Name;

    public string Overview => At("/");

    public string Pipelines => At("/pipelines");

    public string Approvals => At("/approvals");

    public string TrainingJobs => At("/training");

    public string TuningJobs => At("/tuning");

    public string TransformJobs => At("/transforms");

    public string Models => At("/models");

    public string Endpoints => At("/endpoints");

    /// <summary>A pipeline; with one of its executions open, and a run of one of that execution's actions.</summary>
    public string Pipeline(string name, string? execution = null, string? action = null) =>
        At($"/pipelines/{Uri.EscapeDataString(name)}", ("execution", execution), ("action", action));

    /// <summary>Two executions of a pipeline side by side, the older one first.</summary>
    public string CompareExecutions(string pipeline, string before, string after) => At($"/pipelines/{Uri.EscapeDataString(pipeline)}/compare", ("before", before), ("after", after));

    /// <summary>An artifact that a run of an action took or left.</summary>
    public string ActionArtifact(string pipeline, string execution, string run, string artifact) =>
        At($"/pipelines/{Uri.EscapeDataString(pipeline)}/executions/{Uri.EscapeDataString(execution)}/actions/{Uri.EscapeDataString(run)}/artifacts/{Uri.EscapeDataString(artifact)}");

    public string TrainingJob(string name) => At(JobPath("/training", name));

    /// <summary>The form of a new training job, filled in like another one where it is named.</summary>
    public string NewTrainingJob(string? from = null) => At("/training/new", ("from", from));

    /// <summary>Some training jobs side by side.</summary>
    public string Compare(IEnumerable<string> jobs) => At("/training/compare", ("jobs", string.Join(',', jobs)));

    /// <summary>A file that a training job left.</summary>
    public string Artifact(string job, string name) => At($"/training/{Uri.EscapeDataString(job)}/artifacts/{Escaped(name)}");

    public string TuningJob(string name) => At(JobPath("/tuning", name));

    /// <summary>The form for a tuning job: after a training job, or for a tuning job once more.</summary>
    public string NewTuningJob(string? from = null, string? repeat = null) => At("/tuning/new", ("from", from), ("repeat", repeat));

    public string TransformJob(string name) => At(JobPath("/transforms", name));

    public string NewTransformJob(string? model = null, string? from = null) => At("/transforms/new", ("model", model), ("from", from));

    /// <summary>A file that a batch transform wrote.</summary>
    public string TransformResult(string job, string key) => At($"/transforms/{Uri.EscapeDataString(job)}/result/{Escaped(key)}");

    public string Model(string name) => At($"/models/{Uri.EscapeDataString(name)}");

    public string ModelGroup(string group) => At($"/models/groups/{Uri.EscapeDataString(group)}");

    public string ModelPackage(string group, int version) => At($"/models/groups/{Uri.EscapeDataString(group)}/{version}");

    public string Endpoint(string name, string? tab = null) => At($"/endpoints/{Uri.EscapeDataString(name)}", ("tab", tab));

    public string Playground(string? endpoint = null, string? variant = null) => At("/playground", ("endpoint", endpoint), ("variant", variant));

    public string SignOff(string pipeline, string stage, string action, string execution) => At(ApprovalPath(pipeline, stage, action, execution));

    /// <summary>Where the sign-off page's form is sent.</summary>
    public string SignOffAnswer(string pipeline, string stage, string action, string execution) => At(ApprovalPath(pipeline, stage, action, execution) + "/decision");

    /// <summary>Where a failed part of the evidence is asked for again.</summary>
    public string SignOffGather(string pipeline, string stage, string action, string execution) => At(ApprovalPath(pipeline, stage, action, execution) + "/gather");

    /// <summary>Where traffic of a production endpoint is shifted and taken back.</summary>
    public string Promote(string endpoint) => At($"/promote/{Uri.EscapeDataString(endpoint)}");

    /// <summary>Where the promotion page's forms are sent.</summary>
    public string PromoteAct(string endpoint) => At($"/promote/{Uri.EscapeDataString(endpoint)}/act");

    /// <summary>A path in the cloud being looked at.</summary>
    public string At(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var here = Cloud;
        if (here.Name != connections.Default.Name)
            path = QueryHelpers.AddQueryString(path, Parameter, here.Name);
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value))
                path = QueryHelpers.AddQueryString(path, name, value);
        }
        return path;
    }

    /// <summary>The sign-off page's path for who has no page open, such as a message.</summary>
    public static string PathOfSignOff(ICloudConnections connections, string connection, string pipeline, string stage, string action, string execution) =>
        PathIn(connections, connection, ApprovalPath(pipeline, stage, action, execution));

    /// <summary>A pipeline's path for who has no page open.</summary>
    public static string PathOfPipeline(ICloudConnections connections, string connection, string pipeline, string execution) =>
        QueryHelpers.AddQueryString(PathIn(connections, connection, $"/pipelines/{Uri.EscapeDataString(pipeline)}"), "execution", execution);

    private static string PathIn(ICloudConnections connections, string connection, string path) =>
        connection == connections.Default.Name ? path : QueryHelpers.AddQueryString(path, Parameter, connection);

    /// <summary>A job's page. One that is called like a page of its kind has a longer path, so that both can be opened.</summary>
    private static string JobPath(string kind, string name) => $"{kind}/{(name is "new" or "compare" or "upload" or "jobs" ? "jobs/" : "")}{Uri.EscapeDataString(name)}";

    /// <summary>A path whose slashes stay.</summary>
    private static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static string ApprovalPath(string pipeline, string stage, string action, string execution) =>
        $"/approvals/{Uri.EscapeDataString(pipeline)}/{Uri.EscapeDataString(stage)}/{Uri.EscapeDataString(action)}/{Uri.EscapeDataString(execution)}";

    private CloudConnection Named(string name) => connections.Find(name) ?? connections.Default;
}
