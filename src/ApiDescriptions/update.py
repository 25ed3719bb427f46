#!/usr/bin/env python3
"""Cuts botocore's API models (Apache-2.0) down to the operations listed in operations.txt.

    python3 src/ApiDescriptions/update.py

For each service it writes <service>.json beside this file: the metadata, the listed operations with
every shape that they reach, without documentation texts, and under "unbuilt" the name and HTTP binding
of every other operation of the service, so that the local cloud can name what it lacks.
"""
import gzip
import json
import pathlib
import sys

import botocore

HERE = pathlib.Path(__file__).resolve().parent
DATA = pathlib.Path(botocore.__file__).parent / "data"
DROPPED = {"documentation", "documentationUrl", "examples", "smithy.rules#staticContextParams",
           "staticContextParams", "operationContextParams", "clientContextParams", "contextParam"}


def load(service, kind):
    version = sorted(p.name for p in (DATA / service).iterdir())[-1]
    for name in (f"{kind}.json", f"{kind}.json.gz"):
        path = DATA / service / version / name
        if path.exists():
            opener = gzip.open if name.endswith(".gz") else open
            with opener(path, "rt", encoding="utf-8") as f:
                return json.load(f)
    return None


def strip(node):
    if isinstance(node, dict):
        # A member may itself be called "documentation"; only texts are dropped.
        return {k: strip(v) for k, v in node.items()
                if k not in DROPPED or (k == "documentation" and isinstance(v, dict))}
    if isinstance(node, list):
        return [strip(v) for v in node]
    return node


def reach(model, names):
    seen, stack = set(), list(names)
    while stack:
        name = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        shape = model["shapes"][name]
        for member in shape.get("members", {}).values():
            stack.append(member["shape"])
        for key in ("member", "key", "value"):
            if key in shape:
                stack.append(shape[key]["shape"])
    return seen


def cut(service, operations):
    model = load(service, "service-2")
    missing = sorted(set(operations) - set(model["operations"]))
    if missing:
        sys.exit(f"{service} has no operation {', '.join(missing)}: mend operations.txt")
    kept, roots = {}, set()
    for name in sorted(operations):
        op = strip(model["operations"][name])
        if operations[name]:
            op["client"] = True
        kept[name] = op
        roots.update(op[k]["shape"] for k in ("input", "output") if k in op)
        roots.update(e["shape"] for e in op.get("errors", []))
    shapes = {n: strip(model["shapes"][n]) for n in sorted(reach(model, roots))}
    unbuilt = {n: f'{o["http"]["method"]} {o["http"]["requestUri"]}'
               for n, o in sorted(model["operations"].items()) if n not in operations}
    paginators = load(service, "paginators-1") or {"pagination": {}}
    pages = {n: p for n, p in sorted(paginators["pagination"].items()) if n in operations}
    return {"metadata": strip(model["metadata"]), "operations": kept, "paginators": pages,
            "shapes": shapes, "unbuilt": unbuilt}


def write(path, model):
    """One line an operation or shape: small, and a diff that can be read."""
    def section(values):
        rows = (f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in values.items())
        return "{\n" + ",\n".join(rows) + "\n}" if values else "{}"
    body = ",\n".join(f"{json.dumps(k)}:{section(v)}" for k, v in model.items())
    path.write_text("{\n" + body + "\n}\n", encoding="utf-8")


def main():
    services = {}
    for line in (HERE / "operations.txt").read_text(encoding="utf-8").splitlines():
        words = line.split("#")[0].split()
        if words:
            services.setdefault(words[0], {})[words[1]] = "client" in words[2:]
    for old in HERE.glob("*.json"):
        if old.stem not in services:
            old.unlink()
    for service, operations in services.items():
        write(HERE / f"{service}.json", cut(service, operations))
    print(f"{len(services)} services, {sum(map(len, services.values()))} operations, botocore {botocore.__version__}")


if __name__ == "__main__":
    main()
