using MLOps.LocalCloud.Engine.Images.Dockerfiles;

namespace MLOps.Tests.Unit.LocalCloud.Images;

public sealed class DockerfileBuildTests : IDisposable
{
    private readonly ImageWorkshop workshop = new();

    public void Dispose() => workshop.Dispose();

    [Fact]
    public void Build_FilesEnvironmentAndEntryPoint_LaysTheImageOutFromTheRoot()
    {
        workshop.With("program/serve.py", "print('serve')").With("program/deep/a.txt", "a").With("conf/one.json", "1").With("conf/two.json", "2");
        var image = workshop.Build("""
            # syntax comments are no instructions
            ARG VERSION=3.11
            FROM python:${VERSION}-slim AS base
            ARG WHO=nobody
            ENV HOME_OF=/opt/program \
                # a comment inside
                GREETING="hello $WHO" LIST=${UNSET:-a,b}
            ENV PATH="/opt/program:${PATH}"
            COPY program ${HOME_OF}/
            COPY conf/*.json /etc/model/
            WORKDIR /opt
            WORKDIR program
            LABEL team="data science"
            EXPOSE 8080
            RUN apt-get update && mkdir -p /opt/ml/model && chmod 750 /opt/program/serve.py && ln -s serve.py latest.py
            ENTRYPOINT ["python3", "serve.py"]
            CMD serve now
            """, ("WHO", "iris"));
        image.Environment.Should().Contain("GREETING", "hello iris").And.Contain("LIST", "a,b");
        image.Environment["PATH"].Should().StartWith("/opt/program:/usr/local/sbin");
        image.WorkingDirectory.Should().Be("/opt/program");
        image.EntryPoint.Should().Equal("python3", "serve.py");
        image.Command.Should().Equal("/bin/sh", "-c", "serve now");
        image.Labels.Should().Contain("team", "data science");
        string Inside(string path) => Path.Combine(image.FilesFolder, path);
        File.ReadAllText(Inside("opt/program/deep/a.txt")).Should().Be("a");
        File.ReadAllText(Inside("etc/model/two.json")).Should().Be("2");
        Directory.Exists(Inside("opt/ml/model")).Should().BeTrue();
        File.GetUnixFileMode(Inside("opt/program/serve.py")).Should().Be((UnixFileMode)Convert.ToInt32("750", 8));
        new FileInfo(Inside("opt/program/latest.py")).LinkTarget.Should().Be("serve.py");
        workshop.Log.Should().ContainMatch("*NOT EXECUTED*apt-get update").And.ContainMatch("*Carried out: mkdir -p /opt/ml/model");
    }

    [Fact]
    public void Build_SameContentAtAnotherTime_HasTheSameDigestAndOtherContentAnother()
    {
        workshop.With("a.txt", "1");
        var first = workshop.Build("FROM debian\nCOPY a.txt /a.txt").Digest;
        File.SetLastWriteTimeUtc(Path.Combine(workshop.Context, "a.txt"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        workshop.Build("FROM debian\nCOPY a.txt /a.txt").Digest.Should().Be(first);
        workshop.With("a.txt", "2").Build("FROM debian\nCOPY a.txt /a.txt").Digest.Should().NotBe(first);
        workshop.With("a.txt", "1").Build("FROM debian\nENV A=1\nCOPY a.txt /a.txt").Digest.Should().NotBe(first);
    }

    [Fact]
    public void Build_DockerIgnore_KeepsFilesFromTheImage()
    {
        workshop.With(".dockerignore", "**/*.pyc\nsecret\n!secret/public.txt\nDockerfile\n")
            .With("app/a.py", "").With("app/a.pyc", "").With("secret/key", "").With("secret/public.txt", "");
        var files = workshop.Build("FROM debian\nCOPY . /app").FilesFolder;
        Directory.EnumerateFiles(files, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(files, f))
            .Should().BeEquivalentTo("app/.dockerignore", "app/app/a.py", "app/secret/public.txt");
    }

    [Fact]
    public void Build_SecondStageCopiesFromFirst_HoldsOnlyTheLastStage()
    {
        workshop.With("a.txt", "a").With("b.txt", "b");
        var files = workshop.Build("FROM debian AS one\nCOPY . /src/\nFROM python\nCOPY --from=one --chmod=644 /src/b.txt /b.txt\n").FilesFolder;
        Directory.EnumerateFiles(files, "*", SearchOption.AllDirectories).Should().ContainSingle().Which.Should().EndWith("/b.txt");
    }

    [Theory]
    [InlineData("FROM debian\nCOPPY a b", "Dockerfile:2: unknown instruction: COPPY")]
    [InlineData("FROM debian\n\nCOPY missing.txt /x", "Dockerfile:3: COPY failed: file not found*missing.txt*")]
    [InlineData("FROM debian\nCOPY ../outside /x", "Dockerfile:2: COPY failed: forbidden path*")]
    [InlineData("FROM debian\nCOPY to-etc/hostname /x", "Dockerfile:2: *leads through a link*")]
    [InlineData("FROM debian\nRUN ln -s /etc /opt\nCOPY a.txt /opt/a.txt", "Dockerfile:3: *leads through the link*")]
    [InlineData("FROM nobody/knows:1", "Dockerfile:1: manifest for nobody/knows:1 not found*")]
    [InlineData("COPY a b", "Dockerfile:1: no build stage in current context*")]
    [InlineData("FROM debian\nRUN <<EOF\nls\nEOF", "Dockerfile:2: here-documents are not supported")]
    [InlineData("FROM debian\nENV A", "Dockerfile:2: ENV must have two arguments")]
    [InlineData("FROM debian\nCOPY --exclude=x a.txt /a", "Dockerfile:2: unknown flag: --exclude")]
    [InlineData("FROM debian\nADD https://example.com/a /a", "Dockerfile:2: ADD of https://example.com/a*")]
    [InlineData("FROM debian\nENV A=\"open", "Dockerfile:2: *double-quote")]
    public void Build_WhatCannotBeDone_FailsWithTheLine(string dockerfile, string message)
    {
        workshop.With("a.txt", "a");
        File.CreateSymbolicLink(Path.Combine(workshop.Context, "to-etc"), "/etc");
        var build = () => workshop.Build(dockerfile);
        build.Should().Throw<DockerfileException>().WithMessage(message);
    }

    [Fact]
    public void Build_CopiesOverALinkInTheTree_DoesNotWriteThroughIt()
    {
        workshop.With("a.txt", "new");
        var outside = Path.Combine(workshop.Context, "..", "outside.txt");
        File.WriteAllText(outside, "old");
        var files = workshop.Build($"FROM debian\nRUN ln -s {Path.GetFullPath(outside)} /a.txt\nCOPY a.txt /a.txt").FilesFolder;
        File.ReadAllText(outside).Should().Be("old");
        File.ReadAllText(Path.Combine(files, "a.txt")).Should().Be("new");
    }
}
