"""Calls every operation of every API description by boto3, with every member that the description knows, and compares
what the server read with what was sent, and what boto3 read with what was answered.

Prints a JSON object: {"calls": N, "faults": ["service Operation: what differs", ...], "skipped": [...]}."""


def canonical(v):
    if isinstance(v, dict):
        return {k: canonical(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [canonical(x) for x in v]
    if isinstance(v, datetime.datetime):
        return v.timestamp()
    if isinstance(v, (bytes, bytearray)):
        return base64.b64encode(bytes(v)).decode()
    if hasattr(v, "read"):
        return base64.b64encode(v.read()).decode()
    if hasattr(v, "close") and hasattr(v, "__iter__"):
        return [canonical(e["PayloadPart"]["Bytes"]) for e in v]
    return v


def compare(path, sent, seen, faults, extra):
    if isinstance(sent, dict) and isinstance(seen, dict):
        for name in sent:
            if name not in seen:
                faults.append(f"{path}.{name} is missing")
            else:
                compare(f"{path}.{name}", sent[name], seen[name], faults, True)
        for name in seen.keys() - sent.keys():
            if name not in RESERVED and (not extra or name == "NotInTheDescription"):
                faults.append(f"{path}.{name} is too much: {seen[name]!r}")
    elif isinstance(sent, list) and isinstance(seen, list) and len(sent) == len(seen):
        for i, (a, b) in enumerate(zip(sent, seen)):
            compare(f"{path}[{i}]", a, b, faults, extra)
    elif isinstance(sent, (int, float)) and isinstance(seen, (int, float)) and not isinstance(sent, bool):
        if abs(sent - seen) > 1e-6 * max(1, abs(sent)):
            faults.append(f"{path}: {sent!r} became {seen!r}")
    elif sent != seen:
        faults.append(f"{path}: {sent!r} became {seen!r}")


def prune(answered, shape):
    """What was answered, less what this boto3 does not know."""
    kind = shape.type_name
    if kind == "structure" and not isinstance(answered, list):
        return {k: prune(v, shape.members[k]) for k, v in answered.items() if k in shape.members and k not in RESERVED}
    if kind == "list":
        return [prune(v, shape.member) for v in answered]
    if kind == "map":
        return {k: prune(v, shape.value) for k, v in answered.items()}
    return answered


# boto3 changes these on the way; the tests of each service look at them.
CHANGED = {"s3": {"CopySource", "SSECustomerKey", "CopySourceSSECustomerKey", "SSECustomerKeyMD5", "CopySourceSSECustomerKeyMD5", "ContentLength",
                  "ContentMD5", "ChecksumMode", "Expires", "ExpiresString"},
           "events": {"EndpointId"}}  # needs an optional dependency of boto3


def call(service, operation, c, known):
    model = c.meta.service_model.operation_model(operation)
    params = structure(model.input_shape, known, []) if model.input_shape else {}
    for name in CHANGED.get(service, ()):
        params.pop(name, None)
    if service == "s3":
        params = {k: v for k, v in params.items() if not k.startswith("Checksum") or operation == "CompleteMultipartUpload"}
        if "Bucket" in params:
            params["Bucket"] = "bucket-name"
        if model.input_shape and "CopySource" in model.input_shape.members:
            params["CopySource"] = "bucket/key"
    answer = method_of(c, operation)(**params)
    meta = answer.pop("ResponseMetadata")
    echo = get(f"/_echo/{meta['HTTPHeaders']['x-amzn-requestid']}")
    faults = []
    if echo["operation"] != operation:
        faults.append(f"was routed to {echo['operation']}")
    compare("input", canonical(params), echo["input"], faults, True)
    expected = prune(echo["output"], model.output_shape) if model.output_shape is not None else {}
    for name in CHANGED.get(service, ()):
        expected.pop(name, None)
        answer.pop(name, None)
    compare("output", expected, canonical(answer), faults, False)
    return faults


def main():
    faults, calls = [], 0
    for service in get("/_services"):
        known_model = get(f"/_description/{service}")
        c = client(service)
        for operation in known_model["operations"]:
            if operation not in c.meta.service_model.operation_names:
                SKIPPED.append(f"{service} {operation}: this boto3 does not know it")
                continue
            calls += 1
            try:
                found = call(service, operation, c, known_model["shapes"])
            except Exception as e:  # each failing operation is reported, none hides the next
                found = [f"{type(e).__name__}: {e}"]
            faults += [f"{service} {operation}: {f}" for f in found]
    print(json.dumps({"calls": calls, "faults": faults, "skipped": sorted(set(SKIPPED))}))


main()
