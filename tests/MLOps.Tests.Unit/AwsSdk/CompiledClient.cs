using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MLOps.AwsSdk.Generator;
using MLOps.AwsSdk.Generator.Model;

namespace MLOps.Tests.Unit.AwsSdk;

/// <summary>Generates a client from a description and compiles it, as the build does.</summary>
internal static class CompiledClient
{
    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name && (name is "AWSSDK.Core.dll" or "netstandard.dll" || name.StartsWith("System.", StringComparison.Ordinal)))
            .Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>Every operation of services that the product itself has no generated client of.</summary>
    public static Lazy<Assembly> Others { get; } = new(() =>
        Compile([.. new[] { "codecommit", "ecr", "events", "iam", "sns", "sqs", "sts" }.Select(s => Resources($"api/{s}.json").Single().Text)]));

    public static Assembly Compile(params string[] descriptions)
    {
        var parse = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        var generated = descriptions.SelectMany(d => ServiceGenerator.Generate(ServiceDescription.Parse(d, everyOperation: true))).Select(s => s.Value);
        // The SDK puts these usings into every file of a project.
        var implicitUsings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";
        var compilation = CSharpCompilation.Create($"Generated{Guid.NewGuid():N}",
            [.. generated.Concat(Resources("wire/").Select(r => r.Text)).Append(implicitUsings).Select(text => CSharpSyntaxTree.ParseText(text, parse))],
            References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Should().BeEmpty();
        image.Position = 0;
        return new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(image);
    }

    private static IEnumerable<(string Name, string Text)> Resources(string prefix)
    {
        var assembly = typeof(CompiledClient).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name, reader.ReadToEnd());
        }
    }
}
