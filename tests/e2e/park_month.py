"""A simulated month of a park of 40 enterprises: registry and log, by seed. Enterprises and values are invented."""
import csv
import datetime
import json
import random

UTC = datetime.timezone.utc
CHINA = datetime.timezone(datetime.timedelta(hours=8))
MINUTE, HOUR, DAY = (datetime.timedelta(minutes=1), datetime.timedelta(hours=1), datetime.timedelta(days=1))
PARK, MONTH = "yanhai", "2026-03"
BEGIN = datetime.datetime(2026, 3, 1, tzinfo=CHINA)
END = datetime.datetime(2026, 4, 1, tzinfo=CHINA)
ENTERPRISES = 40


def limits(prefix, codes, span):
    return [f"{prefix}/{code}/{span}" for code in codes]


DUST_AND_GASES = ("a34013", "a21026", "a21002")
# Name, industry, stack, its reference oxygen and limits in mg/m3, marking scheme, waste-water limits in mg/L.
INDUSTRIES = (
    ("石化", "C2511", "工艺加热炉排气筒", "3", limits("gb31571-2015/process-heater", DUST_AND_GASES, "hour"),
     {"a34013": 20, "a21026": 100, "a21002": 150}, "",
     limits("gb31571-2015/water-direct", ("w01018", "w21003"), "day"), {"w01018": 60, "w21003": 8}),
    ("热电", "D4412", "锅炉排气筒", "6", limits("gb13223-2011/coal-new", DUST_AND_GASES, "hour"),
     {"a34013": 30, "a21026": 100, "a21002": 100}, "thermal-power", [], {}),
    ("印染", "C1713", "燃气锅炉排气筒", "3.5", limits("gb13271-2014/new-gas", DUST_AND_GASES, "hour"),
     {"a34013": 20, "a21026": 50, "a21002": 200}, "",
     ["gb4287-2012/indirect-park-plant/w01018/day", "gb4287-2012/new-indirect-amended/w21003/day"],
     {"w01018": 500, "w21003": 20}),
    ("水泥", "C3011", "水泥窑窑尾排气筒", "10", limits("gb4915-2013/kiln", DUST_AND_GASES, "hour"),
     {"a34013": 30, "a21026": 200, "a21002": 400}, "cement", [], {}),
)
SURNAMES = ("东海", "海州", "连云", "赣榆", "云台", "花果", "新浦", "临洪", "锦屏", "板桥")
# Stories of construction projects: act and how many days before the month's end it was done.
PROJECTS = (
    ("accepted late", (("eia_approval", 420), ("design_chapter", 410), ("investment_estimate", 410),
                       ("construction_start", 400), ("completion", 130), ("acceptance_report", 20),
                       ("first_production", 12))),
    ("built without approval", (("construction_start", 16),)),
    ("in good order", (("eia_approval", 300), ("design_chapter", 290), ("investment_estimate", 290),
                       ("construction_start", 200), ("completion", 40), ("completion_disclosed", 41))),
    ("not filed yet", (("eia_approval", 500), ("design_chapter", 490), ("investment_estimate", 490),
                       ("construction_start", 480), ("completion", 60), ("acceptance_report", 45),
                       ("acceptance_opinion", 44), ("acceptance_disclosed", 42), ("display_end", 12))),
)


