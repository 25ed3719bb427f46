"""Serves moto with a number of training jobs in it: moto_peer.py PORT JOBS. Prints "ready"; ends when its input does."""
import sys

from moto.sagemaker.models import sagemaker_backends
from moto.server import ThreadedMotoServer


def main() -> None:
    port, jobs = int(sys.argv[1]), int(sys.argv[2])
    backend = sagemaker_backends["123456789012"]["us-east-1"]
    for i in range(jobs):
        backend.create_training_job(
            training_job_name=f"churn-model-{i:05d}", hyper_parameters={}, algorithm_specification={"TrainingImage": "image", "TrainingInputMode": "File"},
            role_arn="arn:aws:iam::123456789012:role/r", input_data_config=[], output_data_config={"S3OutputPath": "s3://benchmark-artifacts/models"},
            resource_config={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}, vpc_config={}, stopping_condition={}, tags=[],
            enable_network_isolation=False, enable_inter_container_traffic_encryption=False, enable_managed_spot_training=False, checkpoint_config={},
            debug_hook_config={}, debug_rule_configurations=[], tensor_board_output_config={}, experiment_config={})
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    print("ready", flush=True)
    sys.stdin.read()
    server.stop()


main()
