using Microsoft.CodeAnalysis;
using MLOps.AwsSdk.Generator.Model;

namespace MLOps.AwsSdk.Generator;

/// <summary>Generates an SDK client from each API description among the project's additional files.</summary>
[Generator]
public sealed class AwsSdkGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor CannotGenerate = new(
        "AWSGEN001", "API description cannot be generated", "{0}: {1}", "AwsSdk", DiagnosticSeverity.Error, isEnabledByDefault: true);

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var descriptions = context.AdditionalTextsProvider
            .Where(file => file.Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            .Select((file, cancelled) => (file.Path, Text: file.GetText(cancelled)?.ToString() ?? ""));
        context.RegisterSourceOutput(descriptions, (output, description) =>
        {
            try
            {
                foreach (var source in ServiceGenerator.Generate(ServiceDescription.Parse(description.Text)))
                    output.AddSource(source.Key, source.Value);
            }
            catch (FormatException e)
            {
                output.ReportDiagnostic(Diagnostic.Create(CannotGenerate, Location.None, description.Path, e.Message));
            }
        });
    }
}
