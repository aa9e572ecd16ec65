"""docs/asyncapi.yaml and its schemas, held against messages as kcat prints them (-J)."""

import json
import pathlib

import jsonschema
import yaml

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"


def load():
    return yaml.safe_load((DOCS / "asyncapi.yaml").read_text(encoding="utf-8"))


def resolve(document, pointer):
    """What a local $ref points to."""
    found = document
    for name in pointer.removeprefix("#/").split("/"):
        found = found[name]
    return found


def schema_of(document, kind):
    reference = document["components"]["messages"][kind]["payload"]["schema"]["$ref"]
    return json.loads((DOCS / reference).read_text(encoding="utf-8"))


def address_of(document, kind):
    """The topic whose messages are of this kind."""
    pointer = f"#/components/messages/{kind}"
    return next(channel["address"] for channel in document["channels"].values()
                if {"$ref": pointer} in channel["messages"].values())


def addresses(document):
    return {channel["address"] for channel in document["channels"].values()}


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def document_faults(document):
    """Why the document is no AsyncAPI 3.0 document of ours; empty when it is."""
    faults = []
    if document.get("asyncapi") != "3.0.0":
        faults.append("not AsyncAPI 3.0.0")
    for part in ("info", "channels", "operations", "components"):
        if part not in document:
            faults.append(f"without {part}")
    for reference in references(document):
        try:
            if reference.startswith("#/"):
                resolve(document, reference)
            else:
                jsonschema.Draft202012Validator.check_schema(
                    json.loads((DOCS / reference).read_text(encoding="utf-8")))
        except (KeyError, OSError, ValueError, jsonschema.SchemaError) as fault:
            faults.append(f"{reference}: {fault!r}")
    used = {operation["channel"]["$ref"] for operation in document["operations"].values()}
    if used != {f"#/channels/{name}" for name in document["channels"]}:
        faults.append("operations and channels differ")
    for schema in (DOCS / "schemas").iterdir():
        if f"schemas/{schema.name}" not in set(references(document)):
            faults.append(f"{schema.name} is not used")
    return faults


def headers_of(message):
    texts = message.get("headers") or []
    return dict(zip(texts[::2], texts[1::2]))


def content_faults(document, kind, content):
    validator = jsonschema.Draft202012Validator(schema_of(document, kind))
    return [error.message for error in validator.iter_errors(content)]


def faults(document, kind, message):
    """How a message departs from what the document says of its kind."""
    found = []
    headers = headers_of(message)
    shape = resolve(document, document["components"]["messages"][kind]["headers"]["$ref"])
    found += [error.message for error in jsonschema.Draft202012Validator(shape).iter_errors(headers)]
    if not message.get("key"):
        found.append("without key")
    if message["payload"] is None:
        return found + (["a tombstone with a content type"] if "content-type" in headers else [])
    if headers.get("content-type") != "application/json":
        found.append("without content type")
    content = json.loads(message["payload"])
    found += content_faults(document, kind, content)
    if str(content.get("version")) != headers.get("ce_version"):
        found.append("two versions")
    return found


def newest(messages):
    """Of each key the message with the greatest version, as a reader keeps it."""
    kept = {}
    for message in messages:
        version = int(headers_of(message)["ce_version"])
        former = kept.get(message["key"])
        if former is None or version >= int(headers_of(former)["ce_version"]):
            kept[message["key"]] = message
    return kept
