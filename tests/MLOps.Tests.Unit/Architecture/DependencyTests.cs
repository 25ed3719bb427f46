using System.Reflection;
using System.Runtime.CompilerServices;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Pipelines;
using MLOps.Ledger;
using MLOps.LocalCloud;
using MLOps.Portal;
using MLOps.Portal.Features.Permissions;
using MLOps.Portal.Features.Playground.Cases;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using Mono.Cecil;
using Mono.Cecil.Cil;
using NetArchTest.Rules;

namespace MLOps.Tests.Unit.Architecture;

/// <summary>Dependencies run in one direction: Portal → Cloud → AwsSdk; the local cloud stands apart.</summary>
public sealed class DependencyTests
{
    private static readonly Assembly Portal = typeof(PortalApplication).Assembly;
    private static readonly Assembly LocalCloud = typeof(LocalCloudApplication).Assembly;

    [Fact]
    public void LocalCloud_References_NoAwsSdkAndNoProject() =>
        LocalCloud.GetReferencedAssemblies().Select(a => a.Name)
            .Where(n => n!.StartsWith("AWSSDK", StringComparison.Ordinal) || n.StartsWith("MLOps.", StringComparison.Ordinal))
            .Should().BeEmpty("its parsers must not hide a fault of the SDK's clients, nor theirs one of its own");

    [Fact]
    public void Portal_Types_UseNoAwsSdk() => Names(Types.InAssembly(Portal).That()
            .HaveDependencyOnAny("Amazon").GetTypes())
        .Should().BeEmpty("only MLOps.Cloud speaks to AWS");

    [Fact]
    public void LocalCloud_IsUsed_OnlyWhereThePortalIsComposed() => Names(Types.InAssembly(Portal).That()
            .HaveDependencyOnAny("MLOps.LocalCloud").GetTypes())
        .Where(n => !n.StartsWith("MLOps.Portal.Hosting.", StringComparison.Ordinal) && n != "MLOps.Portal.PortalApplication")
        .Should().BeEmpty("all else reaches the local cloud over HTTP");

    [Fact]
    public void Ledger_References_NothingOfTheProductAndNoPackage() =>
        typeof(Chain).Assembly.GetReferencedAssemblies().Select(a => a.Name)
            .Where(n => n != "netstandard" && !n!.StartsWith("System.", StringComparison.Ordinal))
            .Should().BeEmpty("whoever checks the ledger must have little to trust");

    [Fact]
    public void Features_DoNotReference_EachOther()
    {
        const string root = "MLOps.Portal.Features.";
        var features = Portal.GetTypes().Select(t => t.Namespace).OfType<string>()
            .Where(n => n.StartsWith(root, StringComparison.Ordinal)).Select(n => n[root.Length..].Split('.')[0]).Distinct().ToList();
        features.Should().NotBeEmpty();
        var crossings =
            from feature in features
            let others = features.Where(f => f != feature).Select(f => root + f).ToArray()
            where others.Length > 0
            from type in Types.InAssembly(Portal).That().ResideInNamespace(root + feature).And().HaveDependencyOnAny(others).GetTypes()
            where type.Namespace == root + feature || type.Namespace!.StartsWith(root + feature + ".", StringComparison.Ordinal)
            select type.FullName;
        crossings.Should().BeEmpty();
    }

    [Fact]
    public void Commands_AreCalled_OnlyByWhatPutsThemOnRecord()
    {
        // IApprovalCommands also tells how an approval stands, which is no command.
        var ports = typeof(IPipelineCommands).Assembly.GetExportedTypes()
            .Where(t => t.IsInterface && t.Name.EndsWith("Commands", StringComparison.Ordinal) && t != typeof(IApprovalCommands)).Select(t => t.FullName!).ToArray();
        ports.Should().NotBeEmpty();
        var recorded = Users(typeof(Commander).FullName!, typeof(CommandGate).FullName!, typeof(Recorder).FullName!);
        Users(ports).Except(recorded).Should().BeEmpty("what changes something is in the ledger before it is done: by Commander or CommandGate from a page, by Recorder from a form");
    }

    [Fact]
    public void Commands_OfAPage_DoNotEndWithIt()
    {
        // A lambda that a method hands to the gate, and what the compiler makes of one that is async.
        var gates = new[] { typeof(Commander).FullName, typeof(CommandGate).FullName };
        using var portal = ModuleDefinition.ReadModule(Portal.Location);
        var methods = portal.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody).ToList();
        // A page's own method that hands on to the gate what it is handed is a gate, too.
        var own = methods.Where(m => m.Parameters.Any(p => p.ParameterType.Name.StartsWith("Func`", StringComparison.Ordinal)) && Bodies(m).Any(b => Calls(b, IsGate))).Select(m => m.FullName).ToHashSet();
        var commands =
            from method in methods
            where Calls(method, called => IsGate(called) || own.Contains(called.FullName))
            from instruction in method.Body.Instructions
            where instruction.OpCode == OpCodes.Ldftn
            select ((MethodReference)instruction.Operand).Resolve();
        var bodies = commands.SelectMany(Bodies).ToList();
        bodies.Select(b => Outermost(b.DeclaringType).FullName).Should().Contain(typeof(CasesPanel).FullName, "it has a gate of its own");
        // The check of permissions only asks.
        bodies.Where(b => b.Body.Instructions.Any(i => i.Operand is MethodReference { Name: "get_Gone" })).Select(b => Outermost(b.DeclaringType).FullName)
            .Where(page => page != typeof(PermissionsPage).FullName)
            .Should().BeEmpty("what a person has ordered is done, also when they go on to another page meanwhile");

        bool IsGate(MethodReference called) => called.Name == "RunAsync" && gates.Contains(called.DeclaringType.FullName);
    }

    private static bool Calls(MethodDefinition method, Func<MethodReference, bool> which) => method.Body.Instructions.Any(i => i.Operand is MethodReference called && which(called));

    /// <summary>A method, and what the compiler makes of it where it is async.</summary>
    private static IEnumerable<MethodDefinition> Bodies(MethodDefinition method) => method.Body.Variables.Select(v => v.VariableType.Resolve()).OfType<TypeDefinition>()
        .Where(t => t.Interfaces.Any(i => i.InterfaceType.Name == nameof(IAsyncStateMachine))).SelectMany(t => t.Methods).Where(m => m.Name == "MoveNext").Append(method);

    /// <summary>The types that use one of these; what the compiler makes of a lambda belongs to its type.</summary>
    private static HashSet<string> Users(params string[] types) =>
        [.. Types.InAssembly(Portal).That().HaveDependencyOnAny(types).GetTypes().Select(Outermost).Select(t => t.FullName!)];

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<string> Names(IEnumerable<Type> types) => types.Select(t => t.FullName!);
}
