import importlib
import io
import json
import pathlib
import sys
import tarfile
import zipfile

import pytest
from botocore.exceptions import ClientError

FUNCTION = pathlib.Path(__file__).parents[1] / "functions" / "train_model"
WORKSHOP = pathlib.Path(__file__).parents[1] / "workshop" / "iris-model"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mlops-dispatcher"


class Cloud:
    """The few operations that the function calls, as the services answer them."""

    def __init__(self):
        self.objects, self.jobs, self.endpoints, self.results = {}, {}, {}, []
        self.groups, self.packages = [], {}
        self.refuse = None

    def client(self, service, **_):
        return self

    def get_object(self, Bucket, Key):
        if (Bucket, Key) not in self.objects:
            raise error("NoSuchKey", "The specified key does not exist.")
        return {"Body": io.BytesIO(self.objects[Bucket, Key])}

    def put_object(self, Bucket, Key, Body):
        self.objects[Bucket, Key] = Body

    def describe_images(self, registryId, repositoryName, imageIds):
        if repositoryName != "mlops-dispatcher":
            raise error("RepositoryNotFoundException", "no such repository")
        return {"imageDetails": [{"imageDigest": "sha256:" + "a" * 64}]}

    def create_training_job(self, **request):
        if self.refuse:
            raise self.refuse
        self.jobs[request["TrainingJobName"]] = {
            **request, "TrainingJobStatus": "InProgress", "SecondaryStatus": "Training",
            "TrainingJobArn": f"arn:aws:sagemaker:us-east-1:123456789012:training-job/{request['TrainingJobName']}",
            "ModelArtifacts": {"S3ModelArtifacts": "s3://b/models/m/output/model.tar.gz"}}

    def describe_training_job(self, TrainingJobName):
        if TrainingJobName not in self.jobs:
            raise error("ValidationException", "Requested resource not found.")
        return self.jobs[TrainingJobName]

    def describe_endpoint(self, EndpointName):
        if EndpointName not in self.endpoints:
            raise error("ValidationException", "Could not find endpoint")
        return self.endpoints[EndpointName]

    def describe_endpoint_config(self, EndpointConfigName):
        return {"ProductionVariants": [{"VariantName": "Champion", "ModelName": "old"}, {"VariantName": "Challenger", "ModelName": "newer"}]}

    def describe_model(self, ModelName):
        return {"PrimaryContainer": {"Image": IMAGE, "ModelDataUrl": f"s3://b/{ModelName}"}}

    def create_model_package_group(self, ModelPackageGroupName, **_):
        if ModelPackageGroupName in self.groups:
            raise error("ValidationException", "Model Package Group already exists: arn")
        self.groups.append(ModelPackageGroupName)

    def create_model_package(self, **request):
        same = [arn for arn, p in self.packages.items() if p["ClientToken"] == request["ClientToken"]]
        arn = same[0] if same else f"arn:aws:sagemaker:us-east-1:123456789012:model-package/iris-model/{len(self.packages) + 1}"
        self.packages.setdefault(arn, request)
        return {"ModelPackageArn": arn}

    def describe_model_package(self, ModelPackageName):
        return self.packages[ModelPackageName]

    def update_model_package(self, ModelPackageArn, **changes):
        self.packages[ModelPackageArn].update(changes)

    def get_paginator(self, operation):
        assert operation == "list_model_packages"
        return self

    def paginate(self, ModelPackageGroupName, **_):
        return [{"ModelPackageSummaryList": [{"ModelPackageArn": arn} for arn in reversed(self.packages)]}]

    def put_job_success_result(self, **result):
        self.results.append(("success", result))

    def put_job_failure_result(self, **result):
        self.results.append(("failure", result))


def error(code, message):
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


@pytest.fixture
def cloud(monkeypatch):
    monkeypatch.syspath_prepend(str(FUNCTION))
    for name in ("index", "training", "deployment", "artifacts", "registry"):
        sys.modules.pop(name, None)
    import boto3
    cloud = Cloud()
    monkeypatch.setattr(boto3, "client", cloud.client)
    cloud.handler = importlib.import_module("index").handler
    yield cloud


def files(**changes):
    found = {n: (WORKSHOP / n).read_text().replace("{account}", "123456789012").replace("{region}", "us-east-1").replace("{bucket}", "b")
             for n in ("trainingjob.json", "deployment.json")}
    return {n: c for n, c in {**found, **changes}.items() if c is not None}


def call(cloud, contents, token=None, execution="e1"):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as z:
        for name, content in contents.items():
            z.writestr(name, content)
    cloud.objects["b", "in"] = packed.getvalue()
    place = lambda key: {"location": {"s3Location": {"bucketName": "b", "objectKey": key}}}
    data = {"actionConfiguration": {"configuration": {"UserParameters": json.dumps({"model": "iris-model", "execution": execution})}},
            "inputArtifacts": [place("in")], "outputArtifacts": [place("out")]}
    if token:
        data["continuationToken"] = token
    cloud.handler({"CodePipeline.job": {"id": "j", "data": data}}, None)
    return cloud.results[-1]


