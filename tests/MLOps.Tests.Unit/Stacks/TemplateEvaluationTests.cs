using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks;
using MLOps.LocalCloud.Engine.Stacks.Model;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Engine.Stacks.Templates;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Unit.Stacks;

public sealed class TemplateEvaluationTests
{
    private static readonly StackIdentity Identity = new("arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1", "shop", StackBench.Scope);

    /// <summary>The value of an output's expression; one topic exists, and one export.</summary>
    private static string Evaluate(string expression, string sections = "")
    {
        var template = Template.Parse($$"""
            {{sections}}
            Resources:
              Topic: { Type: AWS::SNS::Topic }
            Outputs:
              Out:
                Value: {{expression}}
            """);
        var input = new StackInput { Template = template.Text, Parameters = ParameterValues.Resolve(template, [], null) };
        var blueprint = new Blueprint(template, input, Identity, ResourceTypes.All, Import);
        var topic = new StackResource
        {
            Id = "Topic", Type = "AWS::SNS::Topic", Status = "CREATE_COMPLETE", Timestamp = default,
            Current = new PhysicalResource { Name = "t", PhysicalId = "arn:t", Properties = [], Attributes = new JsonObject { ["TopicName"] = "t" } },
        };
        return blueprint.Outputs(new StackValues(id => id == "Topic" ? topic : null, Import)).Single().Value;
    }

    private static string Import(string name) => name == "bucket" ? "mlops" : throw StackErrors.Validation($"No export named {name} found.");

    [Theory]
    [InlineData("!Ref Topic", "arn:t")]
    [InlineData("!GetAtt Topic.TopicName", "t")]
    [InlineData("!Ref AWS::Region", "us-east-1")]
    [InlineData("!Sub 'x-${AWS::AccountId}-${Topic.TopicName}-${!Kept}-${Topic}'", "x-123456789012-t-${Kept}-arn:t")]
    [InlineData("!Sub ['${A}${AWS::StackName}', {A: !ImportValue bucket}]", "mlopsshop")]
    [InlineData("!Join ['-', [a, !Ref Topic, 1.0, true]]", "a-arn:t-1.0-true")]
    [InlineData("!Join [',', !GetAZs '']", "us-east-1a,us-east-1b,us-east-1c")]
    [InlineData("!Select [1, !Split ['|', 'a|b|c']]", "b")]
    [InlineData("!Select ['0', !Ref List]", "one")]
    [InlineData("!If [IsDev, dev, prd]", "dev")]
    [InlineData("!If [Neither, dev, !If [Both, both, prd]]", "both")]
    [InlineData("!FindInMap [Sizes, !Ref Stage, Type]", "ml.m5.large")]
    [InlineData("{ 'Fn::Base64': !Sub '${Stage}' }", "ZGV2")]
    [InlineData("!Select [1, !Cidr ['10.0.0.0/16', 3, 8]]", "10.0.1.0/24")]
    [InlineData("!Sub '${Count}'", "1.50")]
    [InlineData("2012-10-17", "2012-10-17")]
    public void Function_OfEachKind_GivesAwsValue(string expression, string expected) => Evaluate(expression, """
        Parameters:
          Stage: { Type: String, Default: dev }
          List: { Type: CommaDelimitedList, Default: 'one, two' }
          Count: { Type: Number, Default: 1.50 }
        Mappings:
          Sizes: { dev: { Type: ml.m5.large }, prd: { Type: ml.m5.xlarge } }
        Conditions:
          IsDev: !Equals [!Ref Stage, dev]
          Neither: !Not [!Condition IsDev]
          Both: !And [!Condition IsDev, !Or [!Equals [a, b], !Equals [!Ref Count, '1.50']]]
        """).Should().Be(expected);

    [Fact]
    public void LanguageExtensions_LengthAndToJsonString_AreEvaluated() =>
        Evaluate("!Sub ['${L} ${J}', {L: !Length [1, 2], J: !ToJsonString {a: [!Ref AWS::Region]}}]", "Transform: AWS::LanguageExtensions")
            .Should().Be("""2 {"a":["us-east-1"]}""");

