using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Engine.Containers.Engines;
using MLOps.LocalCloud.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Tests.Integration.Workloads;

/// <summary>A local cloud that builds and runs images by a real engine: <c>docker</c> on the path, or the command line that <c>MLOPS_DOCKER</c> names.</summary>
public sealed class DockerHost : CloudHost
{
    public static string Command => Environment.GetEnvironmentVariable("MLOPS_DOCKER") ?? "docker";

    /// <summary>Why no engine can be used here; null where one answers.</summary>
    public static string? Missing()
    {
        try
        {
            using var asked = Process.Start(new ProcessStartInfo(Command, ["version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            asked.StandardOutput.ReadToEnd();
            var why = asked.StandardError.ReadToEnd();
            asked.WaitForExit();
            return asked.ExitCode == 0 ? null : $"no Docker engine answers here: {why.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"there is no Docker engine here: {Command} is missing";
        }
    }

    protected override void Configure(LocalCloudOptions options)
    {
        options.ImageRunner = "docker";
        options.DockerCommand = Command;
        options.DockerNetwork = Environment.GetEnvironmentVariable("MLOPS_DOCKER_NETWORK") ?? "publish";
    }
}

/// <summary>An image from its Dockerfile to an answer of its endpoint, each step by the engine. Its base is this machine's Python: nothing is pulled.</summary>
public sealed class DockerTests
{
    private const string Image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/own-python:latest";

    /// <summary>Lays out what Python needs to run by itself.</summary>
    private const string Rootfs = """
        import os, pathlib, re, shutil, subprocess, sys, sysconfig
        root = pathlib.Path("rootfs")
        stdlib = pathlib.Path(sysconfig.get_path("stdlib"))
        program = pathlib.Path(os.path.realpath(sys.executable))
        shutil.copytree(stdlib, root / stdlib.relative_to("/"), symlinks=False, ignore_dangling_symlinks=True,
                        ignore=shutil.ignore_patterns("test", "tests", "__pycache__", "site-packages", "dist-packages", "idlelib", "ensurepip", "lib2to3", "pydoc_data", "*.a"))
        (root / program.relative_to("/")).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(program, root / program.relative_to("/"))
        (root / "usr/bin").mkdir(parents=True, exist_ok=True)
        link = root / "usr/bin/python3"
        if not link.exists(): link.symlink_to(program)
        for file in [program, *(root / stdlib.relative_to("/")).rglob("*.so")]:
            for library in re.findall(r"(/\S+)", subprocess.run(["ldd", file], capture_output=True, text=True).stdout):
                library = library.rstrip(":)")
                target = root / library.lstrip("/")
                if os.path.isfile(library) and not target.exists() and not str(library).startswith(os.getcwd()):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(os.path.realpath(library), target)
        for folder in ("tmp", "proc", "dev", "sys", "etc", "opt/ml", "run"): (root / folder).mkdir(parents=True, exist_ok=True)
        """;

    private const string Program = """
        import http.server, json, os, pathlib, sys
        ml = pathlib.Path("/opt/ml")
        if sys.argv[1] == "train":
            rows = (ml / "input/data/train/rows.csv").read_text()
            print("trained on", len(rows), "in", sorted(p.name for p in pathlib.Path("/").iterdir() if p.name in ("home", "opt", "root")))
            (ml / "model/weights").write_text(json.loads((ml / "input/config/hyperparameters.json").read_text())["value"])
        else:
            weights = (ml / "model/weights").read_text()
            class Handler(http.server.BaseHTTPRequestHandler):
                def log_message(self, *_): pass
                def answer(self, body):
                    self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
                def do_GET(self): self.answer(b"")
                def do_POST(self): self.answer(weights.encode() + b"|" + self.rfile.read(int(self.headers["Content-Length"])))
            http.server.ThreadingHTTPServer((os.environ["SAGEMAKER_BIND_TO_HOST"], int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Handler).serve_forever()
        """;

    private const string Dockerfile = """
        FROM scratch
        COPY rootfs/ /
        COPY main.py /opt/program/main.py
        ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
        ENTRYPOINT ["/usr/bin/python3", "/opt/program/main.py"]
        """;

    private const string Buildspec = $"""
        version: 0.2
        phases:
          build:
            commands:
              - /usr/bin/python3 rootfs.py
              - aws ecr get-login-password | docker login --username AWS --password-stdin 123456789012.dkr.ecr.us-east-1.amazonaws.com
              - docker build -t own-python .
              - docker tag own-python {Image}
              - docker push {Image}
        """;

    [Fact]
    public async Task Image_BuiltByTheEngine_TrainsAndServesAndLeavesNothing()
    {
        Assert.SkipWhen(DockerHost.Missing() is not null, DockerHost.Missing() ?? "");
        await using var cloud = new DockerHost();
        await cloud.InitializeAsync();
        await cloud.CallAsync("iam", "CreateRole", new JsonObject
        {
            ["RoleName"] = "models",
            ["AssumeRolePolicyDocument"] = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}""",
        });
        await BuildAsync(cloud);

        var job = await TrainAsync(cloud);
        job.Text("TrainingJobStatus").Should().Be("Completed", job.Text("FailureReason"));
        (await cloud.LogAsync("/aws/sagemaker/TrainingJobs")).Should().Contain(l => l.StartsWith("trained on 6", StringComparison.Ordinal));

        await ServeAsync(cloud, job.Object("ModelArtifacts")!.Required("S3ModelArtifacts"));
        (await cloud.CallAsync("sagemaker-runtime", "InvokeEndpoint", new JsonObject { ["EndpointName"] = "own" }, "hello")).Should().Be("0.75|hello");

        // What an abrupt end leaves is known by its label.
        var docker = cloud.Services.GetRequiredService<DockerEngine>();
        (await RunningAsync(docker)).Should().HaveCount(1, "the endpoint's one instance");
        await cloud.RestartAsync();
        docker = cloud.Services.GetRequiredService<DockerEngine>();
        await CloudHost.EventuallyAsync(() => cloud.CallAsync("sagemaker", "DescribeEndpoint", new JsonObject { ["EndpointName"] = "own" }),
            e => e.Objects("ProductionVariants").FirstOrDefault()?.Whole("CurrentInstanceCount") == 1, seconds: 90);
        await cloud.CallAsync("sagemaker", "DeleteEndpoint", new JsonObject { ["EndpointName"] = "own" });
        await CloudHost.EventuallyAsync(() => RunningAsync(docker), ids => ids.Count == 0, seconds: 60);
    }

    private static async Task BuildAsync(CloudHost cloud)
    {
        await cloud.CallAsync("ecr", "CreateRepository", new JsonObject { ["repositoryName"] = "own-python" });
        await cloud.PutAsync("own.zip", CloudHost.Zip(("buildspec.yml", Buildspec), ("Dockerfile", Dockerfile), ("rootfs.py", Rootfs), ("main.py", Program)));
        await cloud.CallAsync("codebuild", "CreateProject", new JsonObject
        {
            ["name"] = "own",
            ["source"] = new JsonObject { ["type"] = "S3", ["location"] = "work/own.zip" },
            ["artifacts"] = new JsonObject { ["type"] = "NO_ARTIFACTS" },
            ["environment"] = new JsonObject { ["type"] = "LINUX_CONTAINER", ["image"] = "aws/codebuild/standard:7.0", ["computeType"] = "BUILD_GENERAL1_SMALL", ["privilegedMode"] = true },
            ["serviceRole"] = cloud.Role,
        });
        var id = (await cloud.CallAsync("codebuild", "StartBuild", new JsonObject { ["projectName"] = "own" })).Object("build")!.Required("id");
        var build = await CloudHost.EventuallyAsync(
            async () => (await cloud.CallAsync("codebuild", "BatchGetBuilds", new JsonObject { ["ids"] = new JsonArray(id) })).Objects("builds").Single(), b => b.Flag("buildComplete") == true, seconds: 240);
        build.Text("buildStatus").Should().Be("SUCCEEDED", string.Join('\n', (await cloud.LogAsync("/aws/codebuild/own")).TakeLast(20)));
    }

    private static async Task<JsonObject> TrainAsync(CloudHost cloud)
    {
        await cloud.PutAsync("train/rows.csv", Encoding.UTF8.GetBytes("1,2,3\n"));
        await cloud.CallAsync("sagemaker", "CreateTrainingJob", new JsonObject
        {
            ["TrainingJobName"] = "own",
            ["RoleArn"] = CloudHost.Scope.GlobalArn("iam", "role/models"),
            ["AlgorithmSpecification"] = new JsonObject { ["TrainingImage"] = Image, ["TrainingInputMode"] = "File" },
            ["HyperParameters"] = new JsonObject { ["value"] = "0.75" },
            ["InputDataConfig"] = new JsonArray(new JsonObject
            {
                ["ChannelName"] = "train", ["DataSource"] = new JsonObject { ["S3DataSource"] = new JsonObject { ["S3DataType"] = "S3Prefix", ["S3Uri"] = "s3://work/train" } },
            }),
            ["OutputDataConfig"] = new JsonObject { ["S3OutputPath"] = "s3://work/out" },
            ["ResourceConfig"] = new JsonObject { ["InstanceType"] = "ml.m5.large", ["InstanceCount"] = 1, ["VolumeSizeInGB"] = 5 },
            ["StoppingCondition"] = new JsonObject { ["MaxRuntimeInSeconds"] = 300 },
        });
        return await CloudHost.EventuallyAsync(() => cloud.CallAsync("sagemaker", "DescribeTrainingJob", new JsonObject { ["TrainingJobName"] = "own" }),
            j => j.Text("TrainingJobStatus") != "InProgress", seconds: 120);
    }

    private static async Task ServeAsync(CloudHost cloud, string artifact)
    {
        await cloud.CallAsync("sagemaker", "CreateModel", new JsonObject
        {
            ["ModelName"] = "own", ["ExecutionRoleArn"] = CloudHost.Scope.GlobalArn("iam", "role/models"),
            ["PrimaryContainer"] = new JsonObject { ["Image"] = Image, ["ModelDataUrl"] = artifact },
        });
        await cloud.CallAsync("sagemaker", "CreateEndpointConfig", new JsonObject
        {
            ["EndpointConfigName"] = "own",
            ["ProductionVariants"] = new JsonArray(new JsonObject { ["VariantName"] = "live", ["ModelName"] = "own", ["InstanceType"] = "ml.t2.medium", ["InitialInstanceCount"] = 1 }),
        });
        await cloud.CallAsync("sagemaker", "CreateEndpoint", new JsonObject { ["EndpointName"] = "own", ["EndpointConfigName"] = "own" });
        await CloudHost.EventuallyAsync(() => cloud.CallAsync("sagemaker", "DescribeEndpoint", new JsonObject { ["EndpointName"] = "own" }),
            e => e.Text("EndpointStatus") == "InService", seconds: 90);
    }

    private static async Task<IReadOnlyList<string>> RunningAsync(DockerEngine docker) =>
        (await docker.RunAsync("ps", "--all", "--quiet", "--filter", $"label={docker.Label}")).Lines;
}