def changed(name, change):
    value = json.loads(files()[name])
    change(value)
    return files(**{name: json.dumps(value)})


def trained(cloud, contents):
    kind, result = call(cloud, contents)
    assert kind == "success"
    next(iter(cloud.jobs.values()))["TrainingJobStatus"] = "Completed"
    kind, result = call(cloud, contents, result["continuationToken"])
    assert (kind, result.get("continuationToken")) == ("success", None)
    with zipfile.ZipFile(io.BytesIO(cloud.objects["b", "out"])) as z:
        return {n: z.read(n) for n in z.namelist()}


def test_a_job_is_started_followed_and_turned_into_deployment_files(cloud):
    kind, started = call(cloud, files())
    assert kind == "success" and list(cloud.jobs) == ["iris-model-e1"]
    job = cloud.jobs["iris-model-e1"]
    assert job["AlgorithmSpecification"]["TrainingImage"] == f"{IMAGE}@sha256:{'a' * 64}"
    kind, waiting = call(cloud, files(), started["continuationToken"])
    assert waiting["continuationToken"] == started["continuationToken"]
    job.update(TrainingJobStatus="Completed", FinalMetricDataList=[{"MetricName": "accuracy", "Value": 0.9667}])
    kind, done = call(cloud, files(), waiting["continuationToken"])
    assert "accuracy 0.9667" in done["executionDetails"]["summary"] and done["outputVariables"]["TrainingJobName"] == "iris-model-e1"
    with zipfile.ZipFile(io.BytesIO(cloud.objects["b", "out"])) as z:
        production = json.loads(z.read("production.json"))["Parameters"]
        assert {"deploy-development.yml", "deploy-production.yml", "development.json"} <= set(z.namelist())
    assert production["EndpointName"] == "iris-model-production"
    assert (production["InitialInstanceCount"], production["MaxCapacity"], production["TargetValue"]) == ("2", "10", "750")
    assert "ChampionModelDataUrl" not in production


def test_a_completed_job_becomes_a_version_that_waits_for_approval(cloud):
    signature = {"task": "classification", "classes": ["a", "b"], "features": [{"name": "x"}, {"name": "y"}], "target": "z",
                 "content_types": ["text/csv", "application/json"], "accept": ["application/json"], "sample": "1,2"}
    cloud.objects["b", "models/m/output/output.tar.gz"] = tarred({"signature.json": signature, "evaluation.json": {"rows": 3}})
    trained(cloud, files())
    package, = cloud.packages.values()
    assert package["ModelApprovalStatus"] == "PendingManualApproval" and cloud.groups == ["iris-model"]
    assert package["InferenceSpecification"]["SupportedContentTypes"] == ["text/csv", "application/json"]
    assert package["CustomerMetadataProperties"]["features"] == "x/y"
    assert package["MetadataProperties"]["GeneratedBy"].endswith("training-job/iris-model-e1")
    bucket, key = package["SamplePayloadUrl"].removeprefix("s3://").split("/", 1)
    with tarfile.open(fileobj=io.BytesIO(cloud.objects[bucket, key]), mode="r:gz") as tar:
        assert tar.extractfile("sample.csv").read() == b"1,2\n"
    bucket, key = package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"].removeprefix("s3://").split("/", 1)
    assert json.loads(cloud.objects[bucket, key]) == {"rows": 3}


def test_a_repeated_last_call_registers_one_version(cloud):
    kind, result = call(cloud, files())
    cloud.jobs["iris-model-e1"]["TrainingJobStatus"] = "Completed"
    call(cloud, files(), result["continuationToken"])
    kind, done = call(cloud, files(), result["continuationToken"])
    assert len(cloud.packages) == 1 and done["outputVariables"]["ModelPackageArn"].endswith("/iris-model/1")


@pytest.mark.parametrize("output", [b"no archive", None])
def test_a_job_whose_output_says_nothing_is_registered_all_the_same(cloud, output):
    if output:
        cloud.objects["b", "models/m/output/output.tar.gz"] = output
    trained(cloud, files())
    package, = cloud.packages.values()
    assert package["InferenceSpecification"]["SupportedContentTypes"] == ["text/csv"] and "SamplePayloadUrl" not in package


@pytest.mark.parametrize("state, status", [("SUCCEEDED", "Approved"), ("FAILED", "Rejected")])
def test_an_answered_approval_marks_the_version_of_its_execution(cloud, state, status):
    trained(cloud, files())
    other = next(iter(cloud.packages.values()))
    cloud.packages["arn:2"] = {**other, "ClientToken": "t", "CustomerMetadataProperties": {"execution": "e2"}}
    importlib.import_module("registry").decided({"detail": {"pipeline": "iris-model-pipeline", "execution-id": "e2", "state": state}}, None)
    assert cloud.packages["arn:2"]["ModelApprovalStatus"] == status and "execution e2" in cloud.packages["arn:2"]["ApprovalDescription"]
    assert other["ModelApprovalStatus"] == "PendingManualApproval"


