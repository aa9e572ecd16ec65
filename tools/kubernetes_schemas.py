#!/usr/bin/env python3
"""Strict JSON schemas for kubeconform from the OpenAPI document of Kubernetes.

usage: tools/kubernetes_schemas.py SWAGGER_JSON FOLDER

Writes one file a kind, {kind}[-{group}]-{version}.json, each with all that it refers to. Unknown members are refused.
"""

import json
import sys
from pathlib import Path

KEPT = ("type", "enum", "required", "format", "$ref", "minimum", "maximum", "pattern")
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"


def strict(schema):
    if schema.get("format") == "int-or-string":
        return {"oneOf": [{"type": "string"}, {"type": "integer"}]}
    made = {key: value for key, value in schema.items() if key in KEPT and value != []}
    if "items" in schema:
        made["items"] = strict(schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        made["additionalProperties"] = strict(schema["additionalProperties"])
    if "properties" in schema:
        made["properties"] = {key: strict(value) for key, value in schema["properties"].items()}
        made.setdefault("additionalProperties", False)
    return made


def references(schema):
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rsplit("/", 1)[1]
            else:
                yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def main(swagger, folder):
    given = json.loads(Path(swagger).read_text(encoding="utf-8"))["definitions"]
    made = {name: strict(schema) for name, schema in given.items()}
    made[QUANTITY] = {"oneOf": [{"type": "string"}, {"type": "number"}]}
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, schema in made.items():
        for kind in given[name].get("x-kubernetes-group-version-kind", []):
            needed, waiting = {}, list(references(schema))
            while waiting:
                other = waiting.pop()
                if other not in needed:
                    needed[other] = made[other]
                    waiting += references(made[other])
            whole = dict(schema, definitions=needed, properties=dict(schema.get("properties", {})))
            if "kind" in whole["properties"]:
                whole["properties"]["kind"] = {"type": "string", "enum": [kind["kind"]]}
            group = kind["group"].split(".")[0]
            file = f"{kind['kind'].lower()}{'-' + group if group else ''}-{kind['version']}.json"
            Path(folder, file).write_text(json.dumps(whole), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
