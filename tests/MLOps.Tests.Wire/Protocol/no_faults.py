"""Sends valid and broken requests to every operation and lists each answer that blames the local cloud.

Prints a JSON object: {"requests": N, "faults": [...], "not_built": [...]}."""
from botocore.exceptions import BotoCoreError

BAD = ["", "!", "x" * 5000, "../../etc/passwd", "arn:aws:::", "\u00e9\U0001F600", "a\nb"]


def variants(shape, known):
    """Parameters, from none at all to valid ones; each as (what it is, parameters)."""
    yield "nothing", {}
    if shape is None:
        return
    try:
        minimal = structure(shape, known, [], only_required=True)
        yield "minimal", minimal
        yield "all members", structure(shape, known, [])
    except NoValue:
        minimal = {}
    for i, (name, member) in enumerate(shape.members.items()):
        kind = member.type_name
        if kind == "string":
            yield f"bad text in {name}", {**minimal, name: BAD[i % len(BAD)]}
            yield f"a number for {name}", {**minimal, name: 5}
        elif kind in ("integer", "long", "double", "float"):
            yield f"a negative {name}", {**minimal, name: -1}
            yield f"a text for {name}", {**minimal, name: "many"}
        elif kind == "list":
            yield f"an empty {name}", {**minimal, name: []}
            yield f"nulls in {name}", {**minimal, name: [None]}
        elif kind == "structure":
            yield f"an empty {name}", {**minimal, name: {}}
        elif kind == "timestamp":
            yield f"an odd time in {name}", {**minimal, name: "not a time"}


def main():
    faults, not_built, requests = [], set(), 0
    for service in SERVICES:
        known_model = json.loads(DESCRIPTIONS[service])
        c = client(service, validate=False)
        for operation in known_model["operations"]:
            if operation not in c.meta.service_model.operation_names:
                continue
            shape = c.meta.service_model.operation_model(operation).input_shape
            for what, params in variants(shape, known_model["shapes"]):
                requests += 1
                try:
                    answer = method_of(c, operation)(**params)
                    for part in answer.values():
                        if hasattr(part, "read"):
                            part.read()
                except ClientError as e:
                    status = e.response["ResponseMetadata"]["HTTPStatusCode"]
                    if status == 501:
                        not_built.add(f"{service} {operation}")
                    elif status >= 500:
                        faults.append(f"{service} {operation} with {what}: {status} {e}")
                except (BotoCoreError, TypeError, ValueError, AttributeError, KeyError, OverflowError) as e:
                    if type(e).__name__ in ("ConnectionClosedError", "EndpointConnectionError", "ReadTimeoutError", "ResponseParserError"):
                        faults.append(f"{service} {operation} with {what}: {type(e).__name__} {e}")
                    requests -= 1  # boto3 itself refused to send it
    print(json.dumps({"requests": requests, "faults": faults, "not_built": sorted(not_built)}))


main()
