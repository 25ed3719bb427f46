using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.SageMaker;

/// <summary>The model registry and deployment guardrails as boto3 meets them.</summary>
public sealed class RegistryTests(TinyCloudFixture cloud) : IClassFixture<TinyCloudFixture>
{
    [Fact]
    public async Task Boto3_VersionsOfAGroup_AreCountedApprovedAndDeployed()
    {
        var run = await cloud.PythonAsync(TinyCloudFixture.Prelude + """
            queue = client("sqs").create_queue(QueueName="packages")["QueueUrl"]
            client("events").put_rule(Name="packages", EventPattern=json.dumps({"source": ["aws.sagemaker"], "detail-type": ["SageMaker Model Package State Change"]}))
            client("events").put_targets(Rule="packages", Targets=[{"Id": "q", "Arn": "arn:aws:sqs:us-east-1:123456789012:packages"}])
            sm.create_model_package_group(ModelPackageGroupName="iris", ModelPackageGroupDescription="flowers", Tags=[{"Key": "team", "Value": "a"}])
            refused("already exists", sm.create_model_package_group, ModelPackageGroupName="iris")
            one, two = package("iris", ClientToken="t1"), package("iris")
            assert package("iris", ClientToken="t1") == one
            assert one == "arn:aws:sagemaker:us-east-1:123456789012:model-package/iris/1" and two.endswith("/iris/2"), (one, two)
            first = sm.describe_model_package(ModelPackageName=one)
            assert (first["ModelPackageVersion"], first["ModelApprovalStatus"], first["ModelPackageStatus"]) == (1, "PendingManualApproval", "Completed")
            assert first["InferenceSpecification"]["Containers"][0]["ImageDigest"].startswith("sha256:")
            assert first["CustomerMetadataProperties"] == {"metric:accuracy": "0.97"}
            refused("must be Approved", sm.create_model, ModelName="early", ExecutionRoleArn=ROLE, PrimaryContainer={"ModelPackageName": one})
            sm.update_model_package(ModelPackageArn=one, ModelApprovalStatus="Approved", ApprovalDescription="good", CustomerMetadataProperties={"by": "ann"})
            approved = sm.describe_model_package(ModelPackageName=one)
            assert (approved["ModelApprovalStatus"], approved["ApprovalDescription"]) == ("Approved", "good") and approved["CustomerMetadataProperties"]["by"] == "ann"
            assert approved["LastModifiedBy"]["IamIdentity"]["Arn"].startswith("arn:aws:")
            pages = sm.get_paginator("list_model_packages").paginate(ModelPackageGroupName="iris", PaginationConfig={"PageSize": 1})
            assert [p["ModelPackageVersion"] for page in pages for p in page["ModelPackageSummaryList"]] == [2, 1]
            found = sm.list_model_packages(ModelPackageGroupName="iris", ModelApprovalStatus="Approved")["ModelPackageSummaryList"]
            assert [p["ModelPackageArn"] for p in found] == [one]
            sm.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer={"ModelPackageName": one, "Environment": {"B": "2"}})
            container = sm.describe_model(ModelName="m")["PrimaryContainer"]
            assert container["ModelDataUrl"] == DATA and container["ModelPackageName"] == one and container["Environment"] == {"A": "1", "B": "2"}, container
            batch = sm.batch_describe_model_package(ModelPackageArnList=[one, one[:-1] + "9"])
            assert list(batch["ModelPackageSummaries"]) == [one] and len(batch["BatchDescribeModelPackageErrorMap"]) == 1
            refused("delete them first", sm.delete_model_package_group, ModelPackageGroupName="iris")
            for arn in (one, two): sm.delete_model_package(ModelPackageName=arn)
            assert package("iris").endswith("/iris/3")
            refused("does not exist", sm.describe_model_package, ModelPackageName=one)
            told, tries = [], 0
            while len(told) < 4 and tries < 20:
                tries += 1
                told += [json.loads(m["Body"])["detail"] for m in client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=1, MaxNumberOfMessages=10).get("Messages", [])]
            assert [d["ModelApprovalStatus"] for d in told if d["ModelPackageVersion"] == 1].count("Approved") == 1, told
            print("true")
            """);
        run.Succeeded().Json.GetValue<bool>().Should().BeTrue();
    }

