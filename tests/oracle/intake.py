"""From log files to records: captures, JSON lines, raw HJ 212 frames.

A record is its payload with the times it came with; decode() says what it is.
"""
import base64
import json
import re
from dataclasses import dataclass, field

from coverage import hit
from exact import parse_china_time, parse_time

KINDS = {"2011": "realtime", "2051": "minute", "2061": "hour", "2031": "day", "2021": "status"}
SCHEMES = {0: "hj212_2005", 1: "hj212_2017", 2: "hj212_2025"}
NUMBERS = ("Rtd", "Min", "Avg", "Max", "Cou", "ZsRtd", "ZsMin", "ZsAvg", "ZsMax")
DOCUMENTS = ("milestone", "mark", "acknowledgement", "explanation", "floor")


@dataclass
class Record:
    payload: bytes
    content: str  # hj212, json or unknown
    stamp: int | None = None  # the gateway's, from the header
    append: int | None = None  # the broker's
    refused: str = ""  # why it was refused before decoding


@dataclass
class Reading:
    mn: str
    kind: str
    scheme: str
    time: int
    received: int | None = None
    factors: dict = field(default_factory=dict)  # factor -> {attribute: text as sent}


@dataclass
class Document:
    """A record that is no reading, known by type, source, id and park."""
    type: str
    source: str
    id: str
    park: str
    received: int | None
    members: dict  # name -> text

    def text(self):
        """docs/store.md, document: content."""
        return ";".join(f"{escaped(name)}={escaped(self.members[name])}"
                        for name in sorted(self.members, key=str.encode))


def escaped(text):
    return "".join(f"%{ord(c):02X}" if c in "%;=\x7f" or ord(c) < 0x20 else c for c in text)


@dataclass
class Tick:
    park: str
    received: int


class Refused(Exception):
    """A record that cannot be decoded, with its reason."""


class Digits(str):
    """A JSON number, as the text that was sent."""


# HJ 212


