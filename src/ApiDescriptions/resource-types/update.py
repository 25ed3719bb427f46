#!/usr/bin/env python3
"""Takes the schemas of the CloudFormation resource types listed in types.txt from cfn-lint's copy of AWS's registry (MIT-0).

    python3 src/ApiDescriptions/resource-types/update.py

For each type it writes <type>.json beside this file: property names, their types, what is required, what is read-only
(the attributes of Fn::GetAtt) and what forces a replacement. Texts, patterns and bounds are left out: the services' own
API descriptions check values.
"""
import json
import pathlib

import cfnlint.version
from cfnlint.data.schemas.providers import us_east_1

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = pathlib.Path(cfnlint.__file__).parent / "data" / "schemas" / "resources"
KEPT = ("type", "$ref", "enum", "required", "properties", "patternProperties", "items")


def slim(schema):
    """One schema node without its texts and constraints."""
    slimmed = {}
    for key in KEPT:
        if key not in schema:
            continue
        value = schema[key]
        if key in ("properties", "patternProperties"):
            value = {name: slim(node) for name, node in sorted(value.items())}
        elif key == "items":
            value = slim(value)
        elif key == "$ref":
            value = value.removeprefix("#/definitions/")
        slimmed[key] = value
    # A union keeps what all its branches know, so that no valid template is refused.
    for union in ("oneOf", "anyOf", "allOf"):
        for branch in schema.get(union, []):
            if isinstance(branch, dict):
                for name, node in branch.get("properties", {}).items():
                    slimmed.setdefault("properties", {}).setdefault(name, slim(node))
    return slimmed


def reached(schema, definitions):
    """The definitions that the schema's properties lead to."""
    names, stack = set(), [schema]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            name = node.get("$ref")
            if isinstance(name, str) and name in definitions and name not in names:
                names.add(name)
                stack.append(definitions[name])
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
    return names


def top_level(paths):
    names = [p.removeprefix("/properties/") for p in paths or []]
    return sorted(n for n in names if "/" not in n)


def attributes(paths):
    return sorted(p.removeprefix("/properties/").replace("/", ".") for p in paths or [])


def cut(schema):
    definitions = {name: slim(node) for name, node in schema.get("definitions", {}).items()}
    root = slim(schema)
    return {
        "typeName": schema["typeName"],
        "required": sorted(schema.get("required", [])),
        "readOnly": attributes(schema.get("readOnlyProperties")),
        "createOnly": top_level(schema.get("createOnlyProperties", []) + schema.get("conditionalCreateOnlyProperties", [])),
        "properties": root["properties"],
        "definitions": {name: definitions[name] for name in sorted(reached(root["properties"], definitions))},
    }


def write(schema):
    def section(values):
        rows = (f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in values.items())
        return "{\n" + ",\n".join(rows) + "\n}" if values else "{}"
    body = ",\n".join(f"{json.dumps(k)}:{section(v) if isinstance(v, dict) else json.dumps(v)}" for k, v in schema.items())
    name = schema["typeName"].lower().replace("::", "-")
    (HERE / f"{name}.json").write_text("{\n" + body + "\n}\n", encoding="utf-8")


def main():
    lines = (HERE / "types.txt").read_text(encoding="utf-8").splitlines()
    types = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    for old in HERE.glob("*.json"):
        old.unlink()
    for name in types:
        write(cut(json.loads((SOURCE / f"{us_east_1.types[name]}.json").read_text(encoding="utf-8"))))
    print(f"{len(types)} resource types, cfn-lint {cfnlint.version.__version__}")


if __name__ == "__main__":
    main()
