using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Images.Docker;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Unit.LocalCloud.Images;

public sealed class DockerCommandsTests : IDisposable
{
    private readonly ImageWorkshop workshop = new();

    public void Dispose() => workshop.Dispose();

    [Fact]
    public void BuildTagPush_BaseThenDispatcher_RegistryFindsBothAndTheSecondHoldsTheFirst()
    {
        workshop.Ecr("CreateRepository", new JsonObject { ["repositoryName"] = "base" });
        workshop.Ecr("CreateRepository", new JsonObject { ["repositoryName"] = "dispatcher" });
        workshop.With("base/main.py", "main").With("base/Dockerfile", "FROM debian:bookworm-slim\nCOPY main.py /opt/program/\nENTRYPOINT [\"python3\", \"/opt/program/main.py\"]\nCMD [\"serve\"]");
        workshop.With("dispatcher/model.py", "model").With("dispatcher/Dockerfile", "ARG BASE\nFROM ${BASE}\nCOPY model.py /opt/program/model.py");
        workshop.Login();
        workshop.Docker("build", "-t", $"{ImageWorkshop.Host}/base:latest", "base");
        workshop.Docker("tag", $"{ImageWorkshop.Host}/base:latest", $"{ImageWorkshop.Host}/base:1a2b3c4d");
        workshop.Docker("push", $"{ImageWorkshop.Host}/base:1a2b3c4d");
        workshop.Docker("push", $"{ImageWorkshop.Host}/base");
        workshop.Docker("build", "--build-arg", $"BASE={ImageWorkshop.Host}/base:latest", "-t", $"{ImageWorkshop.Host}/dispatcher", "dispatcher");
        workshop.Docker("push", $"{ImageWorkshop.Host}/dispatcher");

        var image = workshop.Store.Find($"{ImageWorkshop.Host}/dispatcher")!;
        File.Exists(Path.Combine(image.FilesFolder, "opt/program/main.py")).Should().BeTrue();
        File.Exists(Path.Combine(image.FilesFolder, "opt/program/model.py")).Should().BeTrue();
        image.EntryPoint.Should().Equal("python3", "/opt/program/main.py");
        image.Command.Should().Equal("serve");
        workshop.Store.Find($"{ImageWorkshop.Host}/base:1a2b3c4d")!.Digest.Should().Be(workshop.Store.Find($"{ImageWorkshop.Host}/base@{workshop.Store.Find($"{ImageWorkshop.Host}/base")!.Digest}")!.Digest);
        workshop.Store.Find($"{ImageWorkshop.Host}/base:other").Should().BeNull();

        var described = workshop.Ecr("DescribeImages", new JsonObject { ["repositoryName"] = "base" }).Objects("imageDetails").Should().ContainSingle().Subject;
        described.Texts("imageTags").Should().BeEquivalentTo("1a2b3c4d", "latest");
        var got = workshop.Ecr("BatchGetImage", new JsonObject { ["repositoryName"] = "base", ["imageIds"] = new JsonArray(new JsonObject { ["imageTag"] = "latest" }, new JsonObject { ["imageTag"] = "no" }) });
        var manifest = got.Objects("images").Single().Required("imageManifest");
        ("sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest)))).Should().Be(described.Required("imageDigest"));
        got.Objects("failures").Single().Required("failureCode").Should().Be("ImageNotFound");
    }

    [Fact]
    public void Push_WithoutLoginOrRepository_IsRefusedAsDockerDoes()
    {
        workshop.With("Dockerfile", "FROM debian");
        workshop.Docker("build", "-t", $"{ImageWorkshop.Host}/none", ".");
        var push = () => workshop.Docker("push", $"{ImageWorkshop.Host}/none");
        push.Should().Throw<DockerException>().WithMessage("no basic auth credentials");
        workshop.Login();
        push.Should().Throw<AwsException>().Which.Code.Should().Be("RepositoryNotFoundException");
        var login = () => workshop.Docker("wrong.signature", ["login", "-u", "AWS", "--password-stdin", ImageWorkshop.Host]);
        login.Should().Throw<DockerException>().WithMessage("*400 Bad Request");
        var run = () => workshop.Docker("run", "debian");
        run.Should().Throw<DockerException>().WithMessage("*no Docker engine*");
    }

    [Fact]
    public void Push_ImmutableTag_IsRefusedForOtherContent()
    {
        workshop.Ecr("CreateRepository", new JsonObject { ["repositoryName"] = "fixed", ["imageTagMutability"] = "IMMUTABLE" });
        workshop.Login();
        workshop.With("Dockerfile", "FROM debian\nENV A=1");
        workshop.Docker("build", "-t", $"{ImageWorkshop.Host}/fixed:1", ".");
        workshop.Docker("push", $"{ImageWorkshop.Host}/fixed:1");
        workshop.Docker("push", $"{ImageWorkshop.Host}/fixed:1");
        workshop.With("Dockerfile", "FROM debian\nENV A=2");
        workshop.Docker("build", "-t", $"{ImageWorkshop.Host}/fixed:1", ".");
        var push = () => workshop.Docker("push", $"{ImageWorkshop.Host}/fixed:1");
        push.Should().Throw<AwsException>().Which.Code.Should().Be("ImageTagAlreadyExistsException");
    }

    [Fact]
    public void Sweep_DeletedAndUnpushedImages_LeavesOnlyWhatARepositoryNames()
    {
        workshop.Ecr("CreateRepository", new JsonObject { ["repositoryName"] = "kept" });
        workshop.Login();
        workshop.With("Dockerfile", "FROM debian\nENV A=1");
        workshop.Docker("build", "-t", $"{ImageWorkshop.Host}/kept:1", ".");
        workshop.Docker("push", $"{ImageWorkshop.Host}/kept:1");
        workshop.With("Dockerfile", "FROM debian\nENV A=2");
        workshop.Docker("build", "-t", "unpushed", ".");
        var unpushed = workshop.Store.Load(workshop.Session.Tags["unpushed:latest"])!.FilesFolder;
        workshop.Store.Sweep();
        Directory.Exists(unpushed).Should().BeFalse();
        Directory.Exists(workshop.Store.Find($"{ImageWorkshop.Host}/kept:1")!.FilesFolder).Should().BeTrue();
    }
}