    [Fact]
    public async Task Boto3_UnversionedAndBadInput_AreKeptApart()
    {
        var run = await cloud.PythonAsync(TinyCloudFixture.Prelude + """
            arn = sm.create_model_package(ModelPackageName="alone", InferenceSpecification=SPEC)["ModelPackageArn"]
            assert arn.endswith(":model-package/alone") and "ModelApprovalStatus" not in sm.describe_model_package(ModelPackageName="alone")
            assert [p["ModelPackageName"] for p in sm.list_model_packages()["ModelPackageSummaryList"]] == ["alone"]
            refused("does not apply to unversioned", sm.update_model_package, ModelPackageArn=arn, ModelApprovalStatus="Approved")
            refused("Specify either", sm.create_model_package, InferenceSpecification=SPEC)
            refused("does not exist", sm.create_model_package, ModelPackageGroupName="nobody", InferenceSpecification=SPEC)
            refused("Could not access model data", sm.create_model_package, ModelPackageName="lost", InferenceSpecification={"Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://data/none"}]})
            refused("not found", sm.create_model_package, ModelPackageName="lost", InferenceSpecification={"Containers": [{"Image": "x/none:1"}]})
            refused("not both", sm.create_model, ModelName="m2", ExecutionRoleArn=ROLE, PrimaryContainer={"ModelPackageName": arn, "Image": IMAGE})
            sm.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
            assert sm.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
            print("true")
            """);
        run.Succeeded().Json.GetValue<bool>().Should().BeTrue();
    }

    [Fact]
    public async Task Boto3_CanaryUpdate_ShowsWhatIsPendingAndEndsOnTheNewConfig()
    {
        var run = await cloud.PythonAsync(TinyCloudFixture.Prelude + """
            import time
            def config(name):
                sm.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE, "ModelDataUrl": DATA})
                sm.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[{"VariantName": "Main", "ModelName": name, "InitialInstanceCount": 2, "InstanceType": "ml.m5.large"}])
            config("blue"); config("green")
            sm.create_endpoint(EndpointName="e", EndpointConfigName="blue")
            sm.get_waiter("endpoint_in_service").wait(EndpointName="e", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
            def canary(percent, **more):
                return {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": {"Type": "CANARY", "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": percent}, "WaitIntervalInSeconds": 3}, "TerminationWaitInSeconds": 1}, **more}
            refused("between 1 and 50 percent", sm.update_endpoint, EndpointName="e", EndpointConfigName="green", DeploymentConfig=canary(60))
            refused("[none]", sm.update_endpoint, EndpointName="e", EndpointConfigName="green", DeploymentConfig=canary(20, AutoRollbackConfiguration={"Alarms": [{"AlarmName": "none"}]}))
            sm.update_endpoint(EndpointName="e", EndpointConfigName="green", DeploymentConfig=canary(50))
            refused("in-progress", sm.update_endpoint, EndpointName="e", EndpointConfigName="green")
            seen = set()
            for _ in range(600):
                e = sm.describe_endpoint(EndpointName="e")
                if e["EndpointStatus"] == "InService": break
                pending = e["PendingDeploymentSummary"]
                variant = pending["ProductionVariants"][0]
                assert pending["EndpointConfigName"] == "green" and e["EndpointConfigName"] == "blue" and variant["DesiredInstanceCount"] == 2
                seen.add((variant["VariantStatus"][0]["Status"], variant["CurrentWeight"]))
                time.sleep(0.1)
            assert e["EndpointConfigName"] == "green" and "PendingDeploymentSummary" not in e, e
            assert ("Creating", 0.0) in seen and ("Baking", 0.5) in seen and ("Baking", 1.0) in seen, seen
            assert e["LastDeploymentConfig"]["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]["Type"] == "CANARY"
            print("true")
            """);
        run.Succeeded().Json.GetValue<bool>().Should().BeTrue();
    }
}