def text(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class ParkMonth:
    """Writes a registry folder and a log of JSON lines."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.sheets = {}
        self.lines = []  # (received, document)
        self.add("parks", id=PARK, name="沿海示范化工园区", level="provincial", province="江苏省", city="连云港市")
        self.add("clusters", id="chemistry", name="石化与新材料产业集群")
        self.add("clusters", id="materials", name="建材与能源产业集群")
        for number in range(ENTERPRISES):
            self.enterprise(number)
        self.lines.sort(key=lambda line: line[0])

    def write(self, folder):
        registry = folder / "registry"
        registry.mkdir()
        for name, rows in self.sheets.items():
            columns = list(dict.fromkeys(column for row in rows for column in row))
            with open(registry / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        with open(folder / "log.jsonl", "w", encoding="utf-8") as file:
            for _, said in self.lines:
                file.write(json.dumps(said, ensure_ascii=False) + "\n")

    def add(self, sheet, **row):
        self.sheets.setdefault(sheet, []).append(row)

    def send(self, received, said):
        self.lines.append((received, {**said, "received": text(received)}))

    def enterprise(self, number):
        kind = INDUSTRIES[number % len(INDUSTRIES)]
        enterprise = f"e{number + 1:02}"
        self.add("enterprises", id=enterprise, name=f"{SURNAMES[number // 4]}{kind[0]}有限公司", park=PARK,
                 industry=kind[1])
        self.add("memberships", cluster="chemistry" if kind[0] in ("石化", "印染") else "materials", of="enterprise",
                 member=enterprise, share="1")
        self.stack(enterprise, kind)
        if kind[7]:
            self.waste_water(enterprise, kind)
        if number % 10 == 0:
            self.project(enterprise, PROJECTS[number // 10])
        if number in (3, 13, 23):
            self.site(enterprise)

    # Outlets

    def outlet(self, enterprise, code, name, limit_ids, factors, **more):
        outlet = f"{enterprise}-{code.lower()}"
        self.add("outlets", id=outlet, enterprise=enterprise, code=code, name=name, limits=";".join(limit_ids), **more)
        self.add("devices", mn=f"MN{outlet.replace('-', '').upper()}", outlet=outlet, protocol_version="2017")
        for factor, unit in factors.items():
            self.add("factors", outlet=outlet, factor=factor, unit=unit)
        return outlet

    def stack(self, enterprise, kind):
        outlet = self.outlet(enterprise, "DA001", kind[2], kind[4],
                             {**dict.fromkeys(kind[5], "mg/m3"), "a19001": "%", "a00000": "m3/s"}, medium="air",
                             concentration_basis="standard-dry", flow_basis="standard-dry",
                             oxygen_basis="standard-dry", reference_oxygen_percent=kind[3], mark_scheme=kind[6])
        fixed = {"a19001": float(kind[3]), "a00000": self.random.uniform(8, 60)}
        over = self.hours(outlet, kind[5], fixed)
        if kind[6] == "thermal-power":
            self.marks(outlet, over)

    def waste_water(self, enterprise, kind):
        outlet = self.outlet(enterprise, "DW001", "废水总排口", kind[7],
                             {**dict.fromkeys(kind[8], "mg/L"), "w00000": "L/s"}, medium="water",
                             concentration_basis="", flow_basis="", oxygen_basis="", reference_oxygen_percent="",
                             mark_scheme="")
        self.hours(outlet, kind[8], {"w00000": self.random.uniform(3, 30)})

    def hours(self, outlet, limited, fixed):
        """Hour reports with outages, faults of the analyser, exceedances, late and corrected reports. Hours over."""
        draw = self.random
        mn = f"MN{outlet.replace('-', '').upper()}"
        total = int((END - BEGIN) / HOUR)
        silent = self.stretches(0.25, total, 30)
        resent = draw.random() < 0.3
        faulty = self.stretches(0.3, total, 20)
        over = self.stretches(0.4, total, 8)
        base = {factor: draw.uniform(0.35, 0.7) for factor in limited}
        worst = draw.choice(list(limited))
        for i in range(total):
            hour = BEGIN + i * HOUR
            if i in silent and not resent:
                continue
            factors = {}
            for factor, limit in limited.items():
                share = base[factor] * draw.uniform(0.8, 1.2)
                if factor == worst and i in over:
                    share = draw.uniform(1.05, 1.6)
                flag = "D" if i in faulty and factor == worst else "N"
                factors[factor] = {"value": f"{limit * share:.2f}", "flag": flag}
            for factor, value in fixed.items():
                factors[factor] = {"value": f"{value * draw.uniform(0.97, 1.03):.2f}", "flag": "N"}
            said = {"mn": mn, "kind": "hour", "time": text(hour), "factors": factors}
            arrives = hour + HOUR + draw.randrange(20, 240) * datetime.timedelta(seconds=1)
            if i in silent:
                arrives = BEGIN + (max(silent) + 2) * HOUR + i * datetime.timedelta(seconds=2)
                said["resend"] = True
            self.send(arrives, said)
            if i in over and draw.random() < 0.1:  # what was wrong is put right two days later
                right = {**factors, worst: {"value": f"{limited[worst] * 0.6:.2f}", "flag": "N"}}
                self.send(arrives + 2 * DAY, {**said, "factors": right})
        return sorted(over)

    def stretches(self, likely, total, longest):
        """Hours of none to three stretches of the month."""
        hours = set()
        while self.random.random() < likely and len(hours) < 3 * longest:
            begin = self.random.randrange(total - longest)
            hours |= set(range(begin, begin + self.random.randint(1, longest)))
        return hours

    # Documents

    def document(self, received, kind, name, **members):
        self.send(received, {"type": kind, "source": "portal.example", "id": name, "park": PARK, **members})

    def marks(self, outlet, over):
        """Half of the hours over are marked as a start-up, one in three of these too late."""
        for hour in over:
            if self.random.random() < 0.5:
                continue
            begin = BEGIN + hour * HOUR
            made = begin + (40 if self.random.random() < 0.33 else 3) * HOUR
            self.document(made, "mark", f"{outlet}-{hour}", outlet=outlet, scheme="thermal-power", mark="start_up",
                          author="值班长", **{"from": text(begin), "to": text(begin + HOUR)})

    def project(self, enterprise, story):
        project = f"{enterprise}-2026"
        self.add("projects", id=project, enterprise=enterprise, name="废气治理提升改造项目", outlets="")
        for act, days_before in story[1]:
            at = END - days_before * DAY
            more = {"result": "pass"} if act == "acceptance_opinion" else {}
            self.document(max(at, BEGIN) + HOUR, "milestone", f"{project}-{act}", project=project, act=act,
                          time=text(at), **more)

    def site(self, enterprise):
        """A kiln that goes on by its power meter while its scrubber stands still in some nights."""
        line, facility, mn = f"{enterprise}-mf0001", f"{enterprise}-ta001", f"PM{enterprise.upper()}"
        self.add("lines", id=line, enterprise=enterprise, code="MF0001", name="新型干法水泥窑")
        self.add("facilities", id=facility, enterprise=enterprise, code="TA001", name="湿法脱硫塔",
                 outlet=f"{enterprise}-da001")
        self.add("treatments", line=line, facility=facility)
        for factor, of, unit, rated in (("kiln", "line", line, "3200"), ("scrubber", "facility", facility, "450")):
            self.add("meters", mn=mn, factor=factor, signal="power", of=of, unit=unit, rated=rated)
        nights = {self.random.randrange(9, 13) for _ in range(2)}
        for step in range(4 * 24 * 12):
            at = BEGIN + 8 * DAY + step * 5 * MINUTE
            off = at.hour < 4 and at.day in nights
            load = 81 + step % 8
            self.send(at + 20 * datetime.timedelta(seconds=1),
                      {"type": "activity", "mn": mn, "kind": "realtime", "time": text(at),
                       "factors": {"kiln": {"value": 32 * load}, "scrubber": {"value": 3 if off else 4.5 * load}}})
