using MLOps.LocalCloud.Engine.Builds;
using MLOps.LocalCloud.Engine.Builds.Buildspecs;

namespace MLOps.Tests.Unit.LocalCloud.Builds;

public sealed class BuildspecTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlops-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Read_AllThatIsSupported_IsThere()
    {
        var read = BuildspecReader.Read("""
            version: 0.2
            env:
              shell: bash
              variables:
                STAGE: "dev"
                EMPTY:
              exported-variables:
                - TAG
            phases:
              install:
                runtime-versions:
                  python: 3.11
              build:
                on-failure: CONTINUE
                commands:
                  - echo one
                  - |
                    if true; then
                      echo two
                    fi
                finally: echo always
            artifacts:
              base-directory: out
              files:
                - '**/*'
              exclude-paths: "**/*.tmp"
              discard-paths: yes
              secondary-artifacts:
                report:
                  files: report.html
            cache:
              paths: ['/root/.cache']
            """);
        read.Shell.Should().Be("bash");
        read.Variables.Should().Contain("STAGE", "dev").And.Contain("EMPTY", "");
        read.Exported.Should().Equal("TAG");
        read.Phases["build"].Commands.Should().HaveCount(2);
        read.Phases["build"].Finally.Should().Equal("echo always");
        read.Phases["build"].ContinuesOnFailure.Should().BeTrue();
        read.Phases.Should().NotContainKey("post_build");
        read.Artifacts.Should().HaveCount(2);
        read.Artifacts[0].DiscardsPaths.Should().BeTrue();
        read.Artifacts[1].Should().Match<BuildspecArtifact>(a => a.Identifier == "report" && a.Files[0] == "report.html");
    }

    [Theory]
    [InlineData("phases: {}", "*has no version")]
    [InlineData("version: 0.1\nphases: {}", "*version 0.1 is not supported*")]
    [InlineData("version: 0.2", "*has no phases")]
    [InlineData("version: 0.2\nphases:\n  compile: {}", "*line 3: phases has the unknown key compile")]
    [InlineData("version: 0.2\nphases:\n  build:\n    commands:\n      - echo key: value", "*line 5: Expected Commands[0] to be of string type: found subkeys instead*")]
    [InlineData("version: 0.2\nenv:\n  secrets-manager:\n    A: b\nphases: {}", "*line 4: secrets-manager is not supported*")]
    [InlineData("version: 0.2\nphases: [", "YAML_FILE_ERROR: line*")]
    public void Read_WhatCannotBeUsed_SaysWhereAndWhy(string text, string message)
    {
        var read = () => BuildspecReader.Read(text);
        read.Should().Throw<BuildspecException>().WithMessage(message);
    }

    [Theory]
    [InlineData("", "**/*", "", "a.txt,dist/b.txt,dist/deep/c.log")]
    [InlineData("dist", "**/*", "", "b.txt,deep/c.log")]
    [InlineData("", "dist/*", "", "dist/b.txt")]
    [InlineData("", "*.txt", "", "a.txt")]
    [InlineData("", "**/*", "**/*.log", "a.txt,dist/b.txt")]
    [InlineData("nowhere", "**/*", "", "")]
    public void Find_PatternsOverASource_AnswersTheirFiles(string directory, string files, string excluded, string expected)
    {
        foreach (var path in (string[])["a.txt", "dist/b.txt", "dist/deep/c.log"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllText(Path.Combine(folder, path), "");
        }
        File.CreateSymbolicLink(Path.Combine(folder, "link"), "/etc/passwd");
        var artifact = new BuildspecArtifact("", directory, [files], excluded == "" ? [] : [excluded], false);
        string.Join(',', BuildArtifacts.Find(artifact, folder).Select(f => f.Name)).Should().Be(expected);
        var outside = () => BuildArtifacts.Find(artifact with { BaseDirectory = "../" }, folder);
        outside.Should().Throw<BuildFailedException>();
    }
}
