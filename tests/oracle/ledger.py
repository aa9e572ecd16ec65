"""Which copy of a value counts, what became of every record, and each park's time (docs/arithmetic.md 2)."""
import hashlib
import re
from collections import Counter
from dataclasses import dataclass

from coverage import hit
from exact import DAY, HOUR, MINUTE, floor_to, parse_number, parse_time
from intake import NUMBERS, Document, Reading, Refused, Tick, decode
from lifecycle import refused
from marks import fault_of_mark

ORDER = ("accepted", "corrected", "duplicate", "quarantined", "not_monitored")


@dataclass
class Copy:
    """One kept value; `where` is its device's place at its data time, if its factor is registered then."""
    mn: str
    kind: str
    time: int
    factor: str
    text: str
    attributes: dict
    scheme: str
    received: int
    where: object  # Where, or None: not monitored
    first: int  # when the first of its copies was received

    def number(self, attribute):
        """The number of an attribute as sent; None where there is none."""
        text = self.attributes.get(attribute, "")
        return parse_number(text) if text else None


@dataclass
class Where:
    """A device's place in the registry at one time."""
    device: dict
    outlet: dict
    park: dict

    def start(self, kind, time):
        return interval_start(self.device, kind, time)


def length(device, kind):
    """How long an interval of a kind of report is."""
    return {"minute": int(device["minute_interval"] or 1) * MINUTE, "hour": HOUR, "day": DAY}.get(kind, 0)


def interval_start(device, kind, time):
    """The start s of the interval that a data time names."""
    ended = device.get(f"{kind}_label", "start") == "end"
    base = floor_to(time, MINUTE) if kind == "minute" else time
    return base - (length(device, kind) if ended else 0)


