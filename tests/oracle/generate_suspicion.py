"""A park of its own whose loggers send what looks made rather than measured, and what only nearly does."""
import json
from random import Random

from exact import DAY, HOUR, MINUTE, day_start, time_text

PARK = "park-suspicion"
# factor -> the unit it is sent in
FACTORS = {"air": {"a21026": "", "a21004": "", "a21002": "ug/m3"}, "water": {"w01018": "", "w20117": "ug/L", "w20116": ""}}
LIMITED = {"air": "a21026", "water": "w01018"}
PAIRS = {"air": ("a21004", "a21002", 1000), "water": ("w20117", "w20116", 0.001)}  # part, whole, whole's sent unit in the part's


class Suspicion:
    """Three outlets, each with two local days before the period of the seed's world."""

    def __init__(self, world, log, seed):
        self.random, self.log = Random(f"suspicion {seed}"), log
        self.add = world.folder.add
        self.first = day_start(world.start, "Asia/Shanghai") - 2 * DAY
        self.add("parks", id=PARK, name="Park", level="municipal", zone="Asia/Shanghai")
        self.add("enterprises", id="works-suspicion", name="Works", park=PARK)
        for i in range(3):
            self.outlet(i)

    def outlet(self, i):
        random, medium = self.random, self.random.choice(["air", "air", "water"])
        name, mn, reference = f"suspicion-{i}", f"SUSPICION-{i}", random.choice(["", "", "6"])
        basis = "standard-dry" if medium == "air" else ""
        self.converted = medium == "air" and reference != ""
        self.add("outlets", id=name, enterprise="works-suspicion", name=name, medium=medium, concentration_basis=basis,
                 flow_basis=basis)
        self.add("devices", mn=mn, outlet=name, protocol_version=2017, report_interval_s=60, minute_interval=30)
        for code, unit in FACTORS[medium].items():
            self.add("factors", outlet=name, factor=code, unit=unit)
        self.add("permits", id=name, outlet=name, factor=LIMITED[medium], limit="38", span="hour", source="test", sure="yes",
                 reference_oxygen_percent=reference if self.converted else "", yearly_mass_kg="1000")
        for day in range(2):
            kind = random.choice(["hour", "hour", "minute"])
            series = {LIMITED[medium]: random.choice([self.smooth, self.recurring, self.pinned, self.pinned])()}
            part, whole, scale = PAIRS[medium]
            series[part], series[whole] = self.parts(scale)
            self.send_day(mn, kind, self.first + day * DAY, series)

    # A day's values of one factor, as numbers

    def smooth(self):
        level, width = self.random.uniform(20, 36), self.random.choice([0.002, 0.006, 0.013, 0.024])
        level /= self.random.choice([1, 1, 1, 100])  # few steps of the resolution
        values = [level * (1 + width * self.random.random()) for _ in range(24)]
        if self.random.random() < 0.2:
            values[4:12] = values[4:5] * 8
        return values

    def recurring(self):
        some = [self.random.uniform(5, 30) for _ in range(self.random.choice([4, 7, 12, 24]))]
        if self.random.random() < 0.2:
            some = [20 + value / 100 for value in some]
        return [some[i % len(some)] for i in range(24)]

    def pinned(self):
        random = self.random
        share, beside = random.choice([0.5, 0.7, 0.88, 1, 1]), random.choice([0, 0, 0.5])
        return [random.choice([38, *(random.uniform(36.2, 38) for _ in range(4))]) if random.random() < share
                else random.choice([36.1, 38.01, 39.9, 34.3]) if random.random() < beside else random.uniform(10, 34)
                for _ in range(24)]

    def parts(self, scale):
        """Of a part and its whole, each in the unit it is sent in."""
        random = self.random
        share, whole = random.choice([0, 0.4, 0.7, 0.88, 1, 1]), [random.uniform(5, 60) for _ in range(24)]
        part = [value * (random.uniform(1.3, 2) if random.random() < share else random.uniform(0.1, 1.2)) for value in whole]
        if random.random() < 0.1:
            whole[3:8] = [0] * 5
        return part, [value * scale for value in whole]

    # Records

    def send_day(self, mn, kind, start, series):
        lost = self.random.choice([24, 24, 24, 5, 17])
        places, self.width = self.random.choice([2, 3]), self.random.choice([0.001, 0.1, 0.1])
        for hour in range(24):
            if hour == lost:
                continue
            at = start + hour * HOUR
            for begin in [at] if kind == "hour" else [at, at + 30 * MINUTE]:
                said = {code: self.said(kind, round(values[hour], 6 if code == "w20116" else places))
                        for code, values in series.items()}
                self.send(mn, kind, begin, begin + (HOUR if kind == "hour" else 30 * MINUTE), said)
        if self.random.random() < 0.5:  # late: some hours of the day, once more and otherwise
            for hour in self.random.sample(range(24), 6):
                at, lasting = start + hour * HOUR, HOUR if kind == "hour" else 30 * MINUTE
                said = {code: self.said(kind, round(values[hour] * 0.7, 3)) for code, values in series.items()}
                self.send(mn, kind, at, at + 30 * HOUR + lasting, said)

    def said(self, kind, value):
        said = {"value": f"{value:.6f}".rstrip("0").rstrip("."), "flag": "N"}
        if self.converted:
            said["converted"], said["value"] = said["value"], f"{value * 0.9:.3f}"
        if kind == "minute":
            width = self.width
            said["min"], said["max"] = f"{value * (1 - width):.2f}", f"{value * (1 + width):.2f}"
        return said

    def send(self, mn, kind, time, received, said):
        text = json.dumps({"mn": mn, "kind": kind, "time": time_text(time), "received": time_text(received), "factors": said})
        self.log.put(received, text.encode(), "json", PARK, True)
