using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.Stacks;

/// <summary>Every resource type but SageMaker's is made, changed and removed in the services themselves.</summary>
public sealed class ResourceTypesTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    [Fact]
    public async Task EveryType_CreateUpdateDelete_ReachesItsService()
    {
        var run = await cloud.PythonAsync(StackScript.Go + """
            iam, cw, cp, sqs = client("iam"), client("cloudwatch"), client("codepipeline"), client("sqs")
            out = go("all", "create_stack", sys.argv[1])
            invoke = lambda: json.loads(client("lambda").invoke(FunctionName=out["Function"])["Payload"].read())
            assert invoke() == "one"
            go("all", "update_stack", sys.argv[1], Parameters=[{"ParameterKey": "Step", "ParameterValue": "two"}])
            named = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in cfn.list_stack_resources(StackName="all")["StackResourceSummaries"]}
            assert invoke() == "two"
            assert sorted(iam.list_role_policies(RoleName=named["Role"])["PolicyNames"]) == ["in-two", "p-two"]
            assert iam.get_role(RoleName=named["Role"])["Role"]["Tags"] == [{"Key": "step", "Value": "two"}]
            assert iam.get_policy(PolicyArn=named["Managed"])["Policy"]["DefaultVersionId"] == "v2"
            assert cw.describe_alarms(AlarmNames=[named["Alarm"]])["MetricAlarms"][0]["Threshold"] == 2.5
            assert cp.get_pipeline(name=named["Pipeline"])["pipeline"]["stages"][1]["actions"][0]["name"] == "A-two"
            assert sqs.get_queue_attributes(QueueUrl=named["Queue"], AttributeNames=["VisibilityTimeout"])["Attributes"]["VisibilityTimeout"] == "20"
            assert [t["Id"] for t in client("events").list_targets_by_rule(Rule=named["Rule"])["Targets"]] == ["two"]
            assert [r["repositoryName"] for r in client("codecommit").list_repositories()["repositories"]] == ["kept", "src-two"]
            arn = lambda service, name: f"arn:aws:{service}:us-east-1:123456789012:{name}"
            tags = [
                client("lambda").list_tags(Resource=arn("lambda", "function:" + named["Function"]))["Tags"], sqs.list_queue_tags(QueueUrl=named["Queue"])["Tags"],
                client("logs").list_tags_for_resource(resourceArn=arn("logs", "log-group:" + named["Logs"]))["tags"], client("codecommit").list_tags_for_resource(resourceArn=arn("codecommit", "kept"))["tags"],
                *({t["Key"]: t["Value"] for t in listed} for listed in [client("sns").list_tags_for_resource(ResourceArn=named["Topic"])["Tags"],
                    client("events").list_tags_for_resource(ResourceARN=arn("events", "rule/" + named["Rule"]))["Tags"], cw.list_tags_for_resource(ResourceARN=arn("cloudwatch", "alarm:" + named["Alarm"]))["Tags"],
                    client("ecr").list_tags_for_resource(resourceArn=arn("ecr", "repository/" + named["Images"]))["tags"]])]
            assert tags == [{"step": "two", "in-two": ""}] * 8, tags
            go("all", "delete_stack")
            left = [client("s3").list_buckets()["Buckets"], iam.list_roles()["Roles"], iam.list_policies()["Policies"], cp.list_pipelines()["pipelines"], sqs.list_queues().get("QueueUrls", []),
                client("sns").list_topics()["Topics"], client("lambda").list_functions()["Functions"], client("ecr").describe_repositories()["repositories"], client("events").list_rules()["Rules"],
                client("codebuild").list_projects()["projects"], client("codecommit").list_repositories()["repositories"], cw.describe_alarms()["MetricAlarms"]]
            assert not any(left), left
            print("true")
            """, Path.Combine(AppContext.BaseDirectory, "Stacks", "every-type.yml"));
        run.Succeeded().Json.GetValue<bool>().Should().BeTrue();
    }
}
