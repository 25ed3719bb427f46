using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodeCommit;

/// <summary>Says on the bus that a branch came or moved, as CodeCommit tells EventBridge.</summary>
internal static class CodeCommitEvents
{
    public static void Moved(CloudEventBus bus, OperationCall call, JsonObject repository, string branch, string? from, string to)
    {
        var metadata = repository.Object("metadata")!;
        var detail = new JsonObject
        {
            ["event"] = from is null ? "referenceCreated" : "referenceUpdated",
            ["repositoryName"] = metadata.Text("repositoryName"),
            ["repositoryId"] = metadata.Text("repositoryId"),
            ["referenceType"] = "branch",
            ["referenceName"] = branch,
            ["referenceFullName"] = $"refs/heads/{branch}",
            ["commitId"] = to,
            ["callerUserArn"] = call.Principal,
        };
        if (from is not null)
            detail["oldCommitId"] = from;
        bus.Publish(new CloudEvent(call.Scope, "aws.codecommit", "CodeCommit Repository State Change", detail, [metadata.Required("Arn")]));
    }
}
