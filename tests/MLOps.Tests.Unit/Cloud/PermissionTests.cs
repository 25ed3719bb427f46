using System.Net;
using MLOps.Cloud.Access;
using MLOps.Cloud.Faults;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace MLOps.Tests.Unit.Cloud;

/// <summary>The list of permissions against the compiled code, and the policies against the list.</summary>
public sealed class PermissionTests
{
    /// <summary>What the workshop's seeding calls alone, which runs against the local cloud only.</summary>
    private const string Seeding = "MLOps.Cloud.Workshop";

    private static readonly string Iam = Path.Combine(RepoRoot(), "docs/iam");

    [Fact]
    public void Permissions_AgainstTheCompiledCode_AreWhatIsCalledAndNoMore()
    {
        var called = Calls().Distinct().Order(StringComparer.Ordinal).ToList();
        called.Should().HaveCountGreaterThan(50);
        var listed = CloudPermissions.All.Select(p => $"{p.Service}.{p.Operation}").Order(StringComparer.Ordinal).ToList();
        listed.Should().OnlyHaveUniqueItems();
        string.Join(", ", called.Except(listed)).Should().BeEmpty("MLOps.Cloud/Access must list every operation that is called");
        string.Join(", ", listed.Except(called)).Should().BeEmpty("and none that is not");
    }

