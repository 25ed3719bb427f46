using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using MLOps.AwsSdk.Generator;
using MLOps.AwsSdk.Generator.Model;

namespace MLOps.Tests.Unit.AwsSdk;

public sealed class GeneratorTests
{
    private const string Small = """
        {
        "metadata":{"serviceId":"Toy Shop","apiVersion":"2020-01-01","endpointPrefix":"toys","targetPrefix":"Toys","jsonVersion":"1.1","protocol":"json"},
        "operations":{
        "ListToys":{"name":"ListToys","http":{"method":"POST","requestUri":"/"},"input":{"shape":"ListToysInput"},"output":{"shape":"ListToysOutput"},"errors":[{"shape":"NoSuchShopFault"}],"client":true},
        "BreakToy":{"name":"BreakToy","http":{"method":"POST","requestUri":"/"},"input":{"shape":"ListToysInput2"}}
        },
        "paginators":{"ListToys":{"input_token":"token","output_token":"token","result_key":"toys"}},
        "shapes":{
        "ListToysInput":{"type":"structure","members":{"token":{"shape":"Text"}}},
        "ListToysInput2":{"type":"structure","members":{"onlyToBreak":{"shape":"OnlyToBreak"}}},
        "OnlyToBreak":{"type":"structure","members":{}},
        "ListToysOutput":{"type":"structure","members":{"toys":{"shape":"ToyList"},"token":{"shape":"Text"},"bySize":{"shape":"SizeMap"}}},
        "ToyList":{"type":"list","member":{"shape":"Toy"}},
        "SizeMap":{"type":"map","key":{"shape":"Size"},"value":{"shape":"ToyList"}},
        "Toy":{"type":"structure","members":{"size":{"shape":"Size"},"sizes":{"shape":"SizeList"},"made":{"shape":"Time"},"parts":{"shape":"ToyList"},"weight":{"shape":"Weight"},"picture":{"shape":"Picture"}}},
        "Size":{"type":"string","enum":["toy.m4.4xlarge","2-wheel","BIG_ONE","a/b:c"]},
        "SizeList":{"type":"list","member":{"shape":"Size"}},
        "Weight":{"type":"double"},"Time":{"type":"timestamp"},"Text":{"type":"string"},"Picture":{"type":"blob"},
        "NoSuchShopFault":{"type":"structure","members":{"Message":{"shape":"Text"},"shop":{"shape":"Text"}},"error":{"code":"NoSuchShop"},"exception":true}
        }
        }
        """;

    [Fact]
    public void SmallDescription_Generated_HasTheOfficialNamesAndTypes()
    {
        var assembly = CompiledClient.Compile(Small);

        Type Model(string name) => assembly.GetType($"Amazon.ToyShop.Model.{name}", throwOnError: true)!;
        string Property(Type type, string name) => type.GetProperty(name)!.PropertyType.ToString();
        var toy = Model("Toy");
        Property(toy, "Size").Should().Be("Amazon.ToyShop.Size");
        Property(toy, "Sizes").Should().Be("System.Collections.Generic.List`1[System.String]");
        Property(toy, "Made").Should().Be("System.Nullable`1[System.DateTime]");
        Property(toy, "Weight").Should().Be("System.Nullable`1[System.Double]");
        Property(toy, "Picture").Should().Be("System.IO.MemoryStream");
        Property(toy, "Parts").Should().Be("System.Collections.Generic.List`1[Amazon.ToyShop.Model.Toy]");
        Property(Model("ListToysResponse"), "BySize").Should().Be("System.Collections.Generic.Dictionary`2[System.String,System.Collections.Generic.List`1[Amazon.ToyShop.Model.Toy]]");
        toy.GetProperty("Parts")!.GetValue(Activator.CreateInstance(toy)).Should().BeNull();
        Model("NoSuchShopException").GetProperties(System.Reflection.BindingFlags.DeclaredOnly | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance)
            .Select(p => p.Name).Should().Equal("Shop");
        assembly.GetType("Amazon.ToyShop.Size")!.GetFields().Select(f => f.Name).Should().BeEquivalentTo("ToyM44xlarge", "_2Wheel", "BIG_ONE", "ABC");
        assembly.GetType("Amazon.ToyShop.IAmazonToyShop")!.GetMethod("ListToysAsync")!.GetParameters()[^1].ParameterType.Should().Be<CancellationToken>();
        Model("IListToysPaginator").GetProperty("Toys").Should().NotBeNull();
    }

    [Fact]
    public void Operations_NotMarked_AreLeftOutWithWhatOnlyTheyReach()
    {
        var sources = ServiceGenerator.Generate(ServiceDescription.Parse(Small)).ToDictionary(s => s.Key, s => s.Value);

        sources.Keys.Should().Contain(["ToyShop.Client.g.cs", "ToyShop.Paginators.g.cs"]);
        sources.Values.Should().NotContain(s => s.Contains("BreakToy") || s.Contains("OnlyToBreak"));
    }

    [Fact]
    public void ServicesOfEachProtocol_Generated_Compile()
    {
        // The clients that the product uses are compiled by the build; these are the other services of the descriptions.
        CompiledClient.Others.Value.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(Amazon.Runtime.AmazonServiceClient))).Should().HaveCount(7);
    }

    [Theory]
    [InlineData("{\"metadata\":", "no JSON at character 12")]
    [InlineData("{\"metadata\":{}}", "serviceId")]
    [InlineData("""{"metadata":{"serviceId":"X","protocol":"ec2"},"operations":{"A":{"client":true}},"shapes":{}}""", "X speaks none of")]
    [InlineData("""{"metadata":{"serviceId":"X","protocol":"json"},"operations":{"A":{"client":true,"input":{"shape":"Gone"}}},"shapes":{}}""", "unknown shape Gone")]
    public void Description_ThatCannotBeGenerated_FailsTheBuildWithItsReason(string description, string reason)
    {
        var driver = CSharpGeneratorDriver.Create([new AwsSdkGenerator().AsSourceGenerator()], [new Description("toys.json", description)]);

        var diagnostics = driver.RunGenerators(CSharpCompilation.Create("Empty"), TestContext.Current.CancellationToken).GetRunResult().Diagnostics;

        var fault = diagnostics.Should().ContainSingle().Subject;
        fault.Severity.Should().Be(DiagnosticSeverity.Error);
        fault.GetMessage().Should().Contain("toys.json").And.Contain(reason);
    }

    private sealed class Description(string path, string text) : AdditionalText
    {
        public override string Path { get; } = path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
