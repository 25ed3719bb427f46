using System.Text;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Portal.Features.Playground.Code;
using MLOps.Portal.Features.Playground.Requests;
using MLOps.Tests.Integration.SageMaker;
using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Integration.Playground;

/// <summary>The code that the playground shows is run as it stands, each against a local cloud, with a body that no quoting may change.</summary>
public sealed class SnippetTests(SnippetTests.ServingFixture serving) : IClassFixture<SnippetTests.ServingFixture>
{
    private const string Body = "it's \"quoted\" $HOME `x` \\n %s\n@é,1";
    private static readonly ClientTool Curl = new("curl 7.84 or newer", ["curl"], ["--aws-sigv4", "aws:amz", "--version"], "install curl.");
    private static readonly ClientTool Cli = new("The AWS CLI", [Environment.GetEnvironmentVariable("MLOPS_TEST_AWS") ?? "", "aws"], ["--version"], "install the AWS CLI (pip install awscli), or name it in MLOPS_TEST_AWS.");
    private static readonly ClientTool Python = new("A Python with boto3", [Environment.GetEnvironmentVariable("MLOPS_TEST_PYTHON") ?? "", "python3", "/usr/bin/python3"], ["-c", "import boto3"], "install boto3.");
    private static readonly ClientTool Node = new("Node.js with @aws-sdk/client-sagemaker-runtime and @aws-sdk/client-s3", ["node"],
        ["-e", string.Concat(((string[])["sagemaker-runtime", "s3"]).Select(c => $"require({Snippet.Literal(Path.Combine(NodeModules, $"@aws-sdk/client-{c}"))});"))],
        "run .config/setup.sh tests, which installs them from npm.");

    private static string NodeModules => Path.Combine(PortalProcess.RepoRoot, ".local/node/node_modules");

