using MLOps.Cloud.Connections;
using MLOps.Cloud.Pipelines;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Notifications.Watching;

/// <summary>What there is to say about a pipeline that failed.</summary>
internal static class FailureNotices
{
    /// <summary>An older failure is history: at a first start nobody wants to hear of all of them.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    /// <summary>The failures of a pipeline until it succeeds again.</summary>
    public static string Series(PipelineSummary pipeline) => $"failed:{pipeline.Connection}/{pipeline.Name}";

    /// <summary>The failure of the latest execution; null where it did not fail, or failed by an approval, which is told by itself.</summary>
    public static Notice? Of(PipelineSummary pipeline, DateTimeOffset now, ICloudConnections connections)
    {
        if (pipeline.Latest is not { Status: "Failed", Updated: { } failedAt } latest || now - failedAt > Recent)
            return null;
        var failed = (from stage in pipeline.Stages
                      where stage.ExecutionId == latest.Id || stage.ExecutionId.Length == 0
                      from action in stage.Actions
                      where action.Status == "Failed"
                      select (Stage: stage, Action: action)).FirstOrDefault();
        if (failed.Action?.Category == "Approval")
            return null;
        var where = failed.Action is null ? "" : $"{failed.Action.Name} in {failed.Stage.Name} failed";
        var why = failed.Action?.ErrorMessage is { Length: > 0 } message ? message : latest.StatusSummary;
        return new Notice(
            // A retried stage may fail again: that is another event of the same execution.
            $"{NoticeKind.PipelineFailed}:{pipeline.Connection}/{pipeline.Name}/{latest.Id}/{failedAt.ToUnixTimeSeconds()}", NoticeKind.PipelineFailed,
            $"{pipeline.Name} failed", string.Join(": ", new[] { where, why }.Where(t => t.Length > 0)) is { Length: > 0 } text ? text : "CodePipeline does not say why.",
            Places.PathOfPipeline(connections, pipeline.Connection, pipeline.Name, latest.Id))
        {
            Connection = pipeline.Connection, Pipeline = pipeline.Name, Series = Series(pipeline), Facts = [new("Pipeline", pipeline.Name), new("Execution", latest.Id), new("Failed", Words.Exact(failedAt))],
        };
    }
}