    [Theory]
    [InlineData("!Ref Nobody", "Template format error: Unresolved resource dependencies [Nobody] in the Outputs block of the template")]
    [InlineData("!GetAtt Nobody.Arn", "Template error: instance of Fn::GetAtt references undefined resource Nobody")]
    [InlineData("!GetAtt Topic.Color", "Template error: resource Topic does not support attribute type Color in Fn::GetAtt")]
    [InlineData("!Sub '${Nobody}'", "Template format error: Unresolved resource dependencies [Nobody] in the Outputs block of the template")]
    [InlineData("!ImportValue nothing", "No export named nothing found.")]
    [InlineData("!FindInMap [Sizes, dev, Type]", "Template error: Mapping named 'Sizes' is not present in the 'Mappings' section of template.")]
    [InlineData("!If [Missing, a, b]", "Template format error: Unresolved condition dependency Missing in the Outputs block of the template")]
    [InlineData("!Select [5, [a]]", "Template error: Fn::Select cannot select nonexistent value at index 5")]
    [InlineData("!Length [a]", "Template error: Fn::Length needs Transform: AWS::LanguageExtensions.")]
    [InlineData("{ 'Fn::Transform': { Name: 'AWS::Include' } }", "Template error: Encountered unsupported function: Fn::Transform *")]
    [InlineData("!Foo x", "Template format error: YAML not well-formed. (line 6, column 12): the tag !Foo is not known.")]
    public void Function_ThatIsWrong_IsRefused(string expression, string message)
    {
        var evaluate = () => Evaluate(expression);
        evaluate.Should().Throw<AwsException>().WithMessage(message).Which.Code.Should().Be("ValidationError");
    }

    [Theory]
    [InlineData("{\"Resources\": {", "Template format error: JSON not well-formed. (line 1, column *")]
    [InlineData("a: [", "Template format error: YAML not well-formed. (line *")]
    [InlineData("", "Template format error: YAML not well-formed. (line 1, column 1)")]
    [InlineData("just text", "Template format error: unsupported structure.")]
    [InlineData("Resources: {}", "Template format error: At least one Resources member must be defined.")]
    [InlineData("Resources: { A: { Type: AWS::SNS::Topic } }\nOutput: {}", "Template format error: Invalid template property or properties [Output]")]
    [InlineData("Resources: { A: { Type: AWS::SNS::Topic, Propertys: {} } }", "Template format error: Invalid template resource property 'Propertys'")]
    [InlineData("Resources: { A: { Properties: {} } }", "*Every Resources object must contain a Type member.")]
    [InlineData("Resources: { A-B: { Type: AWS::SNS::Topic } }", "Template format error: Resource name A-B is non alphanumeric.")]
    [InlineData("Resources: { A: { Type: AWS::SNS::Topic, Properties: { TopicName: } } }", "*'null' values are not allowed in templates")]
    [InlineData("Resources: { A: { Type: AWS::SNS::Topic, DeletionPolicy: Snapshot } }", "Template error: resource type AWS::SNS::Topic does not support deletion policy Snapshot")]
    [InlineData("Transform: AWS::Serverless-2016-10-31\nResources: { A: { Type: AWS::SNS::Topic } }", "The local cloud does not offer the transform AWS::Serverless-2016-10-31.")]
    [InlineData("Rules: {}\nResources: { A: { Type: AWS::SNS::Topic } }", "The local cloud does not offer the template section Rules.")]
    [InlineData("Resources: { A: { Type: AWS::EC2::Instance }, B: { Type: X } }", "Template format error: Unrecognized resource types: [AWS::EC2::Instance, X]")]
    [InlineData("Resources: { A: { Type: AWS::SNS::Topic, Properties: { Nam: x } } }", "*resource A with message: Encountered unsupported property Nam")]
    [InlineData("Resources: { A: { Type: AWS::SNS::Topic, Properties: { FifoTopic: maybe } } }", "*#/FifoTopic: expected type: Boolean, found: String")]
    [InlineData("Resources: { A: { Type: AWS::SNS::Topic, Properties: { ArchivePolicy: {} } } }", "*The local cloud does not offer the property ArchivePolicy of AWS::SNS::Topic")]
    [InlineData("Resources: { A: { Type: AWS::SNS::Subscription, Properties: { Protocol: sqs } } }", "*#: required key [TopicArn] not found")]
    [InlineData("Resources: { A: { Type: AWS::SNS::Topic, DependsOn: B }, B: { Type: AWS::SNS::Topic, Properties: { DisplayName: !Ref A } } }", "*Circular dependency between resources: [A, B]")]
    [InlineData("Resources: { A: { Type: AWS::SNS::Topic, Properties: { DisplayName: !GetAtt A.TopicName } } }", "*Circular dependency between resources: [A]")]
    [InlineData("Conditions: { C: !Equals [!Ref A, x] }\nResources: { A: { Type: AWS::SNS::Topic } }", "*Unresolved dependencies [A]. Cannot reference resources in the Conditions block of the template")]
    [InlineData("Conditions: { C: !Not [!Condition D], D: !Not [!Condition C] }\nResources: { A: { Type: AWS::SNS::Topic, Condition: C } }", "*Circular dependency between conditions*")]
    [InlineData("Conditions: { C: !Equals [a, b] }\nResources: { A: { Type: AWS::SNS::Topic, Condition: C }, B: { Type: AWS::SNS::Topic, Properties: { DisplayName: !Ref A } } }", "*Unresolved resource dependencies [A] in the Resources block of the template")]
    public void Template_ThatIsWrong_IsRefusedWithAwsMessage(string text, string message)
    {
        var make = () => new Blueprint(Template.Parse(text), new StackInput { Template = text }, Identity, ResourceTypes.All, Import);
        make.Should().Throw<AwsException>().WithMessage(message).Which.Code.Should().Be("ValidationError");
    }