    public static TheoryData<SendMode> Modes => [.. Enum.GetValues<SendMode>()];

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Curl_AsShown_IsAnswered(SendMode mode)
    {
        var output = await ShellAsync(await Curl.RequireAsync(), "curl", mode);
        if (mode == SendMode.Stream)
            output.Should().Contain("PayloadPart").And.Contain(Said(mode), "frames are shown as they are");
        else
            output.Should().Be(Said(mode));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task AwsCli_AsShown_IsAnswered(SendMode mode) => (await ShellAsync(await Cli.RequireAsync(), "cli", mode)).Should().EndWith(Said(mode));

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Python_AsShown_IsAnswered(SendMode mode)
    {
        var run = (await ClientProcess.RunAsync(await Python.RequireAsync(), ["-"], null, Text("python", mode))).Succeeded();
        run.Output.TrimEnd('\n').Should().Be(Said(mode));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task JavaScript_AsShown_IsAnswered(SendMode mode)
    {
        var node = await Node.RequireAsync();
        // A module finds its packages beside it.
        var file = Path.Combine(NodeModules, $"../snippet-{Guid.NewGuid():n}.mjs");
        await File.WriteAllTextAsync(file, Text("javascript", mode), TestContext.Current.CancellationToken);
        try
        {
            (await ClientProcess.RunAsync(node, [file], null)).Succeeded().Output.TrimEnd('\n').Should().Be(Said(mode));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task CSharp_AsShown_CompilesAndIsAnswered(SendMode mode)
    {
        var folder = Directory.CreateTempSubdirectory("snippet-").FullName;
        try
        {
            var program = Path.Combine(folder, "snippet.dll");
            Compile(Text("csharp", mode), program);
            var tests = typeof(SnippetTests).Assembly.Location;
            File.Copy(Path.ChangeExtension(tests, ".runtimeconfig.json"), Path.ChangeExtension(program, ".runtimeconfig.json"));
            foreach (var needed in (string[])["AWSSDK.Core.dll", "AWSSDK.S3.dll", "MLOps.AwsSdk.dll"])
                File.Copy(Path.Combine(Path.GetDirectoryName(tests)!, needed), Path.Combine(folder, needed));
            (await ClientProcess.RunAsync("dotnet", [program], null)).Succeeded().Output.TrimEnd('\n').Should().Be(Said(mode));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Snippets_OfAnyLanguage_NameNoCredentials()
    {
        foreach (var (language, mode) in Snippet.Languages.SelectMany(l => Enum.GetValues<SendMode>(), (l, m) => (l.Id, m)))
            Text(language, mode).Should().NotContain("123456789012").And.NotContain("aws_secret_access_key=");
    }

    [Fact]
    public void Snippets_OfAConnectionToAws_UseAwsOwnAddress()
    {
        var snippet = new Snippet(Request(), new CloudConnection("prod", "", "eu-central-1", ConnectionKind.Aws), null);
        snippet.In("curl").Should().Contain("https://runtime.sagemaker.eu-central-1.amazonaws.com/endpoints/iris/invocations").And.Contain("aws:amz:eu-central-1:sagemaker");
        snippet.In("cli").Should().NotContain("endpoint-url");
        snippet.In("csharp").Should().Contain("RegionEndpoint");
        (snippet with { File = "flower.png" }).In("python").Should().Contain("open(\"flower.png\", \"rb\")");
    }

    [Fact]
    public void Snippets_OfAnAsynchronousEndpointOfAws_PutTheBodyBesideItsOutput()
    {
        var draft = new Draft { First = new(ServingFixture.Later, "Main"), Mode = SendMode.Async, Body = "1,2" };
        var cloud = new CloudConnection("prod", "", "eu-central-1", ConnectionKind.Aws);
        var snippet = Snippet.Of(draft, cloud, "s3://bucket/answers/");
        snippet.In("curl").Should().Contain("'https://bucket.s3.eu-central-1.amazonaws.com/answers/inputs/body.csv'").And.Contain("X-Amzn-SageMaker-InputLocation: s3://bucket/answers/inputs/body.csv");
        snippet.In("cli").Should().Contain("invoke-endpoint-async").And.NotContain("endpoint-url").And.NotContain("target-variant", "the operation has no such member");
        Snippet.Of(draft, cloud, "").In("python").Should().Contain("invoke_endpoint(", "an endpoint that answers at once is asked for one answer");
        draft.Mode = SendMode.Stream;
        Snippet.Of(draft, cloud, "").In("cli").Should().StartWith("# The AWS CLI has no invoke-endpoint-with-response-stream");
    }

    private static string Said(SendMode mode) => $"{EndpointOf(mode)}|{Body}";

    private static string EndpointOf(SendMode mode) => mode == SendMode.Async ? ServingFixture.Later : ServingFixture.Now;

    private static InvocationRequest Request(string endpoint = ServingFixture.Now) =>
        new(endpoint, Encoding.UTF8.GetBytes(Body)) { ContentType = "text/csv", Accept = "text/csv", CustomAttributes = "who='me'", TargetVariant = "Main" };

    private string Text(string language, SendMode mode) => new Snippet(Request(EndpointOf(mode)), new CloudConnection("local", "123456789012", "us-east-1", ConnectionKind.Embedded, EndpointUrl: serving.Address), null)
    {
        IsStream = mode == SendMode.Stream,
        Input = mode == SendMode.Async ? new("data", "answers/inputs/it's.csv") : null,
    }.In(language);

    private async Task<string> ShellAsync(string program, string language, SendMode mode)
    {
        var folder = Directory.CreateTempSubdirectory("snippet-").FullName;
        try
        {
            var script = $"cd {ShellSnippets.Quote(folder)}\nPATH={ShellSnippets.Quote(Path.GetDirectoryName(program) ?? "")}:$PATH\n{Text(language, mode)}";
            return (await ClientProcess.RunAsync("sh", ["-ec", script], null)).Succeeded().Output;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compile(string code, string path)
    {
        const string usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading.Tasks;";
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(p => MetadataReference.CreateFromFile(p));
        var compiled = CSharpCompilation.Create("snippet", [CSharpSyntaxTree.ParseText(usings), CSharpSyntaxTree.ParseText(code)], references, new(OutputKind.ConsoleApplication)).Emit(path);
        compiled.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Should().BeEmpty();
    }

    /// <summary>A local cloud with two endpoints that answer with what they were asked: <see cref="Now"/> at once, <see cref="Later"/> by S3.</summary>
    public sealed class ServingFixture : IAsyncLifetime
    {
        public const string Now = "iris", Later = "later";

        private SageMakerCloud? cloud;

        public string Address { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            cloud = await SageMakerCloud.StartAsync();
            await cloud.DeployAsync(Now);
            await cloud.ModelAsync(Later, Later);
            await cloud.CallAsync("CreateEndpointConfig", new()
            {
                ["EndpointConfigName"] = Later,
                ["ProductionVariants"] = new JsonArray(new JsonObject { ["VariantName"] = "Main", ["ModelName"] = Later, ["InitialInstanceCount"] = 1, ["InstanceType"] = "ml.m5.large" }),
                ["AsyncInferenceConfig"] = new JsonObject { ["OutputConfig"] = new JsonObject { ["S3OutputPath"] = "s3://data/answers" } },
            });
            await cloud.CallAsync("CreateEndpoint", new() { ["EndpointName"] = Later, ["EndpointConfigName"] = Later });
            await cloud.StatusAsync(Later, "InService");
            Address = cloud.App.Urls.First().Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        }

        public async ValueTask DisposeAsync()
        {
            if (cloud is not null)
                await cloud.DisposeAsync();
        }
    }
}
