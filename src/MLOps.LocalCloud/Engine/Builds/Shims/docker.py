"""docker, for a build's shell: hands its arguments to the local cloud's image store. There is no Docker engine behind it."""
import json
import os
import sys
import urllib.error
import urllib.request

arguments = sys.argv[1:]
for i in range(1, len(arguments)):
    # As docker does: --build-arg NAME takes the shell's value.
    if arguments[i - 1] == "--build-arg" and "=" not in arguments[i]:
        arguments[i] += "=" + os.environ.get(arguments[i], "")
secret = os.environ.get("LOCALCLOUD_BUILD_SECRET", "")
if not secret:
    sys.exit("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running? "
             "(The project's environment has no privileged mode.)")
text = sys.stdin.read() if "--password-stdin" in arguments else None
request = urllib.request.Request(
    os.environ["AWS_ENDPOINT_URL"] + "/_localcloud/docker",
    data=json.dumps({"arguments": arguments, "folder": os.getcwd(), "input": text}).encode(),
    headers={"Content-Type": "application/json", "X-Build-Secret": secret})
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    with opener.open(request) as answer:
        for line in answer:
            line = line.decode("utf-8", "replace").rstrip("\n")
            if line.startswith("exit:"):
                sys.exit(int(line[5:]))
            print(line, flush=True)
except urllib.error.HTTPError as e:
    sys.exit(f"docker: the local cloud refused the command ({e.code})")
sys.exit("docker: the local cloud ended before it answered")
