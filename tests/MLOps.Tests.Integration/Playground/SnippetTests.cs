using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Portal.Features.Playground.Code;
using MLOps.Tests.Integration.SageMaker;
using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Integration.Playground;

/// <summary>The code that the playground shows is run as it stands, each against a local cloud, with a body that no quoting may change.</summary>
public sealed class SnippetTests(SnippetTests.ServingFixture serving) : IClassFixture<SnippetTests.ServingFixture>
{
    private const string Body = "it's \"quoted\" $HOME `x` \\n %s\n@é,1";
    private const string Said = "iris|" + Body;

    private static readonly ClientTool Curl = new("curl 7.75 or newer", ["curl"], ["--aws-sigv4", "aws:amz", "--version"], "install curl.");
    private static readonly ClientTool Cli = new("The AWS CLI", [Environment.GetEnvironmentVariable("MLOPS_TEST_AWS") ?? "", "aws"], ["--version"], "install the AWS CLI (pip install awscli), or name it in MLOPS_TEST_AWS.");
    private static readonly ClientTool Python = new("A Python with boto3", [Environment.GetEnvironmentVariable("MLOPS_TEST_PYTHON") ?? "", "python3", "/usr/bin/python3"], ["-c", "import boto3"], "install boto3.");
    private static readonly ClientTool Node = new("Node.js with @aws-sdk/client-sagemaker-runtime", ["node"],
        ["-e", $"require({Snippet.Literal(Path.Combine(NodeModules, "@aws-sdk/client-sagemaker-runtime"))})"], "run .config/setup.sh tests, which installs it from npm.");

    private static string NodeModules => Path.Combine(PortalProcess.RepoRoot, ".local/node/node_modules");

    [Fact]
    public async Task Curl_AsShown_IsAnswered() => (await ShellAsync(await Curl.RequireAsync(), "curl")).Should().Be(Said);

    [Fact]
    public async Task AwsCli_AsShown_IsAnswered() => (await ShellAsync(await Cli.RequireAsync(), "cli")).Should().EndWith(Said);

    [Fact]
    public async Task Python_AsShown_IsAnswered()
    {
        var run = (await ClientProcess.RunAsync(await Python.RequireAsync(), ["-"], null, Text("python"))).Succeeded();
        run.Output.TrimEnd('\n').Should().Be(Said);
    }

    [Fact]
    public async Task JavaScript_AsShown_IsAnswered()
    {
        var node = await Node.RequireAsync();
        // A module finds its packages beside it.
        var file = Path.Combine(NodeModules, $"../snippet-{Guid.NewGuid():n}.mjs");
        await File.WriteAllTextAsync(file, Text("javascript"), TestContext.Current.CancellationToken);
        try
        {
            (await ClientProcess.RunAsync(node, [file], null)).Succeeded().Output.TrimEnd('\n').Should().Be(Said);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task CSharp_AsShown_CompilesAndIsAnswered()
    {
        var folder = Directory.CreateTempSubdirectory("snippet-").FullName;
        try
        {
            var program = Path.Combine(folder, "snippet.dll");
            Compile(Text("csharp"), program);
            var tests = typeof(SnippetTests).Assembly.Location;
            File.Copy(Path.ChangeExtension(tests, ".runtimeconfig.json"), Path.ChangeExtension(program, ".runtimeconfig.json"));
            foreach (var needed in (string[])["AWSSDK.Core.dll", "MLOps.AwsSdk.dll"])
                File.Copy(Path.Combine(Path.GetDirectoryName(tests)!, needed), Path.Combine(folder, needed));
            (await ClientProcess.RunAsync("dotnet", [program], null)).Succeeded().Output.TrimEnd('\n').Should().Be(Said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Snippets_OfAnyLanguage_NameNoCredentials()
    {
        foreach (var (language, _) in Snippet.Languages)
            Text(language).Should().NotContain("123456789012").And.NotContain("aws_secret_access_key=");
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

    private static InvocationRequest Request() => new("iris", Encoding.UTF8.GetBytes(Body)) { ContentType = "text/csv", Accept = "text/csv", CustomAttributes = "who='me'", TargetVariant = "Main" };

    private string Text(string language) => new Snippet(Request(), new CloudConnection("local", "123456789012", "us-east-1", ConnectionKind.Embedded, EndpointUrl: serving.Address), null).In(language);

    private async Task<string> ShellAsync(string program, string language)
    {
        var folder = Directory.CreateTempSubdirectory("snippet-").FullName;
        try
        {
            var script = $"cd {ShellSnippets.Quote(folder)}\nPATH={ShellSnippets.Quote(Path.GetDirectoryName(program) ?? "")}:$PATH\n{Text(language)}";
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

    /// <summary>A local cloud with the endpoint <c>iris</c>, which answers with what it was asked.</summary>
    public sealed class ServingFixture : IAsyncLifetime
    {
        private SageMakerCloud? cloud;

        public string Address { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            cloud = await SageMakerCloud.StartAsync();
            await cloud.DeployAsync("iris");
            Address = cloud.App.Urls.First().Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        }

        public async ValueTask DisposeAsync()
        {
            if (cloud is not null)
                await cloud.DisposeAsync();
        }
    }
}
