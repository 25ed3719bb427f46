using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.CodeCommit;

namespace MLOps.Tests.Unit.LocalCloud.CodeCommit;

public sealed class CodeCommitTests : IDisposable
{
    private readonly TemporaryState state = new();
    private readonly List<CloudEvent> events = [];

    public CodeCommitTests()
    {
        state.Bus.Subscribe(events.Add);
        Call("CreateRepository", new JsonObject());
    }

    public void Dispose() => state.Dispose();

    private JsonObject Call(string operation, JsonObject input)
    {
        var map = new OperationMap();
        var store = new RepositoryStore(state.Store, state.Folder);
        new RepositoryOperations(store, state.Bus, TimeProvider.System).Map(map);
        new CommitOperations(store, state.Bus, TimeProvider.System).Map(map);
        new FileOperations(store).Map(map);
        input["repositoryName"] = "images";
        return map.Find("codecommit", operation)!(new OperationCall("codecommit", operation, TemporaryState.Scope, input) { Principal = "arn:aws:iam::123456789012:root" }).GetAwaiter().GetResult().Output;
    }

    private JsonObject Commit(string? parent, string message, Action<JsonObject> with, string branch = "main")
    {
        var input = new JsonObject { ["branchName"] = branch, ["commitMessage"] = message, ["authorName"] = "Ada", ["email"] = "ada@example.com" };
        if (parent is not null)
            input["parentCommitId"] = parent;
        with(input);
        return Call("CreateCommit", input);
    }

    private static Action<JsonObject> Put(params (string Path, string Content)[] files) => input => input["putFiles"] =
        new JsonArray([.. files.Select(f => new JsonObject { ["filePath"] = f.Path, ["fileContent"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(f.Content)) })]);

    private string Code(Action act) => ((Func<object?>)(() => { act(); return null; })).Should().Throw<AwsException>().Which.Code;

    [Fact]
    public void CreateCommit_KnownContent_HasGitsOwnIds()
    {
        // git hash-object and git write-tree over the same files.
        GitObjects.Blob("hello\n"u8.ToArray()).Should().Be("ce013625030ba8dba906f756967f9e9ca394464a");
        GitObjects.Tree(new Dictionary<string, GitFile>()).Should().Be("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
        var answer = Commit(null, "first", Put(("a.txt", "hello\n"), ("dir/b.txt", "hello\n")));
        answer.Objects("filesAdded").Should().HaveCount(2);
        answer.Required("treeId").Should().Be(GitObjects.Tree(new Dictionary<string, GitFile>
        {
            ["a.txt"] = new("ce013625030ba8dba906f756967f9e9ca394464a", "NORMAL"),
            ["dir/b.txt"] = new("ce013625030ba8dba906f756967f9e9ca394464a", "NORMAL"),
        }));
    }

    [Fact]
    public void CreateCommit_OnATip_MovesTheBranchTellsTheBusAndSurvivesARestart()
    {
        var first = Commit(null, "first", Put(("Dockerfile", "FROM debian"), ("base/a.py", "1"))).Required("commitId");
        var second = Commit(first, "second", input =>
        {
            Put(("base/a.py", "2"))(input);
            input["deleteFiles"] = new JsonArray(new JsonObject { ["filePath"] = "Dockerfile" });
        }).Required("commitId");
        state.Reload();
        Call("GetBranch", new JsonObject { ["branchName"] = "main" }).Object("branch")!.Required("commitId").Should().Be(second);
        Encoding.UTF8.GetString(Convert.FromBase64String(Call("GetFile", new JsonObject { ["filePath"] = "/base/a.py" }).Required("fileContent"))).Should().Be("2");
        Encoding.UTF8.GetString(Convert.FromBase64String(Call("GetFile", new JsonObject { ["filePath"] = "base/a.py", ["commitSpecifier"] = first }).Required("fileContent"))).Should().Be("1");
        Call("GetCommit", new JsonObject { ["commitId"] = second }).Object("commit")!.Texts("parents").Should().Equal(first);
        var differences = Call("GetDifferences", new JsonObject { ["beforeCommitSpecifier"] = first, ["afterCommitSpecifier"] = "main" }).Objects("differences");
        differences.Select(d => d.Required("changeType")).Should().Equal("D", "M");
        var root = Call("GetFolder", new JsonObject { ["folderPath"] = "/" });
        root.Objects("subFolders").Single().Required("absolutePath").Should().Be("base");
        root.Objects("files").Should().BeEmpty();
        events.Select(e => e.Detail.Text("event")).Should().Equal("referenceCreated", "referenceUpdated");
        events[1].Detail.Text("commitId").Should().Be(second);
    }

    [Fact]
    public void CreateCommit_WhatCodeCommitRefuses_HasItsCode()
    {
        var first = Commit(null, "first", Put(("a/b", "1"))).Required("commitId");
        var second = Commit(first, "second", Put(("c", "1"))).Required("commitId");
        Code(() => Commit(null, "", Put(("d", "1")))).Should().Be("ParentCommitIdRequiredException");
        Code(() => Commit(first, "", Put(("d", "1")))).Should().Be("ParentCommitIdOutdatedException");
        Code(() => Commit(new string('0', 40), "", Put(("d", "1")))).Should().Be("ParentCommitDoesNotExistException");
        Code(() => Commit(second, "", Put(("d", "1")), "other")).Should().Be("BranchDoesNotExistException");
        Code(() => Commit(second, "", Put(("c", "1")))).Should().Be("NoChangeException");
        Code(() => Commit(second, "", Put(("d", "1"), ("/d", "2")))).Should().Be("SamePathRequestException");
        Code(() => Commit(second, "", Put(("../d", "1")))).Should().Be("InvalidPathException");
        Code(() => Commit(second, "", Put(("a", "1")))).Should().Be("FileNameConflictsWithDirectoryNameException");
        Code(() => Commit(second, "", Put(("c/d", "1")))).Should().Be("DirectoryNameConflictsWithFileNameException");
        Code(() => Commit(second, "", _ => { })).Should().Be("FileEntryRequiredException");
        Code(() => Commit(second, "", input => input["deleteFiles"] = new JsonArray(new JsonObject { ["filePath"] = "none" }))).Should().Be("FileDoesNotExistException");
    }

    [Fact]
    public async Task CreateCommit_TwentyOnTheSameTip_OneWins()
    {
        var first = Commit(null, "first", Put(("a", "1"))).Required("commitId");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() =>
        {
            try
            {
                Commit(first, "race", Put(($"f{i}", "1")));
                return "won";
            }
            catch (AwsException e)
            {
                return e.Code;
            }
        })));
        outcomes.Count(o => o == "won").Should().Be(1);
        outcomes.Where(o => o != "won").Should().AllBe("ParentCommitIdOutdatedException");
    }
}
