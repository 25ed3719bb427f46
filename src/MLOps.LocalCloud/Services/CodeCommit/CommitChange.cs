using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodeCommit;

/// <summary>What a commit does to the files of its parent, checked as CodeCommit checks it.</summary>
internal sealed class CommitChange(RepositoryStore store, IReadOnlyDictionary<string, GitFile> before)
{
    private const int LargestFile = 6 * 1024 * 1024, LargestCommit = 20 * 1024 * 1024, MostEntries = 100;
    private readonly HashSet<string> touched = [];
    private readonly List<JsonObject> added = [], updated = [], deleted = [];
    private long bytes;

    public SortedDictionary<string, GitFile> Files { get; } = new(before.ToDictionary(), StringComparer.Ordinal);

    /// <summary>The answer's lists: filesAdded, filesUpdated, filesDeleted.</summary>
    public JsonObject Answer => new() { ["filesAdded"] = added.Select(a => a.Copy()!).ToJson(), ["filesUpdated"] = updated.Select(a => a.Copy()!).ToJson(), ["filesDeleted"] = deleted.Select(a => a.Copy()!).ToJson() };

    /// <summary>Applies the entries of a CreateCommit.</summary>
    public void Apply(JsonObject input)
    {
        var entries = input.Objects("putFiles").Count() + input.Objects("deleteFiles").Count() + input.Objects("setFileModes").Count();
        if (entries == 0)
            throw new AwsException("FileEntryRequiredException", "The commit cannot be created because no files have been specified as added, updated, or changed");
        if (entries > MostEntries)
            throw new AwsException("MaximumFileEntriesExceededException", $"The number of specified files to change as part of this commit exceeds the maximum of {MostEntries}");
        foreach (var put in input.Objects("putFiles"))
            Put(put);
        foreach (var delete in input.Objects("deleteFiles"))
            Delete(Touch(delete), input.Flag("keepEmptyFolders") == true);
        foreach (var mode in input.Objects("setFileModes"))
            SetMode(Touch(mode), mode.Required("fileMode"));
        CheckConflicts();
        if (added.Count + updated.Count + deleted.Count == 0)
            throw new AwsException("NoChangeException", "The commit cannot be created because no changes will be made to the repository as a result of this commit");
    }

    /// <summary>A path without a leading slash.</summary>
    public static string CleanPath(string path)
    {
        var clean = path.TrimStart('/');
        if (clean == "" || clean.Split('/').Any(p => p is "" or "." or ".." or ".git"))
            throw new AwsException("InvalidPathException", $"The path {path} is not valid");
        return clean;
    }

    private void Put(JsonObject put)
    {
        var path = Touch(put);
        var source = put.Object("sourceFile");
        if (source is not null && put.Text("fileContent") is not null)
            throw new AwsException("FileContentAndSourceFileSpecifiedException", $"The commit cannot be created because both a source file and file content have been specified for {path}");
        GitFile file;
        if (source is not null)
        {
            var from = CleanPath(source.Required("filePath"));
            file = before.TryGetValue(from, out var known) ? known : throw Missing(from);
            if (source.Flag("isMove") == true && from != path)
                Delete(Touch(source), keepFolder: false);
        }
        else
        {
            file = new GitFile(Content(put, path), "NORMAL");
        }
        Set(path, file with { Mode = put.Text("fileMode") ?? (before.TryGetValue(path, out var old) ? old.Mode : file.Mode) });
    }

    private string Content(JsonObject put, string path)
    {
        var content = Convert.FromBase64String(put.Text("fileContent")
            ?? throw new AwsException("SourceFileOrContentRequiredException", $"The commit cannot be created because no source file or file content has been specified for {path}"));
        if (content.Length > LargestFile)
            throw new AwsException("FileContentSizeLimitExceededException", $"The content of {path} is larger than {LargestFile / 1024 / 1024} MB");
        if ((bytes += content.Length) > LargestCommit)
            throw new AwsException("FolderContentSizeLimitExceededException", $"The commit cannot be created because it holds more than {LargestCommit / 1024 / 1024} MB");
        return store.AddBlob(content);
    }

    private void Set(string path, GitFile file)
    {
        var existed = before.TryGetValue(path, out var old);
        if (existed && old == file)
            return;
        Files[path] = file;
        (existed ? updated : added).Add(Entry(path, file));
    }

    private void Delete(string path, bool keepFolder)
    {
        if (!Files.Remove(path, out var file))
            throw Missing(path);
        deleted.Add(Entry(path, file));
        var folder = path.Contains('/') ? path[..(path.LastIndexOf('/') + 1)] : "";
        if (keepFolder && folder != "" && !Files.Keys.Any(f => f.StartsWith(folder, StringComparison.Ordinal)))
            Set(folder + ".gitkeep", new GitFile(store.AddBlob([]), "NORMAL"));
    }

    private void SetMode(string path, string mode)
    {
        if (!Files.TryGetValue(path, out var file))
            throw Missing(path);
        Set(path, file with { Mode = mode });
    }

    private string Touch(JsonObject entry)
    {
        var path = CleanPath(entry.Required("filePath"));
        return touched.Add(path) ? path
            : throw new AwsException("SamePathRequestException", $"The commit cannot be created because {path} is specified more than once");
    }

    private void CheckConflicts()
    {
        foreach (var path in added.Select(a => a.Required("absolutePath")))
        {
            for (var slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
                if (Files.ContainsKey(path[..slash]))
                    throw new AwsException("DirectoryNameConflictsWithFileNameException", $"The folder {path[..slash]} has the name of a file");
            if (Files.Keys.Any(f => f.StartsWith(path + "/", StringComparison.Ordinal)))
                throw new AwsException("FileNameConflictsWithDirectoryNameException", $"The file {path} has the name of a folder");
        }
    }

    private static JsonObject Entry(string path, GitFile file) => new() { ["absolutePath"] = path, ["blobId"] = file.BlobId, ["fileMode"] = file.Mode };

    private static AwsException Missing(string path) => new("FileDoesNotExistException", $"{path} does not exist");
}
