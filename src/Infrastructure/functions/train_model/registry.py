"""The model registry: a package group for each model, a version for each training job."""
import io
import json
import re
import logging
import tarfile
import uuid

import boto3
from botocore.exceptions import ClientError

log = logging.getLogger()

LARGEST = 5 * 1024 * 1024  # bytes of the job's output.tar.gz that are worth reading for two small files
CONTENT_TYPES = ["text/csv"]  # what a model takes where its training says nothing
ACCEPT = ["application/json"]


# What SageMaker takes as names and values of metadata; a comma is not among it.
ALLOWED = re.compile(r"[\w .:/=+\-@]{1,256}")


def register(sagemaker, model, execution, pipeline, job, bucket, s3=None):
    """
    The ARN of the package of a completed job. A call that is repeated answers the package that it made before: the token is
    made of the job's name.
    """
    s3 = s3 or boto3.client("s3")
    try:
        sagemaker.create_model_package_group(ModelPackageGroupName=model, ModelPackageGroupDescription=f"Versions of {model}, one for each training job")
    except ClientError as e:
        if "already exists" not in e.response["Error"]["Message"]:
            raise
    found = _outputs(s3, job)
    signature = found.get("signature.json", {})
    folder = f"{model}-pipeline/model-packages/{job['TrainingJobName']}"
    request = {
        "ModelPackageGroupName": model,
        "ModelPackageDescription": f"Training job {job['TrainingJobName']}"[:1024],
        "ModelApprovalStatus": "PendingManualApproval",
        "ClientToken": str(uuid.uuid5(uuid.NAMESPACE_URL, job["TrainingJobArn"])),
        "InferenceSpecification": {
            "Containers": [{"Image": job["AlgorithmSpecification"]["TrainingImage"], "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"]}],
            "SupportedContentTypes": signature.get("content_types") or CONTENT_TYPES,
            "SupportedResponseMIMETypes": signature.get("accept") or ACCEPT,
        },
        "MetadataProperties": {"GeneratedBy": job["TrainingJobArn"], "ProjectId": pipeline},
        "CustomerMetadataProperties": _metadata(job, execution, signature),
    }
    if signature.get("task"):
        request.update(Domain="MACHINE_LEARNING", Task={"classification": "CLASSIFICATION", "regression": "REGRESSION"}.get(signature["task"], "OTHER"))
    if signature.get("sample"):
        request["SamplePayloadUrl"] = _put(s3, bucket, f"{folder}/sample.tar.gz", _tar("sample.csv", signature["sample"].encode() + b"\n"))
    if "evaluation.json" in found:
        body = json.dumps(found["evaluation.json"]).encode()
        request["ModelMetrics"] = {"ModelQuality": {"Statistics": {
            "ContentType": "application/json", "S3Uri": _put(s3, bucket, f"{folder}/evaluation.json", body)}}}
    return sagemaker.create_model_package(**request)["ModelPackageArn"]


def decided(event, context):
    """EventBridge tells that somebody answered the approval: the package of that execution takes the same status."""
    detail = event["detail"]
    approved = detail["state"] == "SUCCEEDED"
    sagemaker = boto3.client("sagemaker")
    model = detail["pipeline"].removesuffix("-pipeline")
    package = _of_execution(sagemaker, model, detail["execution-id"])
    if package is None:
        log.info("no package of %s belongs to execution %s", model, detail["execution-id"])
        return
    says = "Approved for production" if approved else "Not approved for production"
    sagemaker.update_model_package(
        ModelPackageArn=package, ModelApprovalStatus="Approved" if approved else "Rejected",
        ApprovalDescription=f"{says} in {detail['pipeline']}, execution {detail['execution-id']}")


def _of_execution(sagemaker, model, execution):
    """The newest package whose training belongs to the execution; None where there is none."""
    pages = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=model, SortBy="CreationTime", SortOrder="Descending")
    for page in pages:
        for summary in page["ModelPackageSummaryList"]:
            described = sagemaker.describe_model_package(ModelPackageName=summary["ModelPackageArn"])
            if described.get("CustomerMetadataProperties", {}).get("execution") == execution:
                return summary["ModelPackageArn"]
    return None


def _metadata(job, execution, signature):
    """At most 50 short texts: where it comes from, how good it is, what it takes."""
    values = {"execution": execution, "training-job": job["TrainingJobName"]}
    if signature.get("features"):
        values["features"] = "/".join(f["name"] for f in signature["features"])
    if signature.get("classes"):
        values["classes"] = "/".join(signature["classes"])
    if signature.get("target"):
        values["target"] = str(signature["target"])
    for metric in job.get("FinalMetricDataList", [])[:40]:
        values[f"metric:{metric['MetricName']}"] = f"{metric['Value']:.6g}"
    return {k[:128]: v for k, v in values.items() if ALLOWED.fullmatch(k) and ALLOWED.fullmatch(v)}


def _outputs(s3, job):
    """The JSON files in the job's output.tar.gz by name; none where there is no such object or it is large."""
    place = job["ModelArtifacts"]["S3ModelArtifacts"]
    if not place.endswith("/model.tar.gz"):
        return {}
    bucket, _, key = place.removeprefix("s3://").removesuffix("model.tar.gz").partition("/")
    try:
        answer = s3.get_object(Bucket=bucket, Key=f"{key}output.tar.gz")
    except ClientError as e:
        if e.response["Error"]["Code"] in ("NoSuchKey", "AccessDenied", "404"):
            return {}
        raise
    if answer.get("ContentLength", 0) > LARGEST:
        return {}
    found = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(answer["Body"].read()), mode="r:gz") as tar:
            for name in ("signature.json", "evaluation.json"):
                member = next((m for m in tar.getmembers() if m.isfile() and m.name.removeprefix("./") == name and m.size <= LARGEST), None)
                if member:
                    value = json.loads(tar.extractfile(member).read())
                    if isinstance(value, dict):
                        found[name] = value
    except (tarfile.TarError, OSError, ValueError) as e:
        log.info("the job's output cannot be read: %s", e)  # the package is as good without it
    return found


def _put(s3, bucket, key, content):
    s3.put_object(Bucket=bucket, Key=key, Body=content)
    return f"s3://{bucket}/{key}"


def _tar(name, content):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
