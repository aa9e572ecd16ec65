"""Random lines, treatment facilities and meters of a World, and what the meters say."""
import json
from random import Random

from exact import DAY, HOUR, MINUTE, day_start, time_text

RATED = {"line": 100, "facility": 10}


class Operation:
    """Of about half of the enterprises: one line or two, their treatment, its meters, orders and tolerances."""

    def __init__(self, world, seed):
        self.world, self.random = world, Random(f"operation {seed}")
        self.folder = world.folder
        self.meters = []  # (row of meters.csv, park)
        self.states = []  # (MN that reports, code, park): run states and run times
        enterprises = self.folder.rows["enterprises"]
        for i, enterprise in enumerate(enterprises):
            if i == 0 or self.random.random() < 0.4:
                self.site(enterprise["id"], enterprise["park"])

    def site(self, name, park):
        random, add = self.random, self.folder.add
        outlets = [row["id"] for row in self.folder.rows["outlets"] if row["enterprise"] == name]
        loggers = {row["outlet"]: row["mn"] for row in self.folder.rows["devices"]}
        lines = [f"{name}-works-{k}" for k in range(random.choice([1, 1, 2]))]
        for line in lines:
            add("lines", id=line, enterprise=name, name="Line")
            self.meter(line, "line", park, random.choice(["power", "power", "energy", "current"]))
            add("line_outlets", line=line, outlet=random.choice(outlets), share="0.1")
        for k in range(random.choice([1, 2, 2, 3])):
            facility, outlet = f"{name}-scrubber-{k}", random.choice([*outlets, ""])
            code = f"SB{k + 2}"
            add("facilities", id=facility, enterprise=name, name="Scrubber", outlet=outlet, hj212_code=code)
            self.meter(facility, "facility", park, random.choice(["power", "power", "energy"]))
            if random.random() < 0.4:
                self.meter(facility, "facility", park, "current")
            if random.random() < 0.5:
                self.meter(facility, "facility", park, "damper")
            self.states.append((loggers.get(outlet, f"{facility}-power".upper()), code, park))
            for line in lines:
                if k == 0 or random.random() < 0.7:
                    self.treatment(line, facility)
        if random.random() < 0.5:
            add("tolerances", enterprise=name, rule="state", name="unknown_after_minutes", value="3")
            add("tolerances", enterprise=name, rule="TS-O08", name="minutes", value=random.choice([30, 60]))
            add("tolerances", enterprise=name, rule="TS-O08", name="samples", value="20")
            add("tolerances", enterprise=name, rule="TS-O10", name="oxygen_percent", value="5")
            add("tolerances", enterprise=name, rule="TS-O10", name="zero_percent", value="60",
                valid_from=self.world.hour_inside() if random.random() < 0.5 else "")
        for unit in [*lines, *outlets, f"{name}-scrubber-0", ""]:
            if random.random() < 0.25:
                self.order(name, unit)

    def treatment(self, line, facility):
        """Facilities of one line are a group of which one must run, or a group each."""
        random = self.random
        row = {"line": line, "facility": facility, "warm_up_minutes": random.choice(["", "", "30", "10"]),
               "run_on_minutes": random.choice(["", "", "0", "12"])}
        shared = [other for other in self.folder.rows.get("treatments", []) if other["line"] == line]
        if shared and random.random() < 0.5:
            row |= {"group": "g", "required": shared[0].get("required", "") or "1"}
            for other in shared:
                other |= {"group": "g", "required": row["required"]}
        self.folder.add("treatments", **row)
        if random.random() < 0.5:
            for load, power in ((0, "4"), (50, "8")):
                self.folder.add("baselines", line=line, facility=facility, load_percent=load, power=power)

    def order(self, name, unit):
        random, start = self.random, self.world.start + self.random.randrange(5) * HOUR + 17 * MINUTE
        kind = random.choice(["stop", "limit", "maintenance", "fault"])
        self.folder.add("orders", enterprise=name, unit=unit, kind=kind, document="D-1",
                        limit_percent=random.choice(["40", "70"]) if kind == "limit" else "",
                        valid_from=time_text(start), valid_to=time_text(start + random.randint(20, 150) * MINUTE))

    def meter(self, unit, of, park, signal):
        row = {"mn": f"{unit}-{signal}".upper(), "factor": signal[0], "signal": signal, "of": of, "unit": unit,
               "rated": 100 if signal == "damper" else RATED[of],
               "idle": self.random.choice(["", "0.5"]), "valid_from": "", "valid_to": ""}
        if self.random.random() < 0.1:
            row["valid_to"] = self.world.hour_inside()
        self.folder.add("meters", **row)
        self.meters.append((row, park))

    # What is sent

    def send(self, log):
        end = min(self.world.end, self.world.start + 10 * HOUR)
        self.silent = self.world.start + self.random.randrange(10 * 60) * MINUTE
        for row, park in self.meters:
            self.meter_log(log, row, park, end)
        for mn, code, park in self.states:
            self.state_log(log, mn, code, park, end)

    def level(self, row, state):
        """A value that means a state, as a share of rated in thousandths."""
        random = self.random
        if row["signal"] == "damper":
            return {"on": 0, "off": random.choice([0, 99, 100, 500]), "idle": 0}[state]
        usual = {"on": random.choice([150, 400, 600, 601, 800]), "off": random.choice([0, 79]),
                 "idle": random.choice([80, 100, 149])}[state]
        return usual

    def meter_log(self, log, row, park, end):
        random, time = self.random, self.world.start
        kind = random.choice(["minute", "minute", "realtime"])
        step = random.choice([1, 1, 1, 2, 5]) * MINUTE
        counter = 100_000
        state = random.choice(["on", "off"])
        while time < end:
            lasting = random.choice([3, 4, 7, 8, 12, 33, 70, 150]) * MINUTE
            state = random.choices(["on", "off", "idle"], [6, 4 if state == "on" else 1, 1])[0]
            level, flat = self.level(row, state), random.random() < 0.3
            late = random.choice([0, 0, 0, 0, 3, 30]) * HOUR
            lost = random.random() < 0.08
            for at in range(time, min(time + lasting, end), step):
                thousandths = level if flat else max(0, level + random.randint(-20, 20) * (level > 200))
                counter += thousandths * row["rated"] * step // MINUTE
                if lost or random.random() < 0.01 or self.silent <= at < self.silent + 20 * MINUTE and random.random() < 0.9:
                    continue
                value = f"{thousandths * row['rated'] // 1000}.{thousandths * row['rated'] % 1000:03d}"
                if random.random() < 0.005:
                    value, counter = "-1.5", random.choice([counter, 0])
                said = {"value": value}
                if row["signal"] == "energy":
                    said = {"total": f"{counter // 60000}.{counter % 60000 * 100 // 6:06d}"}
                if random.random() < 0.01:
                    said["flag"] = random.choice(["N", "D"])
                stamp = at + random.randrange(60) * 1000 * (kind == "realtime")
                self.put(log, row["mn"], kind, stamp, {"factors": {row["factor"]: said}}, park, late)
            time += lasting

    def state_log(self, log, mn, code, park, end):
        random = self.random
        for at in range(self.world.start, end, 13 * MINUTE):
            if random.random() < 0.8:
                state = {"facilities": {code: {"state": random.choice([0, 1, 1, 1, 3])}}}
                self.put(log, mn, random.choice(["status", "realtime"]), at, state, park, 0)
        zone = next(row["zone"] for row in self.folder.rows["parks"] if row["id"] == park)
        day = day_start(self.world.start, zone)
        while day + DAY <= self.world.end + 12 * HOUR:
            hours = random.choice(["0.5", "3", "9.25", "23.9"])
            self.put(log, mn, "day", day, {"facilities": {code: {"run_hours": hours}}}, park, 25 * HOUR)
            day += DAY

    def put(self, log, mn, kind, time, members, park, late):
        random = self.random
        received = time + MINUTE + late + random.randint(0, 50_000)
        text = json.dumps({"type": "activity", "mn": mn, "kind": kind, "time": time_text(time),
                           "received": time_text(received), **members}).encode()
        log.put(received, text, "json", park, True)
        if random.random() < 0.01:  # again, or corrected later
            if random.random() < 0.5:
                text = text.replace(b'"value": "', b'"value": "1')
            later = received + random.randint(0, 8) * HOUR
            text = text.replace(time_text(received).encode(), time_text(later).encode())
            log.put(later, text, "json", park, True)