    [Fact]
    public void Template_ThatGrowsOrNestsWithoutBound_IsRefused()
    {
        var bomb = string.Join('\n', Enumerable.Range(0, 12).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat(i == 0 ? "x" : $"*a{i - 1}", 9))}]"));
        foreach (var text in (string[])[bomb, new string('[', 20_000), "{\"Resources\":" + new string('[', 20_000)])
        {
            var parse = () => Template.Parse(text);
            parse.Should().Throw<AwsException>().Which.Code.Should().Be("ValidationError");
        }
    }

    [Fact]
    public void Graph_OfConditionsAndReferences_HoldsWhatIsUsed()
    {
        var template = Template.Parse("""
            Conditions: { Off: !Equals [a, b] }
            Resources:
              A: { Type: AWS::SNS::Topic }
              B: { Type: AWS::SNS::Topic, Condition: Off }
              C: { Type: AWS::SNS::Topic, DependsOn: [B, A], Properties: { DisplayName: !If [Off, !Ref B, !Sub '${D.TopicName}'], TopicName: !If [Off, x, !Ref AWS::NoValue] } }
              D: { Type: AWS::SNS::Topic }
            """);
        var blueprint = new Blueprint(template, new StackInput { Template = "" }, Identity, ResourceTypes.All, Import);
        blueprint.Graph.Keys.Should().BeEquivalentTo("A", "C", "D");
        blueprint.Graph["C"].Should().BeEquivalentTo("A", "D");
        blueprint.Properties("C", new StackValues(_ => null, Import)).ContainsKey("TopicName").Should().BeFalse();
    }

    [Theory]
    [InlineData("{ Type: String, AllowedValues: [a, b] }", "c", "Parameter 'P' must be one of AllowedValues [a, b]")]
    [InlineData("{ Type: String, AllowedPattern: '[a-z]+' }", "A1", "Parameter P failed to satisfy constraint: Parameter P must match pattern [a-z]+")]
    [InlineData("{ Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: only letters }", "A1", "Parameter P failed to satisfy constraint: only letters")]
    [InlineData("{ Type: String, MinLength: 3 }", "ab", "Parameter 'P' must contain at least 3 characters")]
    [InlineData("{ Type: String, MaxLength: '3' }", "abcd", "Parameter 'P' must contain at most 3 characters")]
    [InlineData("{ Type: Number, MinValue: 2 }", "1", "Parameter 'P' must be a number not less than 2")]
    [InlineData("{ Type: Number, MaxValue: 2 }", "3", "Parameter 'P' must be a number not greater than 2")]
    [InlineData("{ Type: Number }", "many", "Parameter 'P' must be a number.")]
    [InlineData("{ Type: 'List<Number>' }", "1,x", "Parameter 'P' must be a number.")]
    [InlineData("{ Type: String }", null, "Parameters: [P] must have values")]
    [InlineData("{ Type: Strings }", "x", "Template format error: Unrecognized parameter type: Strings")]
    [InlineData("{ Type: 'AWS::SSM::Parameter::Value<String>' }", "x", "The local cloud does not offer the type AWS::SSM::Parameter::Value<String> of parameter P*")]
    public void Parameter_OutOfBounds_IsRefused(string declared, string? value, string message)
    {
        var resolve = () => ParameterValues.Resolve(Template.Parse($"Parameters: {{ P: {declared} }}\nResources: {{ A: {{ Type: AWS::SNS::Topic }} }}"),
            value is null ? [] : [new JsonObject { ["ParameterKey"] = "P", ["ParameterValue"] = value }], null);
        resolve.Should().Throw<AwsException>().WithMessage(message);
    }
}