def tarred(contents):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, value in contents.items():
            body = json.dumps(value).encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
    return packed.getvalue()


def test_every_parameter_that_is_written_is_one_of_its_template(cloud):
    cloud.endpoints["iris-model-production"] = {"EndpointConfigName": "c", "ProductionVariants": [{"VariantName": "Champion", "CurrentWeight": 1}]}
    def all_on(value):
        for key in ("DevelopmentEndpoint", "ProductionEndpoint"):
            value[key].update(ABTests=True, InferenceMonitoring=True, InferenceMonitoringOutputBucket="b")
    written = trained(cloud, changed("deployment.json", all_on))
    for environment in ("development", "production"):
        template = (FUNCTION / f"deploy-{environment}.yml").read_text()
        known = template.split("Parameters:")[1].split("\nConditions:")[0]
        for name in json.loads(written[f"{environment}.json"])["Parameters"]:
            assert f"\n  {name}:\n" in known, name


def test_with_ab_tests_the_variant_with_most_traffic_stays_as_champion(cloud):
    cloud.endpoints["iris-model-production"] = {"EndpointConfigName": "c", "ProductionVariants": [
        {"VariantName": "Champion", "CurrentWeight": 0.2}, {"VariantName": "Challenger", "CurrentWeight": 0.8}]}
    written = trained(cloud, changed("deployment.json", lambda v: v["ProductionEndpoint"].update(ABTests=True)))
    production = json.loads(written["production.json"])["Parameters"]
    assert (production["ChampionModelDataUrl"], production["ChampionWeight"]) == ("s3://b/newer", "0.8")


def test_a_failed_job_fails_the_action_with_the_models_own_words(cloud):
    _, started = call(cloud, files())
    cloud.jobs["iris-model-e1"].update(TrainingJobStatus="Failed", FailureReason="AlgorithmError: hyperparameter 'svm_C' is not known")
    kind, result = call(cloud, files(), started["continuationToken"])
    assert kind == "failure" and "hyperparameter 'svm_C' is not known" in result["failureDetails"]["message"]
    assert result["failureDetails"]["externalExecutionId"] == "iris-model-e1"


def test_a_repeated_first_call_finds_its_job_and_a_retry_after_failure_starts_another(cloud):
    call(cloud, files())
    call(cloud, files())
    assert list(cloud.jobs) == ["iris-model-e1"]
    cloud.jobs["iris-model-e1"]["TrainingJobStatus"] = "Failed"
    _, result = call(cloud, files())
    assert list(cloud.jobs) == ["iris-model-e1", "iris-model-e1-2"] and "iris-model-e1-2" in result["continuationToken"]


@pytest.mark.parametrize("contents, reason", [
    (files(**{"trainingjob.json": None}), "lacks trainingjob.json"),
    (files(**{"deployment.json": "{"}), "deployment.json is not JSON"),
    (files(**{"trainingjob.json": "[]"}), "must be a JSON object"),
    (changed("deployment.json", lambda v: v.pop("EndpointPrefix")), "EndpointPrefix is missing"),
    (changed("deployment.json", lambda v: v["ProductionEndpoint"].update(InitialInstanceCount=0)), "InitialInstanceCount must be a number of at least 1"),
    (changed("deployment.json", lambda v: v["ProductionEndpoint"]["AutoScaling"].update(MinCapacity=20)), "MinCapacity 20 above MaxCapacity 10"),
    (changed("deployment.json", lambda v: v["DevelopmentEndpoint"].update(InferenceMonitoring=True)), "no InferenceMonitoringOutputBucket"),
    (changed("trainingjob.json", lambda v: v["AlgorithmSpecification"].pop("TrainingImage")), "TrainingImage is missing"),
    (changed("trainingjob.json", lambda v: v["AlgorithmSpecification"].update(TrainingImage=IMAGE.replace("dispatcher", "lost"))), "there is no image"),
])
def test_a_broken_upload_fails_the_action_before_any_training_and_says_what_to_mend(cloud, contents, reason):
    kind, result = call(cloud, contents)
    assert kind == "failure" and reason in result["failureDetails"]["message"] and not cloud.jobs


def test_an_upload_that_is_no_zip_says_so(cloud):
    cloud.get_object = lambda Bucket, Key: {"Body": io.BytesIO(b"hello")}
    kind, result = call(cloud, files())
    assert kind == "failure" and "no zip file" in result["failureDetails"]["message"]


def test_what_sagemaker_refuses_is_told_but_throttling_is_left_to_lambda(cloud):
    cloud.refuse = error("ValidationException", "InstanceType ml.huge is unknown")
    kind, result = call(cloud, files())
    assert kind == "failure" and "InstanceType ml.huge is unknown" in result["failureDetails"]["message"]
    cloud.refuse = error("ThrottlingException", "Rate exceeded")
    with pytest.raises(ClientError):
        call(cloud, files(), execution="e2")
