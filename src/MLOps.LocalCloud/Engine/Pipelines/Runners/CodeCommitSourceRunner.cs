using System.IO.Compression;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Pipelines.Runners;

/// <summary>Source/CodeCommit: takes one commit of a branch, the pinned or the newest, as a zip into the artifact store.</summary>
internal sealed class CodeCommitSourceRunner(TimeProvider time) : IActionRunner
{
    public string Type => "Source/CodeCommit";

    public async Task<ActionOutcome> RunAsync(ActionContext context, CancellationToken cancelled)
    {
        var (repository, branch) = (context.Required("RepositoryName"), context.Required("BranchName"));
        var output = context.Outputs[0]; // the validator has seen to it
        var id = context.PinnedRevision ?? await TipAsync(context, repository, branch, cancelled);
        var commit = (await context.CallAsync("codecommit", "GetCommit", new() { ["repositoryName"] = repository, ["commitId"] = id }, cancelled)).Object("commit")!;
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
            await AddFolderAsync(context, repository, id, "/", archive, cancelled);
        zip.Position = 0;
        await context.Cloud.CallAsync(new OperationCall("s3", "PutObject", context.Scope,
            new JsonObject { ["Bucket"] = output.Bucket, ["Key"] = output.Key, ["ContentLength"] = zip.Length, ["ContentType"] = "application/zip" })
        { Body = zip, Principal = context.Pipeline.RoleArn, Cancelled = cancelled });
        var message = commit.Text("message") ?? "";
        return ActionOutcome.Success() with
        {
            Revision = new RevisionRecord(context.Action.Name, output.Name, id, message,
                $"https://{context.Scope.Region}.console.aws.amazon.com/codesuite/codecommit/repositories/{repository}/commit/{id}", time.GetUtcNow()),
            Variables = new Dictionary<string, string>
            {
                ["RepositoryName"] = repository,
                ["BranchName"] = branch,
                ["CommitId"] = id,
                ["CommitMessage"] = message,
                ["AuthorDate"] = commit.Object("author")?.Text("date") ?? "",
                ["CommitterDate"] = commit.Object("committer")?.Text("date") ?? "",
            },
        };
    }

    private static async Task<string> TipAsync(ActionContext context, string repository, string branch, CancellationToken cancelled)
    {
        try
        {
            var found = await context.CallAsync("codecommit", "GetBranch", new() { ["repositoryName"] = repository, ["branchName"] = branch }, cancelled);
            return found.Object("branch")!.Required("commitId");
        }
        catch (AwsException e) when (e.Code is "BranchDoesNotExistException" or "RepositoryDoesNotExistException")
        {
            throw new ActionFailedException("RevisionUnavailable", e.Message);
        }
    }

    private static async Task AddFolderAsync(ActionContext context, string repository, string commit, string path, ZipArchive archive, CancellationToken cancelled)
    {
        var folder = await context.CallAsync("codecommit", "GetFolder",
            new() { ["repositoryName"] = repository, ["commitSpecifier"] = commit, ["folderPath"] = path }, cancelled);
        foreach (var file in folder.Objects("files"))
        {
            var found = await context.CallAsync("codecommit", "GetFile",
                new() { ["repositoryName"] = repository, ["commitSpecifier"] = commit, ["filePath"] = file.Required("absolutePath") }, cancelled);
            var entry = archive.CreateEntry(file.Required("absolutePath").TrimStart('/'));
            if (file.Text("fileMode") == "EXECUTABLE")
                entry.ExternalAttributes = 0x81ED << 16; // a regular file, rwxr-xr-x
            await using var target = await entry.OpenAsync(cancelled);
            await target.WriteAsync(Convert.FromBase64String(found.Required("fileContent")), cancelled);
        }
        foreach (var below in folder.Objects("subFolders"))
            await AddFolderAsync(context, repository, commit, below.Required("absolutePath"), archive, cancelled);
    }
}