def crc(segment):
    """The CRC of HJ 212, which shifts the register before the XOR."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        for _ in range(8):
            low = register & 1
            register >>= 1
            if low:
                register ^= 0xA001
    return register


def frame(segment):
    return b"##%04d" % len(segment) + segment + b"%04X\r\n" % crc(segment)


def open_frame(payload):
    """The data segment of the one frame a payload holds."""
    match = re.match(rb"##([0-9]{4})", payload)
    if match is None:
        raise Refused("not_a_frame")
    end = 6 + int(match[1])
    if len(payload) < end + 4:
        raise Refused("truncated")
    sent = payload[end:end + 4]
    if re.fullmatch(rb"[0-9A-Fa-f]{4}", sent) is None:
        raise Refused("length_mismatch")
    if int(sent, 16) != crc(payload[6:end]):
        raise Refused("crc_mismatch")
    if payload[end + 4:] not in (b"", b"\r\n"):
        raise Refused("trailing_bytes")
    return payload[6:end].decode("utf-8")


def decode_frame(payload):
    """A Reading, or None for a frame that carries none."""
    head, _, body = open_frame(payload).partition("CP=&&")
    fields = dict(part.split("=", 1) for part in head.split(";") if "=" in part)
    kind = KINDS.get(fields.get("CN"))
    body = body.removesuffix("&&")
    if kind is None or not body:
        return None
    time, factors = None, {}
    for item in re.split("[;,]", body):
        name, _, text = item.partition("=")
        factor, _, attribute = name.partition("-")
        if name == "DataTime":
            time = parse_china_time(text)
            if time is None:
                raise Refused("impossible_data_time")
        elif attribute:
            factors.setdefault(factor, {})[attribute] = text
    if time is None:
        raise Refused("no_data_time")
    scheme = SCHEMES[int(fields.get("Flag") or 0) >> 2]
    return Reading(fields["MN"], kind, scheme, time, None, factors)


# JSON


def no_repeats(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise Refused("duplicate_member")
    return dict(pairs)


def refuse_constant(_):
    raise ValueError("NaN and infinities are no JSON")


def parse_json(payload):
    try:
        document = json.loads(payload.decode("utf-8"), parse_float=Digits, parse_int=Digits,
                              parse_constant=refuse_constant, object_pairs_hook=no_repeats)
    except UnicodeDecodeError:
        raise Refused("invalid_utf8") from None
    except ValueError:
        raise Refused("malformed_json") from None
    if not isinstance(document, dict):
        raise Refused("malformed_json")
    return document


def json_attributes(kind, members):
    sample = kind == "realtime"
    names = {"value": "Rtd" if sample else "Avg", "min": "Min", "max": "Max", "total": "Cou",
             "converted": "ZsRtd" if sample else "ZsAvg", "flag": "Flag", "state": "RS", "run_hours": "RT"}
    return {names[name]: str(text) for name, text in members.items() if name in names}


def decode_document(said):
    for name in ("source", "id", "park"):
        if not isinstance(said.get(name), str) or isinstance(said[name], Digits) or not said[name]:
            raise Refused(f"no_{name}")
    members = {name: text for name, text in said.items()
               if name not in ("type", "source", "id", "park", "received") and text is not None}
    if any(isinstance(text, (dict, list)) for text in members.values()):
        raise Refused("bad_member")
    members = {name: str(text).lower() if isinstance(text, bool) else str(text) for name, text in members.items()}
    return Document(said["type"], said["source"], said["id"], said["park"],
                    parse_time(said["received"]) if "received" in said else None, members)


def decode_json(payload):
    document = parse_json(payload)
    sort = document.get("type", "reading")
    if sort == "tick":
        return Tick(document["park"], parse_time(document["received"]))
    if sort in DOCUMENTS:
        return decode_document(document)
    if sort not in ("reading", "activity"):
        raise Refused("unknown_type")
    if not document.get("mn"):
        raise Refused("no_mn")
    if document.get("kind") not in KINDS.values():
        raise Refused("unknown_kind")
    if "time" not in document:
        raise Refused("no_data_time")
    time = parse_time(document["time"])
    if time is None:
        raise Refused("impossible_data_time")
    received = None
    if "received" in document:
        received = parse_time(document["received"])
        if received is None:
            raise Refused("bad_received")
    factors = {}
    for group in ("factors", "facilities"):
        for factor, members in document.get(group, {}).items():
            factors[factor] = json_attributes(document["kind"], members)
    return Reading(document["mn"], document["kind"], "json", time, received, factors)


def decode(record):
    """A Reading, a Tick, or None (a record without values). Raises Refused."""
    if record.refused:
        raise Refused(record.refused)
    if record.content == "hj212":
        hit("record.hj212")
        return decode_frame(record.payload)
    if record.content == "json":
        hit("record.json")
        return decode_json(record.payload)
    raise Refused("unknown_content_type")


# Files


def captured_bytes(member):
    if isinstance(member, dict):
        return base64.b64decode(member["base64"])
    return None if member is None else member.encode("utf-8")


def captured_record(line):
    member = json.loads(line)
    headers = {name: captured_bytes(value).decode("utf-8") for name, value in member["headers"] if value is not None}
    sort = headers.get("content-type", "").split(";")[0].strip().lower()
    content = {"application/hj212": "hj212", "application/json": "json"}.get(sort, "unknown")
    stamp = headers.get("received", "")
    append = member["timestamp"] if member["timestamp_type"] == "append" else None
    payload = captured_bytes(member["payload"])
    record = Record(payload or b"", content, int(stamp) if stamp.isdigit() else None, append)
    if payload is None:
        record.refused = "tombstone"
    elif not payload:
        record.refused = "empty_record"
    return record


def raw_records(data, received):
    """Frames one after the other; bytes between them are no frames."""
    at = 0
    while at < len(data):
        match = re.compile(rb"##([0-9]{4})").match(data, at)
        if match and re.fullmatch(rb"[0-9A-Fa-f]{4}\r\n", data[at + 6 + int(match[1]):at + 12 + int(match[1])]):
            end = at + 12 + int(match[1])
            yield Record(data[at:end], "hj212", received)
        else:
            following = re.compile(rb"##[0-9]{4}").search(data, at + 2)
            end = following.start() if following else len(data)
            yield Record(data[at:end], "hj212", received, refused="not_a_frame")
        at = end


def read_log(path, received=None):
    """The records of one file, in file order."""
    with open(path, "rb") as file:
        data = file.read()
    if not data.startswith(b"{"):
        yield from raw_records(data, received)
        return
    for line in data.split(b"\n"):
        if not line.strip():
            continue
        if line.startswith(b'{"topic":'):
            yield captured_record(line)
        else:
            yield Record(line.removesuffix(b"\r"), "json", received)
