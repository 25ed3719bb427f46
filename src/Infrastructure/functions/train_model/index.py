"""
CodePipeline's action Train/TrainModel.

The upload (trainingjob.zip) holds trainingjob.json, a CreateTrainingJob request, and deployment.json. The first call starts
the training job and answers with a continuation token; CodePipeline calls again with it until the job has ended. Then the
action's output artifact holds the deployment templates with one parameter file each for development and production, and the
model registry a new version, which waits for approval.
"""
import json
import logging
import pathlib

import boto3
from botocore.exceptions import ClientError

import artifacts
import deployment
import registry
import training

log = logging.getLogger()
log.setLevel(logging.INFO)
HERE = pathlib.Path(__file__).parent


def handler(event, context):
    job = event["CodePipeline.job"]
    pipeline = boto3.client("codepipeline")
    try:
        answer = step(job)
    except (training.UploadError, training.JobFailed) as e:
        log.info("the action fails: %s", e)
        details = {"type": "JobFailed", "message": str(e)[:4900]}
        if getattr(e, "job_name", None):
            details["externalExecutionId"] = e.job_name
        pipeline.put_job_failure_result(jobId=job["id"], failureDetails=details)
        return
    except ClientError as e:
        code = e.response["Error"]["Code"]
        if code in training.PASSING_FAULTS:
            raise  # Lambda calls again
        pipeline.put_job_failure_result(jobId=job["id"], failureDetails={"type": "JobFailed", "message": str(e)[:4900]})
        return
    pipeline.put_job_success_result(jobId=job["id"], **answer)


def step(job):
    """What to tell CodePipeline: still at work (with a token), or done."""
    data = job["data"]
    token = json.loads(data["continuationToken"]) if data.get("continuationToken") else None
    settings = user_parameters(data)
    sagemaker = boto3.client("sagemaker")
    if token is None:
        files = artifacts.read(data["inputArtifacts"][0], data.get("artifactCredentials"))
        request = training.read(files)
        deployment.read(files)  # a fault in deployment.json is told before the training, not after it
        request["AlgorithmSpecification"]["TrainingImage"] = training.pin(request["AlgorithmSpecification"]["TrainingImage"])
        name = training.start(sagemaker, request, settings["model"], settings["execution"])
        return {"continuationToken": json.dumps({"job": name}),
                "executionDetails": {"summary": f"training job {name} started", "externalExecutionId": name, "percentComplete": 5}}

    name = token["job"]
    found = sagemaker.describe_training_job(TrainingJobName=name)
    status = found["TrainingJobStatus"]
    if status in ("InProgress", "Stopping"):
        return {"continuationToken": json.dumps(token),
                "executionDetails": {"summary": f"training job {name}: {found['SecondaryStatus']}",
                                     "externalExecutionId": name, "percentComplete": training.percent(found["SecondaryStatus"])}}
    if status != "Completed":
        raise training.JobFailed(name, status, found.get("FailureReason"))

    files = artifacts.read(data["inputArtifacts"][0], data.get("artifactCredentials"))
    wanted = deployment.read(files)
    written = deployment.files(wanted, found, sagemaker, settings["model"])
    for template in ("deploy-development.yml", "deploy-production.yml"):
        written[template] = (HERE / template).read_bytes()
    for kept in ("trainingjob.json", "deployment.json"):
        written[kept] = files[kept]
    artifacts.write(data["outputArtifacts"][0], written, data.get("artifactCredentials"))
    package = registry.register(sagemaker, settings["model"], settings["execution"], f"{settings['model']}-pipeline", found,
                                data["outputArtifacts"][0]["location"]["s3Location"]["bucketName"])
    metrics = ", ".join(f"{m['MetricName']} {m['Value']:.4g}" for m in found.get("FinalMetricDataList", []))
    return {"executionDetails": {"summary": f"training job {name} completed: {metrics or 'no metrics'}"[:2048],
                                 "externalExecutionId": name, "percentComplete": 100},
            "outputVariables": {"TrainingJobName": name, "ModelDataUrl": found["ModelArtifacts"]["S3ModelArtifacts"],
                                "ModelPackageArn": package,
                                "Image": found["AlgorithmSpecification"]["TrainingImage"]}}


def user_parameters(data):
    text = data["actionConfiguration"]["configuration"].get("UserParameters", "")
    try:
        values = json.loads(text)
        return {"model": values["model"], "execution": values["execution"]}
    except (ValueError, KeyError, TypeError) as e:
        raise training.UploadError(f"the action's UserParameters must be JSON with model and execution, not {text!r}") from e
