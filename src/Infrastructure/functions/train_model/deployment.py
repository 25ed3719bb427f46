"""deployment.json: how the model is served, as parameter files for the deployment templates."""
import json

from botocore.exceptions import ClientError

from training import UploadError, document

ENVIRONMENTS = {"development": "DevelopmentEndpoint", "production": "ProductionEndpoint"}


def read(files):
    """deployment.json, checked so far that its faults are told in its own words."""
    value = document(files, "deployment.json")
    if not isinstance(value.get("EndpointPrefix"), str) or not value["EndpointPrefix"]:
        raise UploadError("deployment.json: EndpointPrefix is missing")
    for key in ENVIRONMENTS.values():
        endpoint = value.get(key)
        if not isinstance(endpoint, dict):
            raise UploadError(f"deployment.json: {key} is missing")
        _number(endpoint, key, "InitialInstanceCount", low=1)
        _number(endpoint, key, "InitialVariantWeight", low=0)
        if endpoint.get("InferenceMonitoring") and not endpoint.get("InferenceMonitoringOutputBucket"):
            raise UploadError(f"deployment.json: {key} has InferenceMonitoring but no InferenceMonitoringOutputBucket")
    scaling = value["ProductionEndpoint"].get("AutoScaling") or {}
    low = _number(scaling, "AutoScaling", "MinCapacity", low=1)
    high = _number(scaling, "AutoScaling", "MaxCapacity", low=1)
    if low and high and low > high:
        raise UploadError(f"deployment.json: AutoScaling has MinCapacity {low} above MaxCapacity {high}")
    return value


def files(wanted, job, sagemaker, model):
    """{"development.json": bytes, "production.json": bytes}: CloudFormation template configurations."""
    found = {}
    for environment, key in ENVIRONMENTS.items():
        name = f"{wanted['EndpointPrefix']}-{environment}"
        values = _parameters(wanted[key], name, job)
        if environment == "production":
            values.update(_scaling(wanted[key].get("AutoScaling") or {}, wanted[key]))
            if wanted[key].get("ABTests"):
                values.update(_champion(sagemaker, name))
        configuration = {"Parameters": {k: str(v) for k, v in values.items()},
                         "Tags": {"mlops:model": model, "mlops:environment": environment}}
        found[f"{environment}.json"] = json.dumps(configuration, indent=2).encode()
    return found


def _parameters(endpoint, name, job):
    values = {
        "EndpointName": name,
        "TrainingJobName": job["TrainingJobName"],
        "Image": job["AlgorithmSpecification"]["TrainingImage"],
        "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"],
        "RoleArn": job["RoleArn"],
    }
    for key in ("InstanceType", "InitialInstanceCount", "InitialVariantWeight"):
        if endpoint.get(key) is not None:
            values[key] = endpoint[key]
    if endpoint.get("InferenceMonitoring"):
        values.update(Capture="true", CaptureSampling=endpoint.get("InferenceMonitoringSampling", 100),
                      CaptureUri=f"s3://{endpoint['InferenceMonitoringOutputBucket']}/captured")
    return values


def _scaling(scaling, endpoint):
    keys = ("MinCapacity", "MaxCapacity", "TargetValue", "ScaleInCooldown", "ScaleOutCooldown", "PredefinedMetricType")
    values = {k: scaling[k] for k in keys if scaling.get(k) is not None}
    if "MinCapacity" not in values and endpoint.get("InitialInstanceCount"):
        values["MinCapacity"] = endpoint["InitialInstanceCount"]
    return values


def _champion(sagemaker, endpoint):
    """The model of the variant that takes most of production's traffic now; nothing where there is no production yet."""
    try:
        now = sagemaker.describe_endpoint(EndpointName=endpoint)
    except ClientError as e:
        if e.response["Error"]["Code"] == "ValidationException":
            return {}
        raise
    best = max(now.get("ProductionVariants") or [], key=lambda v: v.get("CurrentWeight", 0), default=None)
    if best is None:
        return {}
    config = sagemaker.describe_endpoint_config(EndpointConfigName=now["EndpointConfigName"])
    variant = next(v for v in config["ProductionVariants"] if v["VariantName"] == best["VariantName"])
    container = sagemaker.describe_model(ModelName=variant["ModelName"])["PrimaryContainer"]
    return {"ChampionImage": container["Image"], "ChampionModelDataUrl": container["ModelDataUrl"],
            "ChampionWeight": best.get("CurrentWeight", 1)}


def _number(values, where, key, low):
    value = values.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or value < low):
        raise UploadError(f"deployment.json: {where}.{key} must be a number of at least {low}, not {json.dumps(value)}")
    return value
