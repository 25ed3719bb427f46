"""Makes parameters for any operation, by boto3's own description of it, from members that the local cloud's description knows.

Other scripts follow this one in the same run."""
import base64
import datetime
import re
import urllib.request

os.environ["AWS_RESPONSE_CHECKSUM_VALIDATION"] = "when_required"
ADDRESS = os.environ["AWS_ENDPOINT_URL"]
HARD = "a <b> & \"c\" 'd' \u00e9 \U0001F600 + % \\ end"
PLAIN = "some text"
SKIPPED = []
# Tried in turn until one satisfies a pattern and its lengths.
CANDIDATES = [HARD, PLAIN, "abc", "name-1", "a", "123456789012", "1", "s3://bucket/some/key", "bucket/key", "/a/b/", "/path", "v1.0", "10.5.2",
              "arn:aws:iam::123456789012:role/service/Role-1", "arn:aws:sagemaker:us-east-1:123456789012:model-package/abc",
              "arn:aws:sagemaker:us-east-1:123456789012:endpoint/abc", "arn:aws:lambda:us-east-1:123456789012:function:abc",
              "arn:aws:codepipeline:us-east-1:123456789012:pipe", "arn:aws:sns:us-east-1:123456789012:topic",
              "arn:aws:s3:::bucket", "arn:aws:events:us-east-1:123456789012:event-bus/x", "01234567-89ab-cdef-0123-456789abcdef",
              "lambda:InvokeFunction", "us-east-1", "application/json", "text/csv", "AKIAIOSFODNN7EXAMPLE", "$LATEST", "fs-0123456789abcdef0",
              "123456", "arn:aws:sagemaker:us-east-1:123456789012:model-package-group/abc", "arn:aws:sagemaker:us-east-1:123456789012:training-plan/abc",
              "arn:aws:sagemaker:us-east-1:123456789012:mlflow-app/abc", "/mnt/data", "o-abcdefghij", "index.handler", "sha256:" + "0123456789abcdef" * 4, "arn:aws:lambda:us-east-1:123456789012:layer:abc:1"]
POSIX = {"ASCII": r"\x00-\x7F", "Print": r"\x20-\x7E", "Alnum": "a-zA-Z0-9", "L": "a-zA-Z\u00e9", "Z": " ", "N": "0-9", "M": "", "S": "", "P": ""}
# SQS itself calls these reserved; they have no form in its former protocol.
RESERVED = {"StringListValues", "BinaryListValues"}


def matches(pattern, text):
    pattern = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", "").replace(r"\u10000-\u10FFFF", "")
    pattern = re.sub(r"\\p\{(\w+)\}", lambda m: POSIX[m[1]] if "[" in pattern.split(m[0])[0] else f"[{POSIX[m[1]]}]", pattern)
    pattern = re.sub(r"(?<!\\)((?:\\\\)*)\\z", r"\1\\Z", pattern)
    pattern = re.sub(r"\$\{\d+,\d+\}", "$", pattern)  # SageMaker repeats an anchor, which says nothing and Python refuses
    return re.fullmatch(pattern, text) is not None


class NoValue(Exception):
    """No candidate fits."""


def text_value(shape, plain, known):
    meta = known.get(shape.name, shape.metadata)  # this boto3 may be older than the description
    if "enum" in meta:
        return meta["enum"][0]
    least, most = meta.get("min", 0), meta.get("max", 10**6)
    for candidate in CANDIDATES:
        if plain and candidate is HARD:
            continue
        if len(candidate) < least and set(candidate) <= set("abc"):
            candidate = candidate[0] * least
        if least <= len(candidate) <= most and ("pattern" not in meta or matches(meta["pattern"], candidate)):
            return candidate
    if "pattern" not in meta:
        return "x" * max(least, 1)
    raise NoValue(f"{shape.name}: {meta}")


def value(shape, known, path, plain=False):
    kind = shape.type_name
    meta = known.get(shape.name, shape.metadata)
    if kind == "structure":
        return structure(shape, known, path)
    if kind == "list":
        count = min(max(int(meta.get("min", 2)), 2), int(meta.get("max", 2)))
        items = [value(shape.member, known, path, plain) for _ in range(max(count, 1))]
        if shape.member.name.lower() == "tag" and len(items) > 1:
            key = "Key" if "Key" in items[1] else "key"
            items[1][key] = "another-key"
        return items
    if kind == "map":
        keys = ["abc" if plain else text_value(shape.key, plain, known), "second"][:max(1, int(meta.get("min", 1)))]
        return {key: value(shape.value, known, path, plain) for key in keys}
    if kind == "string":
        return text_value(shape, plain, known)
    if kind in ("integer", "long"):
        return int(min(max(7, meta.get("min", 7)), meta.get("max", 10**6)))
    if kind in ("float", "double"):
        return float(min(max(2.5, meta.get("min", 2.5)), meta.get("max", 1e6)))
    if kind == "boolean":
        return True
    if kind == "timestamp":
        return datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.timezone.utc)
    if kind == "blob":
        return bytes([0, 255, 16, 10, 13]) * max(1, int(meta.get("min", 1)))
    raise ValueError(kind)


def structure(shape, known, path, only_required=False):
    result = {}
    described = known[shape.name]["members"] if shape.name in known else {}
    for name, member in shape.members.items():
        if name not in described or name in RESERVED or path.count(member.name) > 1 or (only_required and name not in shape.required_members):
            continue
        if getattr(shape, "is_tagged_union", False) and result:
            break
        plain = member.serialization.get("location") in ("header", "headers", "uri")
        try:
            result[name] = value(member, known, path + [member.name], plain)
        except NoValue as e:
            if name in shape.required_members:
                raise
            SKIPPED.append(f"{shape.name}.{name}: {e}")
    return result


def get(path):
    with urllib.request.urlopen(ADDRESS + path) as answer:
        return json.load(answer)


def method_of(c, operation):
    return getattr(c, next(m for m, o in c.meta.method_to_api_mapping.items() if o == operation))
