using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.Stacks;

/// <summary>CloudFormation, IAM and STS as boto3 and the AWS CLI meet them.</summary>
public sealed class StacksTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private const string Template = """
        AWSTemplateFormatVersion: "2010-09-09"
        Description: A bucket and who may read it
        Parameters:
          Suffix: { Type: String, Default: one }
          Secret: { Type: String, NoEcho: true, Default: hush }
        Resources:
          Bucket:
            Type: AWS::S3::Bucket
            DeletionPolicy: Delete
            Properties:
              BucketName: !Sub deployed-${AWS::AccountId}-${Suffix}
              VersioningConfiguration: { Status: Enabled }
          Reader:
            Type: AWS::IAM::Role
            Properties:
              RoleName: deployed-reader
              Description: !Ref Secret
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
              Policies:
                - PolicyName: read
                  PolicyDocument:
                    Version: 2012-10-17
                    Statement: [{ Effect: Allow, Action: s3:GetObject, Resource: !Sub "${Bucket.Arn}/*" }]
        Outputs:
          Bucket: { Value: !Ref Bucket, Description: Where it lies, Export: { Name: deployed-bucket } }
          Role: { Value: !GetAtt Reader.Arn }
        """;

    [Fact]
    public async Task CliDeploy_NewChangedAndUnchanged_GoesThroughChangeSets()
    {
        var file = Path.Combine(cloud.StateFolder, "template.yml");
        await File.WriteAllTextAsync(file, Template, TestContext.Current.CancellationToken);
        string[] deploy = ["cloudformation", "deploy", "--stack-name", "deployed", "--template-file", file, "--capabilities", "CAPABILITY_NAMED_IAM"];

        (await cloud.AwsAsync(deploy[..^2])).Refused("InsufficientCapabilitiesException");
        await NextSecondAsync();
        (await cloud.AwsAsync(deploy)).Succeeded().Output.Should().Contain("Successfully created/updated stack - deployed");
        await NextSecondAsync();
        (await cloud.AwsAsync([.. deploy, "--parameter-overrides", "Suffix=two", "--tags", "team=iris"])).Succeeded();
        await NextSecondAsync();
        (await cloud.AwsAsync([.. deploy, "--tags", "team=iris", "--no-fail-on-empty-changeset"])).Succeeded().Output.Should().Contain("No changes to deploy");

        var stack = (await cloud.AwsAsync("cloudformation", "describe-stacks", "--stack-name", "deployed")).Succeeded().Json["Stacks"]![0]!;
        stack["StackStatus"]!.GetValue<string>().Should().Be("UPDATE_COMPLETE");
        stack["Outputs"]![0]!["OutputValue"]!.GetValue<string>().Should().Be("deployed-123456789012-two");
        stack["Parameters"]!.AsArray().Single(p => p!["ParameterKey"]!.GetValue<string>() == "Secret")!["ParameterValue"]!.GetValue<string>().Should().Be("****");
        (await cloud.AwsAsync("s3api", "get-bucket-tagging", "--bucket", "deployed-123456789012-two")).Succeeded().Json["TagSet"]![0]!["Value"]!.GetValue<string>().Should().Be("iris");
        (await cloud.AwsAsync("s3api", "head-bucket", "--bucket", "deployed-123456789012-one")).Refused("404");
    }

    /// <summary>The client names its change set by the second, and a name that was executed is taken.</summary>
    private static Task NextSecondAsync() => Task.Delay(1001 - DateTimeOffset.UtcNow.Millisecond);

    [Fact]
    public async Task Boto3_WholeLifeOfAStack_IsAnsweredInItsShapes()
    {
        var run = await cloud.PythonAsync("""
            cfn, s3, iam = client("cloudformation"), client("s3"), client("iam")
            def refused(call, **kw):
                try: call(**kw)
                except ClientError as e: return e.response["Error"]["Code"] + ": " + e.response["Error"]["Message"]
            body = sys.argv[1].replace("deployed", "lived")
            summary = cfn.validate_template(TemplateBody=body)
            assert summary["Capabilities"] == ["CAPABILITY_NAMED_IAM"], summary
            assert [p["ParameterKey"] for p in summary["Parameters"]] == ["Suffix", "Secret"]
            assert refused(cfn.validate_template, TemplateBody="{}") == "ValidationError: Template format error: At least one Resources member must be defined."
            s3.create_bucket(Bucket="templates-here")
            s3.put_object(Bucket="templates-here", Key="a/t.yml", Body=body)
            url = "https://templates-here.s3.us-east-1.amazonaws.com/a/t.yml"
            stack = cfn.create_stack(StackName="lived", TemplateURL=url, Capabilities=["CAPABILITY_NAMED_IAM"], Tags=[{"Key": "a", "Value": "b"}])["StackId"]
            cfn.get_waiter("stack_create_complete").wait(StackName="lived", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
            d = cfn.describe_stacks(StackName=stack)["Stacks"][0]
            assert d["StackStatus"] == "CREATE_COMPLETE" and d["Description"] == "A bucket and who may read it" and d["Tags"] == [{"Key": "a", "Value": "b"}], d
            assert d["CreationTime"].tzinfo and {o["OutputKey"]: o["OutputValue"] for o in d["Outputs"]}["Role"] == "arn:aws:iam::123456789012:role/lived-reader"
            assert "lived-bucket" in [e["Name"] for e in cfn.list_exports()["Exports"]]
            assert {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in cfn.list_stack_resources(StackName="lived")["StackResourceSummaries"]} == {"Bucket": "lived-123456789012-one", "Reader": "lived-reader"}
            assert [r["LogicalResourceId"] for r in cfn.describe_stack_resources(PhysicalResourceId="lived-reader")["StackResources"]] == ["Bucket", "Reader"]
            assert cfn.describe_stack_events(StackName="lived")["StackEvents"][0]["ResourceStatus"] == "CREATE_COMPLETE"
            shown = [e.get("ResourceProperties", "") for e in cfn.describe_stack_events(StackName="lived")["StackEvents"]]
            assert any('"Description":"****"' in s for s in shown) and not any("hush" in s for s in shown), shown
            assert iam.get_role(RoleName="lived-reader")["Role"]["Description"] == "hush"
            assert cfn.get_template(StackName="lived")["TemplateBody"].startswith("AWSTemplateFormatVersion")
            assert iam.get_role_policy(RoleName="lived-reader", PolicyName="read")["PolicyDocument"]["Statement"][0]["Resource"] == "arn:aws:s3:::lived-123456789012-one/*"
            assert refused(cfn.update_stack, StackName="lived", UsePreviousTemplate=True, Capabilities=["CAPABILITY_NAMED_IAM"]) == "ValidationError: No updates are to be performed."
            assert refused(cfn.create_stack, StackName="lived", TemplateBody=body) == "AlreadyExistsException: Stack [lived] already exists"
            assert "lived" in [s["StackName"] for s in cfn.list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]]
            cfn.delete_stack(StackName="lived")
            cfn.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
            assert refused(iam.get_role, RoleName="lived-reader") == "NoSuchEntity: The role with name lived-reader cannot be found."
            print("true")
            """, Template);
        run.Succeeded().Json.GetValue<bool>().Should().BeTrue();
    }

    [Fact]
    public async Task Boto3_RolesPoliciesAndTokens_FollowIam()
    {
        var run = await cloud.PythonAsync("""
            iam, sts = client("iam"), client("sts")
            def refused(call, **kw):
                try: call(**kw)
                except ClientError as e: return e.response["Error"]["Code"]
            trust = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
            allow = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]})
            role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust, Path="/teams/", Tags=[{"Key": "a", "Value": "1"}])["Role"]
            assert role["Arn"] == "arn:aws:iam::123456789012:role/teams/worker" and role["RoleId"].startswith("AROA"), role
            assert iam.get_role(RoleName="worker")["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Action"] == "sts:AssumeRole"
            assert refused(iam.create_role, RoleName="Worker", AssumeRolePolicyDocument=trust) == "EntityAlreadyExists"
            assert refused(iam.create_role, RoleName="other", AssumeRolePolicyDocument=allow) == "MalformedPolicyDocument"
            assert refused(iam.put_role_policy, RoleName="worker", PolicyName="p", PolicyDocument=trust) == "MalformedPolicyDocument"
            assert refused(iam.put_role_policy, RoleName="worker", PolicyName="p", PolicyDocument="{") == "MalformedPolicyDocument"
            iam.put_role_policy(RoleName="worker", PolicyName="p", PolicyDocument=allow)
            arn = iam.create_policy(PolicyName="managed", PolicyDocument=allow)["Policy"]["Arn"]
            iam.attach_role_policy(RoleName="worker", PolicyArn=arn)
            iam.attach_role_policy(RoleName="worker", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
            assert refused(iam.attach_role_policy, RoleName="worker", PolicyArn=arn + "x") == "NoSuchEntity"
            assert [p["PolicyName"] for p in iam.list_attached_role_policies(RoleName="worker")["AttachedPolicies"]] == ["managed", "ReadOnlyAccess"]
            assert refused(iam.delete_policy, PolicyArn=arn) == "DeleteConflict" and refused(iam.delete_role, RoleName="worker") == "DeleteConflict"
            iam.create_policy_version(PolicyArn=arn, PolicyDocument=allow, SetAsDefault=True)
            assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v2" and iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
            given = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="me")
            c = given["Credentials"]
            me = boto3.client("sts", endpoint_url=os.environ["AWS_ENDPOINT_URL"], aws_access_key_id=c["AccessKeyId"], aws_secret_access_key=c["SecretAccessKey"], aws_session_token=c["SessionToken"]).get_caller_identity()
            assert me["Arn"] == "arn:aws:sts::123456789012:assumed-role/worker/me" and me["UserId"] == role["RoleId"] + ":me", me
            assert refused(sts.assume_role, RoleArn="arn:aws:iam::123456789012:role/nobody", RoleSessionName="me") == "AccessDenied"
            for p in (arn, "arn:aws:iam::aws:policy/ReadOnlyAccess"): iam.detach_role_policy(RoleName="worker", PolicyArn=p)
            iam.delete_role_policy(RoleName="worker", PolicyName="p")
            iam.delete_role(RoleName="worker")
            iam.delete_policy_version(PolicyArn=arn, VersionId="v1"); iam.delete_policy(PolicyArn=arn)
            assert refused(iam.get_role, RoleName="worker") == "NoSuchEntity"
            print("true")
            """);
        run.Succeeded().Json.GetValue<bool>().Should().BeTrue();
    }
}
