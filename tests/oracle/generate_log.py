"""A random log of what the loggers of a World send: good, late, repeated, corrected, wrong and broken records."""
import base64
import json
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from random import Random

from exact import CHINA, EPOCH, HOUR, MINUTE, day_end, day_start, time_text
from generate_milestones import Milestones
from generate_registry import AIR, WATER
from intake import frame

USUAL = {**{code: usual for code, (_, usual) in (AIR | WATER).items()}, "a19001": 9, "a01012": 110, "a01006": 101,
         "a01013": 0, "a01014": 9, "a01011": 14, "a00000": 30, "w00000": 5, "w01001": 7, "w01010": 19, "w21003": 4}
PER_STORED = {"ug/m3": 1000, "ug/L": 1000, "m3/h": 3600, "m³/h": 3600, "Pa": 1000}
CODES_2005 = {"a00000": "B02", "a01011": "S02", "a01012": "S03", "a01013": "S08", "a01014": "S05", "a19001": "S01",
              "a21026": "02", "a21002": "03", "a34013": "01", "a20057": "31", "w00000": "B01", "w01001": "001",
              "w01018": "011", "w21003": "060", "w20117": "024"}
COMMANDS = {"realtime": "2011", "minute": "2051", "hour": "2061", "day": "2031"}
NAMES = {"realtime": {"value": "Rtd", "converted": "ZsRtd", "flag": "Flag"},
         "other": {"value": "Avg", "min": "Min", "max": "Max", "total": "Cou", "converted": "ZsAvg", "flag": "Flag"}}


@dataclass
class Sent:
    received: int
    order: int
    payload: bytes
    content: str
    park: str
    stamped: bool = False  # the JSON payload has a received member of its own


def china_text(time):
    return (EPOCH + timedelta(milliseconds=time)).astimezone(CHINA).strftime("%Y%m%d%H%M%S")


