using System.Reflection;
using Amazon.SQS;

namespace MLOps.Tests.Unit.AwsSdk;

/// <summary>
/// What is generated can be swapped for the official packages only where both have the same members. One official package
/// can be compared: SQS, which is a JSON service as most of ours are.
/// </summary>
public sealed class OfficialShapeTests
{
    // Written by hand, or with a method for each operation: the cut description has fewer.
    private static readonly string[] WithExtras =
    [
        "Amazon.SQS.IAmazonSQS", "Amazon.SQS.AmazonSQSClient", "Amazon.SQS.Model.ISQSPaginatorFactory", "Amazon.SQS.Model.SQSPaginatorFactory",
        "Amazon.SQS.Model.GetQueueAttributesResponse",
    ];

    private static Dictionary<string, Type> Ours => Types(CompiledClient.Others.Value);

    private static Dictionary<string, Type> Official => Types(typeof(AmazonSQSClient).Assembly);

    [Fact]
    public void GeneratedSqs_ComparedWithOfficial_AddsNothingOfItsOwn()
    {
        Ours.Should().HaveCountGreaterThan(40);
        Ours.Keys.Should().BeSubsetOf(Official.Keys);
        Ours.Values.SelectMany(Members).Should().BeSubsetOf(Official.Values.SelectMany(Members));
    }

    [Fact]
    public void OfficialSqs_ComparedWithGenerated_LacksOnlyWhatIsWrittenByHand()
    {
        var ours = Ours;

        var missing = Official.Where(t => ours.ContainsKey(t.Key) && !WithExtras.Contains(t.Key))
            .SelectMany(t => Members(t.Value).Except(Members(ours[t.Key])));

        // Constructors that take some of the members are named one by one in the official generator's settings.
        missing.Should().OnlyContain(m => m.StartsWith("Amazon.SQS.Model.") && m.Contains(": Void .ctor("));
    }

    private static Dictionary<string, Type> Types(Assembly assembly) =>
        assembly.GetExportedTypes().Where(t => t.Namespace is "Amazon.SQS" or "Amazon.SQS.Model").ToDictionary(t => t.FullName!);

    private static IEnumerable<string> Members(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Select(m => $"{type.FullName}: {m}")
            .Append($"{type.FullName} : {type.BaseType}")
            .Concat(type.GetInterfaces().Where(i => i.Namespace!.StartsWith("Amazon.Runtime", StringComparison.Ordinal)).Select(i => $"{type.FullName} : {i}"));
}