    [Theory]
    [InlineData("portal.json")]
    [InlineData("read-only.json")]
    [InlineData("sign-off.json")]
    public async Task Policies_InTheDocs_AreTheGeneratedOnes(string file)
    {
        var path = Path.Combine(Iam, file);
        if (Environment.GetEnvironmentVariable("UPDATE_POLICIES") == "1")
            await File.WriteAllTextAsync(path, PolicyDocument.All[file], TestContext.Current.CancellationToken);
        (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Should().Be(PolicyDocument.All[file], "run this test with UPDATE_POLICIES=1 to write the policies anew");
        PolicyDocument.All[file].Length.Should().BeLessThan(6144, "IAM takes no longer managed policy, white space apart");
    }

    [Fact]
    public void Policies_ThatOnlyLookOrSignOff_HoldNothingElse()
    {
        PolicyDocument.All["read-only.json"].Should().NotContain("Create").And.NotContain("Update").And.NotContain("PutApproval").And.NotContain("InvokeEndpoint").And.NotContain("PassRole");
        PolicyDocument.All["sign-off.json"].Should().Contain("codepipeline:PutApprovalResult").And.NotContain("Create").And.NotContain("UpdateEndpoint").And.NotContain("StartPipelineExecution").And.NotContain("PassRole");
        PolicyDocument.All["portal.json"].Should().Contain("iam:PassedToService");
    }

    [Fact]
    public async Task Check_SomeDeniedSomeMissing_TellsThemApart()
    {
        using var cloud = new StubCloud();
        cloud.On("ListEndpoints", """{"Endpoints":[]}""");
        cloud.On("DescribeEndpoint", _ => throw new StubError("ValidationException", "Could not find endpoint"));
        cloud.On("StopTrainingJob", _ => throw new StubError("AccessDeniedException", "User: portal is not authorized to perform: sagemaker:StopTrainingJob"));
        cloud.On("PutApprovalResult", _ => throw new StubError("AccessDeniedException", "not authorized"));
        var findings = await new PermissionCheck(cloud, cloud.Observer).RunAsync("local", TestContext.Current.CancellationToken);
        Of("ListEndpoints").Answer.Should().Be(PermissionAnswer.Allowed);
        Of("DescribeEndpoint").Answer.Should().Be(PermissionAnswer.Allowed, "who hears that it is not there was let in");
        Of("StopTrainingJob").Answer.Should().Be(PermissionAnswer.Denied);
        Of("StopTrainingJob").Words.Should().Contain("not authorized");
        Of("PutApprovalResult").Answer.Should().Be(PermissionAnswer.Denied);
        Of("CreateTrainingJob").Answer.Should().Be(PermissionAnswer.NotAsked);
        Of("ListPipelines").Answer.Should().Be(PermissionAnswer.Unknown, "the stub does not know it");
        cloud.Asked.Select(a => a.Operation).Should().NotContain(o => o.StartsWith("Create", StringComparison.Ordinal), "a check makes nothing");

        PermissionFinding Of(string operation) => findings.Single(f => f.Permission.Operation == operation);
    }

    [Fact]
    public async Task Check_WhatCannotBeAsked_GoesByItsLastUse()
    {
        using var cloud = new StubCloud();
        cloud.On("CreateModel", """{"ModelArn":"arn:aws:sagemaker:us-east-1:123456789012:model/m"}""");
        cloud.On("CreateTrainingJob", _ => throw new StubError("AccessDeniedException", "not authorized to perform: sagemaker:CreateTrainingJob"));
        cloud.On("CreateTransformJob", _ => throw new StubError("ThrottlingException", "Rate exceeded"));
        var sageMaker = cloud.Get<Amazon.SageMaker.IAmazonSageMaker>("local");
        await sageMaker.CreateModelAsync(new() { ModelName = "m", ExecutionRoleArn = "arn:aws:iam::123456789012:role/r" }, TestContext.Current.CancellationToken);
        await FluentActions.Awaiting(() => sageMaker.CreateTrainingJobAsync(new() { TrainingJobName = "j" })).Should().ThrowAsync<CloudException>();
        await FluentActions.Awaiting(() => sageMaker.CreateTransformJobAsync(new() { TransformJobName = "t" })).Should().ThrowAsync<CloudException>();

        var findings = await new PermissionCheck(cloud, cloud.Observer).RunAsync("local", TestContext.Current.CancellationToken);

        Of("CreateModel").Should().Match<PermissionFinding>(f => f.Answer == PermissionAnswer.Allowed && f.UsedAt != null);
        Of("CreateTrainingJob").Should().Match<PermissionFinding>(f => f.Answer == PermissionAnswer.Denied && f.UsedAt != null && f.Words.Contains("not authorized"));
        Of("CreateTransformJob").Answer.Should().Be(PermissionAnswer.NotAsked, "who was told to wait was not told whether they may");
        Of("CreateEndpointConfig").Should().Match<PermissionFinding>(f => f.Answer == PermissionAnswer.NotAsked && f.UsedAt == null);

        PermissionFinding Of(string operation) => findings.Single(f => f.Permission.Operation == operation);
    }

    private static IEnumerable<string> Calls()
    {
        foreach (var assembly in (string[])["MLOps.Cloud.dll", "MLOps.LoadGenerator.dll"])
        {
            var path = Path.Combine(AppContext.BaseDirectory, assembly);
            if (!File.Exists(path))
                continue;
            using var module = ModuleDefinition.ReadModule(path);
            foreach (var type in module.GetTypes().Where(t => !Outermost(t).Namespace.StartsWith(Seeding, StringComparison.Ordinal) && Outermost(t).Namespace != "MLOps.Cloud.Access"))
            {
                foreach (var instruction in type.Methods.Where(m => m.HasBody).SelectMany(m => m.Body.Instructions))
                {
                    if (instruction.Operand is MethodReference called && instruction.OpCode.FlowControl == FlowControl.Call
                        && called.DeclaringType.Namespace.StartsWith("Amazon.", StringComparison.Ordinal) && called.DeclaringType.Name.StartsWith("IAmazon", StringComparison.Ordinal)
                        && called.Name.EndsWith("Async", StringComparison.Ordinal))
                        yield return $"{called.DeclaringType.Namespace["Amazon.".Length..]}.{called.Name[..^"Async".Length]}";
                }
            }
        }
    }

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is null ? type : Outermost(type.DeclaringType);

    private static string RepoRoot([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../.."));
}