class Ledger:
    def __init__(self, book, operation):
        self.book = book
        self.operation = operation  # its sheets: meters are values like any other
        self.kept = {}  # (mn, kind, time, factor) -> Copy
        self.texts = {}  # the same for every value, registered or not: (received, text)
        self.park_time = {}  # park id -> ms
        self.dead = {}  # (digest, reason) -> payload
        self.documents = {}  # (park, type, source, id) -> (received, text)
        self.records = Counter()
        self.values = Counter()

    def where(self, mn, time):
        registry = self.book.registry
        device = registry.device(mn, time)
        outlet = registry.outlet(device["outlet"], time) if device else None
        park = registry.park_of_outlet(outlet, time) if outlet else None
        return Where(device, outlet, park) if park else None

    def park_of_meter(self, mn, time):
        """The park of an MN that only meters stand under, or None."""
        site = self.operation.meter_site(mn, time)
        return self.operation.park_of_site(site, time) if site else None

    def tick(self, park, received):
        self.park_time[park] = max(self.park_time.get(park, 0), floor_to(received, MINUTE))

    def bury(self, record, reason):
        self.dead[(hashlib.sha256(record.payload).hexdigest(), reason)] = record.payload

    def consume(self, record):
        try:
            content = decode(record)
        except Refused as refusal:
            hit("record.refused")
            self.bury(record, str(refusal))
            self.records["quarantined"] += 1
            return
        if isinstance(content, Tick):
            hit("record.tick")
            # A worker's clock may run ahead; nothing was received after the broker appended it.
            moments = [at for at in (content.received, record.append) if at is not None]
            self.tick(content.park, min(moments))
            self.records["ticks"] += 1
        elif isinstance(content, Reading):
            self.consume_reading(record, content)
        elif isinstance(content, Document):
            self.consume_document(record, content)
        else:
            hit("record.without_reading")
            self.records["accepted"] += 1

    def consume_document(self, record, document):
        known = any(row["id"] == document.park for row in self.book.registry.parks)
        moments = [at for at in (document.received, record.append) if at is not None]
        reason = self.fault_of(document) if moments else "no_received"
        if reason:
            hit("document.refused")
            self.bury(record, reason)
            self.records["quarantined"] += 1
            return
        if known:
            self.tick(document.park, min(moments))
        key = (document.park, document.type, document.source, document.id)
        present, offered = self.documents.get(key), (min(moments), document.text())
        outcome = "accepted"
        if present:
            outcome = "duplicate" if present[1] == offered[1] else "corrected"
        self.documents[key] = max(present or offered, offered)
        hit(f"document.{outcome}")
        self.records[outcome if known else "not_monitored"] += 1

    @staticmethod
    def fault_of(document):
        """What every document obeys (model of docs/arithmetic.md 2.4)."""
        time, revoked = document.members.get("time", ""), document.members.get("revoked", "")
        digest = document.members.get("sha256", "")
        sound = ((not time or parse_time(time) is not None) and revoked in ("", "true", "false")
                 and (not digest or re.fullmatch("[0-9a-fA-F]{64}", digest))
                 and not (document.type == "milestone" and revoked != "true" and refused(document.members)))
        if document.type == "mark" and revoked != "true" and fault_of_mark(document.members):
            hit("document.no_mark")
            sound = False
        return "" if sound else "bad_document"

    def out_of_time(self, reading, received):
        """Why the data time quarantines the whole record, or nothing."""
        rules = self.book.rules
        if reading.time > received + rules.number("future_allowance_minutes", "", reading.time) * MINUTE:
            hit("record.future")
            return "future_data_time"
        if reading.time < received - rules.number("retention_days", "", reading.time) * DAY:
            hit("record.beyond_retention")
            return "beyond_retention"
        return ""

    def received(self, record, reading):
        """docs/arithmetic.md 2.1."""
        stamp = record.stamp if record.content == "hj212" or reading.received is None else reading.received
        if stamp is not None:
            hit("received.stamp")
            if record.append is not None and record.append < stamp:
                hit("received.capped_by_append")
                return record.append
            return stamp
        if record.append is not None:
            hit("received.append")
            return record.append
        hit("received.interval_end")
        return reading.time + {"minute": MINUTE, "hour": HOUR, "day": DAY}.get(reading.kind, 0)

    def translate(self, reading):
        """Factors by their codes of HJ 212-2017, without those of which nothing is said."""
        codes = {}
        if reading.scheme == "hj212_2005":
            hit("record.codes_2005")
            codes = self.book.rules.codes_2005
        sent, reading.factors = reading.factors, {}
        for factor, said in sent.items():
            if said:
                reading.factors.setdefault(codes.get(factor, factor), {}).update(said)

    def consume_reading(self, record, reading):
        where = self.where(reading.mn, reading.time)
        received = self.received(record, reading)
        self.translate(reading)
        reason = self.out_of_time(reading, received)
        if reason:
            self.bury(record, reason)
            self.records["quarantined"] += 1
            self.values["quarantined"] += len(reading.factors)
            if any(self.unreadable(said) for said in reading.factors.values()):
                self.bury(record, "bad_number")
            return
        park = where.park["id"] if where else self.park_of_meter(reading.mn, reading.time)
        if park:
            self.tick(park, received)
        outcomes = [self.consume_value(record, reading, where, received, factor)
                    for factor in reading.factors]
        self.values.update(outcomes)
        first = [outcome for outcome in ORDER if outcome in outcomes]
        self.records[first[0] if first else "accepted"] += 1
        hit("record.reading") if first else hit("record.empty_reading")

    def unreadable(self, attributes):
        return any(attributes.get(name, "") != "" and parse_number(attributes[name]) is None for name in NUMBERS)

    def consume_value(self, record, reading, where, received, factor):
        attributes = reading.factors[factor]
        attributes = {name: text for name, text in attributes.items() if text}
        if not attributes:
            hit("value.empty")
            self.bury(record, "empty_value")
            return "quarantined"
        if self.unreadable(attributes):
            hit("value.bad_number")
            self.bury(record, "bad_number")
            return "quarantined"
        registry = self.book.registry
        registered = where and (registry.factor(where.outlet["id"], factor, reading.time)
                                or registry.facility(where.outlet, factor, reading.time))
        registered = registered or self.operation.tells_of_operation(reading.mn, factor, reading.time)
        text = ",".join(f"{name}={attributes[name]}" for name in sorted(attributes))
        key = (reading.mn, reading.kind, reading.time, factor)
        old = self.kept.get(key)
        first = received if old is None else min(received, old.first)
        new = Copy(*key, text, attributes, reading.scheme, received, where if registered else None, first)
        if old is None or (received, text) > (old.received, old.text):
            self.kept[key] = new
        else:
            old.first = first
        if not registered:
            hit("value.not_monitored")
            return "not_monitored"
        if old is None:
            hit("value.accepted")
            return "accepted"
        if old.text == text:
            hit("value.duplicate")
            return "duplicate"
        hit("value.corrected") if self.kept[key] is new else hit("value.former_at_once")
        return "corrected"
