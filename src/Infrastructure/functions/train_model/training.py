"""The training job that an upload asks for."""
import json

import boto3
from botocore.exceptions import ClientError

PASSING_FAULTS = {"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded",
                  "ServiceUnavailable", "InternalFailure", "InternalServerError"}
STEPS = {"Starting": 5, "Pending": 5, "LaunchingMLInstances": 10, "PreparingTrainingStack": 15, "Downloading": 20,
         "DownloadingTrainingImage": 25, "Training": 50, "Interrupted": 50, "Uploading": 90}


class UploadError(Exception):
    """The upload cannot be used; the text says what to mend."""


class JobFailed(Exception):
    """The training job ended, but not well; the text is the model's own."""

    def __init__(self, job_name, status, reason):
        super().__init__(f"training job {job_name} {status.lower()}: {reason or 'no reason was given'}")
        self.job_name = job_name


def document(files, name):
    """One JSON object of the upload."""
    if name not in files:
        raise UploadError(f"trainingjob.zip lacks {name} (it holds {', '.join(sorted(files)) or 'nothing'})")
    try:
        value = json.loads(files[name])
    except ValueError as e:
        raise UploadError(f"{name} is not JSON: {e}") from e
    if not isinstance(value, dict):
        raise UploadError(f"{name} must be a JSON object")
    return value


def read(files):
    request = document(files, "trainingjob.json")
    image = request.get("AlgorithmSpecification", {}).get("TrainingImage")
    if not image:
        raise UploadError("trainingjob.json: AlgorithmSpecification.TrainingImage is missing")
    return request


def pin(image):
    """An ECR tag as the digest that it names now: what is approved is what was trained, whatever is pushed later."""
    host, _, rest = image.partition("/")
    if ".dkr.ecr." not in host or "@" in rest:
        return image
    repository, _, tag = rest.partition(":")
    try:
        found = boto3.client("ecr").describe_images(
            registryId=host.split(".")[0], repositoryName=repository, imageIds=[{"imageTag": tag or "latest"}])
    except ClientError as e:
        if e.response["Error"]["Code"] in ("ImageNotFoundException", "RepositoryNotFoundException"):
            raise UploadError(f"trainingjob.json: there is no image {image}") from e
        raise
    return f"{host}/{repository}@{found['imageDetails'][0]['imageDigest']}"


def start(sagemaker, request, model, execution):
    """
    Starts the job of this execution and answers its name. The name is taken from the execution, so that a call
    that was repeated finds the job that it started before; after a failed one (the stage was retried) a number follows.
    """
    base = f"{model}-{execution}"
    for attempt in range(1, 100):
        name = base if attempt == 1 else f"{base}-{attempt}"
        try:
            found = sagemaker.describe_training_job(TrainingJobName=name)
        except ClientError as e:
            if not _is_absent(e):
                raise
            return _create(sagemaker, request, name, model, execution)
        if found["TrainingJobStatus"] not in ("Failed", "Stopped"):
            return name
    raise UploadError(f"training job {base} was tried 99 times")


def percent(secondary_status):
    return STEPS.get(secondary_status, 50)


def _create(sagemaker, request, name, model, execution):
    tags = [t for t in request.get("Tags", []) if not t.get("Key", "").startswith("mlops:")]
    tags += [{"Key": "mlops:model", "Value": model}, {"Key": "mlops:execution", "Value": execution}]
    try:
        sagemaker.create_training_job(**{**request, "TrainingJobName": name, "Tags": tags})
    except ClientError as e:
        if e.response["Error"]["Code"] in PASSING_FAULTS:
            raise
        raise UploadError(f"trainingjob.json was refused by SageMaker: {e.response['Error']['Message']}") from e
    except (TypeError, ValueError) as e:  # botocore's own check of the request's shape
        raise UploadError(f"trainingjob.json: {e}") from e
    except Exception as e:
        if type(e).__module__.startswith("botocore"):  # ParamValidationError
            raise UploadError(f"trainingjob.json: {e}") from e
        raise
    return name


def _is_absent(e):
    error = e.response["Error"]
    return error["Code"] in ("ValidationException", "ResourceNotFound") and "not found" in error["Message"].lower()
