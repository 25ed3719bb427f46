"""aws, for a build's shell on a machine without the AWS CLI. It knows one command: aws ecr get-login-password."""
import argparse
import base64
import os
import sys

if sys.argv[1:] == ["--version"]:
    print("aws-cli/0 (the local cloud's stand-in: it knows `aws ecr get-login-password` and nothing else)")
    sys.exit(0)
if sys.argv[1:3] != ["ecr", "get-login-password"]:
    sys.exit("aws: this machine has no AWS CLI. The local cloud's stand-in knows `aws ecr get-login-password` and nothing else; "
             "install the AWS CLI for " + " ".join(["aws"] + sys.argv[1:3]))
parser = argparse.ArgumentParser(prog="aws ecr get-login-password")
parser.add_argument("--region")
options = parser.parse_args(sys.argv[3:])

import boto3

# Named here as well: botocore reads AWS_ENDPOINT_URL since 1.31 only, and distributions ship older ones.
token = boto3.client("ecr", region_name=options.region, endpoint_url=os.environ.get("AWS_ENDPOINT_URL")).get_authorization_token()["authorizationData"][0]["authorizationToken"]
print(base64.b64decode(token).decode().split(":", 1)[1])