class Log:
    def __init__(self, world, plain, seed):
        self.world, self.random, self.plain = world, world.random, plain
        self.faults = Random(f"sensor faults {seed}")
        self.sent = []
        for logger in world.loggers:
            self.logger(logger)
        self.strays()
        self.documents()
        for received, payload, park in Milestones(world).sent:
            self.put(received, payload, "json", park, True)
        self.marks()

    # Numbers

    def digits(self, value, places):
        """A Fraction as decimal text, cut after so many places."""
        scaled = int(value * 10**places)
        sign, scaled = ("-" if scaled < 0 else ""), abs(scaled)
        return f"{sign}{scaled // 10**places}.{scaled % 10**places:0{places}d}" if places else f"{sign}{scaled}"

    def usual(self, row, mood):
        """About the factor's usual value, in the unit it is sent in."""
        random, code = self.random, row["factor"]
        value = Fraction(USUAL[code]) * random.randint(80, 125) / 100
        if code == "a20057" and row.get("unit") == "ug/m3" or code == "w20117" and row.get("unit") == "ug/L":
            value *= 1000
        if code == "a01013":
            value = Fraction(random.randint(-30, 10), 100)
        if mood == "zero" and code in ("w00000", "a00000"):
            value = Fraction(0)
        if mood == "oxygen" and code == "a19001":
            value = Fraction(random.choice(["20.5", "20.9", "20.49"]))
        return value * PER_STORED.get(row.get("unit", ""), 1) if code not in ("a20057", "w20117") else value

    def number(self, row, mood):
        random = self.random
        if row.get("unit") in ("mg/L", "ug/L") and random.random() < 0.02:
            return "999999999999"
        if random.random() < 0.004:
            return random.choice(["999999999999", "0", "1e2", "0.0000004", "-0.0", "123456.7890123", "12.50"])
        if mood == "negative":
            return random.choice(["-0.3", "-0.1", "-0.31", "-5", "0"])
        if mood == "over":
            return random.choice(["100.1", "40000.5", "60.1", "100", "15", "999999999999"])
        if mood == "limit":
            return random.choice(["12", "12.000001", "40", "35", "9", "6", "38.5", "8.5", "9.01"])
        return self.digits(self.usual(row, mood), random.choice([0, 1, 2, 3]))

    def flag(self, row, mood):
        random = self.random
        if mood == "bad":
            return random.choice(["D", "M", "C", "B"])
        if mood == "over" and random.random() < 0.5:
            return "T"
        if row.get("set_parameter") == "yes" and random.random() < 0.5:
            return "S"
        if random.random() < 0.006:
            return random.choice(["S", "T", "F", "", "x"])
        return "N"

    def members(self, logger, row, kind, mood):
        """What is said of one factor: JSON member names and texts."""
        random, code = self.random, row["factor"]
        said = {"value": self.number(row, mood), "flag": self.flag(row, mood)}
        if code in ("a00000", "w00000") and said["value"] == "999999999999":
            said["value"] = "12.50"  # products of two such numbers leave what the program computes with
        if random.random() < 0.004:
            said["value"] = random.choice(["NaN", "9" * 40, "1" * 13, "--1", "12,5"][:4])
        if random.random() < 0.01:
            del said["flag"]
        if random.random() < 0.003:
            del said["value"]
        if code in AIR and random.random() < 0.5:
            said["converted"] = self.digits(self.usual(row, "") * 11 / 10, 2)
        stands = self.standing.get(code)
        if stands is not None:
            said.update(value=stands, flag="N")
        if kind == "realtime":
            return said
        if random.random() < 0.5 and "value" in said:
            said["min"] = self.digits(self.usual(row, mood) * 9 / 10, 1)
            said["max"] = self.digits(self.usual(row, mood) * 11 / 10, 1)
            if stands is not None:
                said.update(min=stands, max=stands)
        return said

    def totals(self, logger, kind, factors, minutes):
        """Cou members that agree with mean times flow, or do not."""
        random = self.random
        flow_code = "a00000" if logger.medium == "air" else "w00000"
        try:
            flow = Fraction(factors[flow_code]["value"])
        except (KeyError, ValueError):
            return
        row = next(row for row in logger.factors if row["factor"] == flow_code)
        per_second = flow / PER_STORED.get(row.get("unit", ""), 1) / (1 if logger.medium == "air" else 1000)
        volume = per_second * 60 * minutes
        if self.whole_totals or random.random() < 0.7:
            factors[flow_code]["total"] = self.digits(volume * random.choice([1, 1, Fraction(98, 100)]), 3)
        for code, said in factors.items():
            if code == flow_code or not self.whole_totals and random.random() < 0.3 or (code not in AIR and code not in WATER and code != "w21003"):
                continue
            try:
                value = Fraction(said["value"])
            except (KeyError, ValueError):
                continue
            unit = next(row for row in logger.factors if row["factor"] == code).get("unit", "")
            small = code in ("a20057",) and unit in ("", "mg/m3") or unit not in ("ug/m3", "ug/L")
            scale = Fraction(1, 10**6 if small else 10**9) * (1 if logger.medium == "air" else 1000)
            factor = random.choice([1, 1, 1, Fraction(103, 100), Fraction(105, 100)] + [2] * (not self.whole_totals))
            said["total"] = self.digits(value * scale * volume * factor, 7)

    # Loggers

    def sensor_faults(self, logger):
        """A factor that stands still, or at zero, and a clock that is wrong."""
        faults = self.faults
        value = faults.choice([None, None, "0", "0", "0.004", "7.3", "7.3"])
        self.standing = {faults.choice(logger.factors)["factor"]: value}
        if value == "0" and faults.random() < 0.4:
            self.standing["a19001"] = "20.9"
        self.clock = faults.choice([0] * 5 + [-150_000, 18 * MINUTE, 95 * MINUTE])

    def logger(self, logger):
        random = self.random
        self.sensor_faults(logger)
        kinds = random.choice([("realtime",), ("minute",), ("hour",), ("minute", "hour"), ("realtime", "minute", "hour"),
                               ("realtime", "hour")])
        if self.world.end - self.world.start > 24 * HOUR:
            kinds = random.choice([("hour",), ("hour",), ("minute", "hour") if logger.minutes >= 10 else ("hour",)])
        protocol = "hj212" if not self.plain and random.random() < 0.5 else "json"
        outage = self.world.start + random.randrange((self.world.end - self.world.start) // HOUR) * HOUR
        lost = random.random() < 0.5
        lasting = random.choice([None, None, None, "zero", "bad", "negative", "over"])
        spoiled = random.choice([None, *(row["factor"] for row in logger.factors)])
        if spoiled is not None and random.random() < 0.4 and lasting == "bad":
            spoiled = "w00000" if logger.medium == "water" else "a00000"
        if logger.medium == "water" and random.random() < 0.5:
            lasting, spoiled = "bad", random.choice(["w00000", "w21003", "w01018"])
        self.whole_totals = random.random() < 0.4
        self.lasting = lasting
        for hour in range(self.world.start, self.world.end, HOUR):
            mood = random.choices(["", "bad", "zero", "negative", "over", "limit", "oxygen", "missing", "sparse"],
                                  [60, 5, 6, 4, 4, 6, 4, 4, 5])[0]
            whose = random.choice([None] + [row["factor"] for row in logger.factors])
            if lasting and random.random() < 0.95:
                mood, whose = lasting, spoiled
            late = 0
            if hour == outage:
                if lost:
                    continue
                late = random.choice([2, 5, 26]) * HOUR
            self.hour(logger, hour, kinds, protocol, mood, whose, late)
        if random.random() < 0.7:
            self.days(logger, protocol)
        if random.random() < 0.15:  # an hour that begins after its park's time
            ahead = self.world.end + 60 * HOUR  # behind late meters and marks
            factors = {row["factor"]: self.members(logger, row, "hour", "") for row in logger.factors}
            self.send(logger.mn, "hour", ahead, factors, ahead - 4 * MINUTE, "json", logger)

    def hour(self, logger, hour, kinds, protocol, mood, whose, late):
        random = self.random
        if mood == "missing" and whose is None:
            return
        edge = random.choice([14, 15, 16, 30, 60, 60])
        if "realtime" in kinds or "minute" in kinds:
            for kind, step in (("realtime", logger.interval_s * 1000), ("minute", logger.minutes * MINUTE)):
                if kind not in kinds:
                    continue
                for time in range(hour, hour + HOUR, step):
                    inside = (time - hour) // MINUTE < edge
                    if kind == "realtime":
                        time += random.randrange(min(step, MINUTE) // 1000) * 1000
                    if random.random() < 0.01 or mood == "sparse" and whose is None and inside:
                        continue
                    self.report(logger, kind, time, protocol, mood if inside else "", whose, late)
        if "hour" in kinds and random.random() < 0.95:
            told = mood if self.lasting or random.random() < 0.7 else ""
            self.report(logger, "hour", hour, protocol, told, whose, late)

    def days(self, logger, protocol):
        zone = next(row["zone"] for row in self.world.folder.rows["parks"] if row["id"] == logger.park)
        day = day_start(self.world.start, zone)
        while day < self.world.end:
            self.report(logger, "day", day, protocol, "", None, 0, day_end(day, zone))
            day = day_end(day, zone)

    def report(self, logger, kind, start, protocol, mood, whose, late, end=None):
        random = self.random
        factors, seen = {}, set()
        for row in logger.factors:
            code = row["factor"]
            mine = whose is None or whose == code
            if code in seen or mine and mood in ("missing", "sparse") or random.random() < 0.004:
                continue
            seen.add(code)
            factors[code] = self.members(logger, row, kind, mood if mine or mood == "zero" else "")
        length = {"realtime": 0, "minute": logger.minutes * MINUTE, "hour": HOUR}.get(kind, 0)
        end = end or start + length
        if kind in ("minute", "hour") and (self.whole_totals or random.random() < 0.8):
            self.totals(logger, kind, factors, length // MINUTE)
        time = end if logger.labels.get(kind) == "end" else start
        if kind in ("minute", "hour") and random.random() < 0.01:
            time += random.choice([1000, 30_000, 59_000])
        if random.random() < 0.02:
            factors[random.choice(["a99999", "x-foam"])] = {"value": "1", "flag": "N"}
        received = max(end, time) + late + random.randint(0, 50_000)
        if random.random() < 0.01 and kind in ("minute", "hour"):
            received = time + random.randint(-4 * MINUTE, MINUTE)
        received += self.clock
        self.send(logger.mn, kind, time, factors, received, protocol, logger)

    # Records

    def send(self, mn, kind, time, factors, received, protocol, logger):
        random = self.random
        stamped = protocol == "json" and random.random() < 0.6
        if random.random() < 0.003 and (stamped or not self.plain):
            time += random.choice([5 * MINUTE + 1000, 3 * HOUR, 400 * 24 * HOUR, -401 * 24 * HOUR])
        payload = (self.json(mn, kind, time, factors, received if stamped else None) if protocol == "json"
                   else self.hj212(mn, kind, time, factors, logger.protocol))
        park = logger.park
        self.put(received, payload, protocol, park, stamped)
        chance = random.random()
        if chance < 0.015:
            self.put(received + random.randint(0, 3 * HOUR), payload, protocol, park, stamped)
        elif chance < 0.03:
            changed = {code: dict(said) for code, said in factors.items()}
            for said in changed.values():
                if random.random() < 0.6:
                    said.update(value=str(random.randint(1, 90)), flag="N")
            later = received + random.choice([-MINUTE, 0, 2 * MINUTE, 3 * HOUR, 30 * HOUR])
            payload = (self.json(mn, kind, time, changed, later) if protocol == "json"
                       else self.hj212(mn, kind, time, changed, logger.protocol))
            self.put(later, payload, protocol, park, protocol == "json")
        elif chance < 0.035:
            self.put(received, payload[:-7], protocol, park, stamped)
        elif chance < 0.037:
            self.put(received, b"GET / HTTP/1.1\r\n\r\n", protocol, park, stamped)

    def json(self, mn, kind, time, factors, received):
        zone = self.random.choice([0, 8])
        text = time_text(time + zone * HOUR)
        if zone:
            text = text.replace("Z", "+08:00")
        document = {"mn": mn, "kind": kind, "time": text, "factors": factors}
        if received is not None:
            document["received"] = time_text(received)
        if self.random.random() < 0.3:
            document["resend"] = True
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def hj212(self, mn, kind, time, factors, protocol):
        names = NAMES["realtime" if kind == "realtime" else "other"]
        items = [f"DataTime={china_text(time)}"]
        for code, said in factors.items():
            if protocol == 2005 and self.random.random() < 0.98:  # some loggers send a newer code all the same
                code = CODES_2005.get(code, code)
            parts = [f"{code}-{names[name]}={text}" for name, text in said.items() if name in names]
            if parts:
                items.append(",".join(parts))
        flag = {2005: ";Flag=0", 2017: ";Flag=4", 2025: ";Flag=8"}[protocol]
        if protocol == 2005 and self.random.random() < 0.5:
            flag = ""
        st = "32" if any(code.startswith("w") for code in factors) else "31"
        head = f"QN={china_text(time)}001;ST={st};CN={COMMANDS[kind]};PW=123456;MN={mn}{flag};"
        return frame((head + "CP=&&" + ";".join(items) + "&&").encode())

    def put(self, received, payload, content, park, stamped=False):
        self.sent.append(Sent(received, len(self.sent), payload, content, park, stamped))

    def strays(self):
        """Records that are nobody's reading."""
        random, world = self.random, self.world
        for _ in range(12):
            at = world.start + random.randrange(world.end - world.start)
            logger = random.choice(world.loggers)
            self.put(at, self.json("UNKNOWN-MN", "realtime", at, {"a34013": {"value": "1"}}, at), "json", "x", True)
            document = random.choice([
                {"type": "oracle", "source": "test", "id": "1"},
                {"type": "tick", "park": logger.park, "received": time_text(at)},
                {"mn": logger.mn, "kind": "weekly", "time": time_text(at), "factors": {}},
                {"mn": logger.mn, "kind": "status", "time": time_text(at), "received": time_text(at),
                 "facilities": {"SB1": {"state": 1}}},
                {"mn": logger.mn, "kind": "realtime", "time": time_text(at), "received": time_text(at), "factors": {}}])
            self.put(at, json.dumps(document).encode(), "json", logger.park, True)
        self.put(at, self.json(logger.mn, "realtime", at, {"a34013": {"value": ""}}, at), "json", logger.park, True)
        heartbeat = f"QN=20260315000000000;ST=31;CN=9015;PW=123456;MN={logger.mn};Flag=8;CP=&&&&"
        self.put(at, frame(heartbeat.encode()), "hj212", logger.park, True)

    def documents(self):
        """Explanations of the enterprises: repeated, corrected, taken back, addressed to nobody, and wrong ones."""
        random, world = self.random, self.world
        for _ in range(16):
            at = world.start + random.randrange(world.end - world.start)
            said = {"type": random.choice(["explanation", "acknowledgement"]), "source": "plant;1=%",
                    "id": f"e{random.randrange(5)}", "park": random.choice([*world.parks, "nowhere"]),
                    "received": time_text(at), "text": random.choice(["fan failure", "fan failure;\n=%", "雨"]),
                    "time": time_text(at - random.randrange(100) * MINUTE), "count": random.randrange(3),
                    "revoked": random.random() < 0.2, "nothing": None}
            if random.random() < 0.25:
                said.update(random.choice([{"source": ""}, {"id": 7}, {"park": None}, {"more": {}}, {"sha256": "12"},
                                           {"time": "yesterday"}, {"revoked": 1}, {"sha256": "a1" * 32}]))
            text = json.dumps(said, ensure_ascii=False).encode()
            for _ in range(random.choice([1, 1, 2])):
                self.put(at, text, "json", said["park"], True)

    def marks(self):
        """Marks of the outlets: in time, late, corrected, withdrawn, of others' outlets and of unknown sorts."""
        random, world = self.random, self.world
        schemes = {row["id"]: row["mark_scheme"] for row in world.folder.rows["outlets"]}
        for _ in range(random.choice([0, 20, 40, 80])):
            logger = random.choice(world.loggers)
            begin = world.start + random.randrange(-HOUR, world.end - world.start, MINUTE)
            end = begin + random.choice([15, 16, 30, 45, 46, 60, 90, 180, 600, 1800]) * MINUTE + random.choice([0, 0, 1])
            if random.random() < 0.5:
                begin, end = begin // HOUR * HOUR, -(-end // HOUR) * HOUR
            made = begin + random.choice([-HOUR, MINUTE, 2 * HOUR, 12 * HOUR, 24 * HOUR, 36 * HOUR]) + random.randrange(MINUTE)
            if random.random() < 0.2:  # at the minute of a deadline
                made = end // (24 * HOUR) * 24 * HOUR + random.choice([4, 16, 18, 22, 28]) * HOUR + random.choice([-1, 0, 1])
            said = self.mark(logger, begin, end, made, f"m{random.randrange(60)}",
                             random.choice(["stop", "upset", "upset", "fault", "start", "start_up", "service", "check",
                                            "calibration"]))
            said["scheme"] = random.choice([schemes[logger.outlet]] * 5 + ["paper"]) or "test"
            if random.random() < 0.3:
                said["factor"] = random.choice(logger.factors)["factor"]
            if random.random() < 0.1:
                said[random.choice(["revoked", "found_false"])] = random.random() < 0.7
            if random.random() < 0.08:
                said.update(random.choice([{"to": said["from"]}, {"outlet": "elsewhere"}, {"author": None}, {"from": "x"},
                                           {"park": random.choice(world.parks)}, {"found_false": 1}, {"mark": "holiday"}]))
            self.send_mark(made, said)
        marked = [logger for logger in world.loggers if schemes[logger.outlet] == "test"]
        for logger in marked:
            if random.random() < 0.4:
                self.days_marked(logger)

    def days_marked(self, logger):
        """Marks made ahead: one that exempts all days; one under a condition, which its yearly cap ends after some hours."""
        world = self.world
        made = world.start - 24 * HOUR
        middle = (world.start + (world.end - world.start) // 2) // HOUR * HOUR
        for name, begin in (("start", made), ("fault", middle)):
            self.send_mark(made, self.mark(logger, begin, world.end + 24 * HOUR, made, f"days-{name}", name))

    def mark(self, logger, begin, end, made, name, mark):
        return {"type": "mark", "source": "portal", "id": name, "park": logger.park, "received": time_text(made),
                "outlet": logger.outlet, "author": "李", "scheme": "test", "mark": mark, "from": time_text(begin),
                "to": time_text(end)}

    def send_mark(self, made, said):
        text = json.dumps(said, ensure_ascii=False).encode()
        for _ in range(self.random.choice([1, 1, 1, 2])):
            self.put(made, text, "json", said["park"], True)

    def write(self, path):
        """In order of arrival, a part of it out of order."""
        random = self.random
        for sent in self.sent:
            sent.order = sent.received + (random.randint(0, 20 * MINUTE) if random.random() < 0.03 else 0)
        self.sent.sort(key=lambda sent: sent.order)
        with open(path, "w", encoding="utf-8") as file:
            for offset, sent in enumerate(self.sent):
                if self.plain:
                    file.write(sent.payload.decode() + "\n")
                else:
                    file.write(self.capture_line(offset, sent) + "\n")

    def capture_line(self, offset, sent):
        random = self.random
        headers = [["content-type", "application/" + sent.content]]
        append = max(0, sent.order + random.randint(0, 900))
        if not sent.stamped and random.random() < 0.9:
            headers.append(["received", str(sent.received)])
        if random.random() < 0.01:
            append = sent.received - random.randint(0, 2 * MINUTE)
        text = sent.payload.decode("utf-8", "surrogateescape")
        payload = text if sent.payload.isascii() or sent.content == "json" else {
            "base64": base64.b64encode(sent.payload).decode()}
        return json.dumps({"topic": "parkwatch.input.v1", "partition": 0, "offset": offset, "timestamp": append,
                           "timestamp_type": "append", "headers": headers, "key": sent.park, "payload": payload},
                          ensure_ascii=False, separators=(",", ":"))
