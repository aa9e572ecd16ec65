"""A small random registry and rules folder, as text."""
import pathlib
import shutil
from dataclasses import dataclass, field
from random import Random

from exact import HOUR, time_text

# code -> what senders may write it in, a usual value, a usual spread
AIR = {"a34013": (["", "ug/m3"], 12), "a21026": (["", "mg/m³", "ppm"], 40), "a21002": (["", "mg/Nm3"], 70),
       "a20057": (["ug/m3", "mg/m3", ""], 1)}
WATER = {"w01018": (["", "mg/l"], 40), "w21011": (["", "ug/L"], 1), "w20117": (["ug/L", "mg/L"], 2)}

LIMITS = """\
test/dust-hour,Test,1,any,any,a34013,,12,mg/m3,value,hour,6,yes,test,2020-01-01,2040-01-01
test/dust-hour-plain,Test,1,any,any,a34013,,11.5,mg/m3,value,hour,,yes,test,2020-01-01,2040-01-01
test/dust-day,Test,1,any,any,a34013,,10,mg/m3,value,day,11,no,test,2020-01-01,2040-01-01
test/dust-rate,Test,1,any,any,a34013,,1,kg/h,mass-rate,hour,,yes,test,2020-01-01,2040-01-01
test/sulphur-hour,Test,1,any,any,a21026,,40,mg/m3,value,hour,,yes,test,2020-01-01,{change}
test/sulphur-hour,Test,1,any,any,a21026,,35,mg/m3,value,hour,,no,test,{change},2040-01-01
test/sulphur-low,Test,1,any,any,a21026,1,,mg/m3,value,hour,,yes,test,2020-01-01,2040-01-01
test/nitrogen-hour,Test,1,any,any,a21002,,70000,ug/m3,value,hour,9,yes,test,2020-01-01,2040-01-01
test/nitrogen-day,Test,1,any,any,a21002,2,70,mg/m3,value,day,9,yes,test,2020-01-01,2040-01-01
test/oxygen-hour,Test,1,any,any,a19001,,12,%,value,hour,,yes,test,2020-01-01,2040-01-01
test/cod-day,Test,1,any,any,w01018,,40,mg/L,value,day,,yes,test,2020-01-01,2040-01-01
test/cod-hour,Test,1,any,any,w01018,,45,mg/L,value,hour,,yes,test,2020-01-01,2040-01-01
test/ammonia-day,Test,1,any,any,w21003,,5,mg/L,value,day,,yes,test,2020-01-01,2040-01-01
test/ph-day,Test,1,any,any,w01001,6,9,1,value,day,,yes,test,2020-01-01,2040-01-01
test/ph-hour,Test,1,any,any,w01001,6,,1,value,hour,,yes,test,2020-01-01,2040-01-01
test/chromium-instant,Test,1,any,any,w20117,,100,ug/L,value,instant,,yes,test,2020-01-01,2040-01-01
"""
STACK_LIMITS = """\
test/dust-stack,Test,1,any,any,a34013,15,1,kg/h,mass-rate,hour,5,15,50,yes,test,2020-01-01,{change}
test/dust-stack,Test,1,any,any,a34013,20,1.6,kg/h,mass-rate,hour,5,15,50,yes,test,2020-01-01,{change}
test/dust-stack,Test,1,any,any,a34013,30,5,kg/h,mass-rate,hour,5,15,50,yes,test,2020-01-01,{change}
test/dust-stack,Test,2,any,any,a34013,15,0.9,kg/h,mass-rate,hour,3,10,40,no,test,{change},2040-01-01
test/sulphur-stack,Test,1,any,any,a21026,20,41000,ug/m3,value,hour,5,15,50,yes,test,2020-01-01,2040-01-01
test/sulphur-stack,Test,1,any,any,a21026,40,60000,ug/m3,value,hour,5,15,50,yes,test,2020-01-01,2040-01-01
"""
MARKS = """\
test,Test,,stop,停,stop,condition,stopped,45,12,unit,,,,,,,Test,1,yes,2020-01-01,2040-01-01
test,Test,,upset,异常,upset,condition,exempt,45,12,unit,,,upset,3,,,Test,1,yes,2020-01-01,2040-01-01
test,Test,,fault,故障,fault,condition,exempt,40,2,unit,,,upset,3,a34013,12.5,Test,1,yes,2020-01-01,2040-01-01
test,Test,,start,启动,start,condition,exempt,30,6,unit,a21026;w01018,2,,,,,Test,1,no,2020-01-01,{change}
test,Test,,start,启动,start,condition,exempt,30,6,unit,,,,,,,Test,1,yes,{change},2040-01-01
test,Test,,service,维护,service,equipment,invalid,15,12,both,,,,,,,Test,1,yes,2020-01-01,2040-01-01
test,Test,,check,校准,check,equipment,invalid,15,0,both,,,,,,,Test,1,no,{change},2040-01-01
"""
AIR_LIMITS = ["test/dust-hour", "test/dust-hour-plain", "test/dust-day", "test/dust-rate", "test/sulphur-hour",
              "test/sulphur-low", "test/nitrogen-hour", "test/nitrogen-day", "test/oxygen-hour"]
STACK_IDS = ["test/dust-stack", "test/sulphur-stack"]
WATER_LIMITS = ["test/cod-day", "test/cod-hour", "test/ammonia-day", "test/ph-day", "test/ph-hour"]


@dataclass
class Logger:
    """A device as the log generator sees it."""
    mn: str
    outlet: str
    park: str
    medium: str
    interval_s: int
    minutes: int
    labels: dict
    protocol: int
    factors: list = field(default_factory=list)  # rows of factors.csv as dicts
    silent_from: int = 0
    silent_to: int = 0


class Folder:
    """Rows of the CSV files, written once."""

    def __init__(self):
        self.rows = {}

    def add(self, name, /, **cells):
        self.rows.setdefault(name, []).append(cells)
        return cells

    def write(self, folder):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in self.rows.items():
            columns = list(dict.fromkeys(column for row in rows for column in row))
            lines = [",".join(columns)] + [",".join(str(row.get(column, "")) for column in columns) for row in rows]
            (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


class World:
    """Parks, clusters, enterprises, outlets, factors and permits of one seed."""

    def __init__(self, random, start, end, zone=None):
        self.random, self.start, self.end = random, start, end
        self.folder = Folder()
        self.loggers = []
        zones = ["Asia/Shanghai", random.choice(["Asia/Shanghai", "Asia/Urumqi"]),
                 random.choice(["Asia/Shanghai", "Europe/Berlin", "Asia/Kolkata"])]
        zones[0] = zone or zones[0]
        self.parks = [f"park-{i}" for i in range(random.randint(2, 3))]
        for i, park in enumerate(self.parks):
            self.folder.add("parks", id=park, name=f"Park {i}", level="municipal", zone=zones[i])
        self.clusters = ["cluster-a", "cluster-b"]
        for i, cluster in enumerate(self.clusters):
            self.folder.add("clusters", id=cluster, name=f"Cluster {i}", zone=random.choice(zones))
        for i in range(random.randint(2, 4)):
            self.enterprise(i)

    def hour_inside(self):
        """A whole hour inside the period, as text."""
        hours = (self.end - self.start) // HOUR
        return time_text(self.start + self.random.randrange(max(hours, 1)) * HOUR)

    def enterprise(self, i):
        random, name = self.random, f"works-{i}"
        park = self.parks[i % len(self.parks)]
        self.folder.add("enterprises", id=name, name=f"Works {i}", park=park)
        if random.random() < 0.5:
            self.folder.add("facilities", id=f"{name}-treatment", enterprise=name, name="Treatment", hj212_code="SB1")
        by_enterprise = {cluster: random.random() < 0.5 for cluster in self.clusters}
        for cluster, belongs in by_enterprise.items():
            if belongs:
                cut = self.hour_inside()
                self.folder.add("memberships", cluster=cluster, of="enterprise", member=name,
                                share=random.choice(["1", "0.5", "0.333333", ""]),
                                valid_to=random.choice(["", "", cut]))
        lines = [f"{name}-line-{k}" for k in range(random.randint(0, 2))]
        for line in lines:
            self.folder.add("lines", id=line, enterprise=name, name="Line")
            for cluster, belongs in by_enterprise.items():
                if not belongs and random.random() < 0.5:
                    self.folder.add("memberships", cluster=cluster, of="line", member=line,
                                    share=random.choice(["1", "0.7", "0.333333", ""]),
                                    valid_to=random.choice(["", "", self.hour_inside()]))
        for j in range(random.randint(1, 2)):
            medium = random.choice(["air", "air", "water"])
            outlet = f"{name}-{medium}-{j}"
            self.outlet(outlet, name, park, medium)
            for line in lines:
                if random.random() < 0.7:
                    self.folder.add("line_outlets", line=line, outlet=outlet,
                                    share=random.choice(["0.5", "0.333333", "0.123457"]),
                                    valid_from=random.choice(["", "", self.hour_inside()]))
            for cluster, belongs in by_enterprise.items():
                if not belongs and random.random() < 0.4:
                    self.folder.add("memberships", cluster=cluster, of="outlet", member=outlet,
                                    share=random.choice(["1", "0.25", "0.1"]), valid_from=self.hour_inside())

    def outlet(self, name, enterprise, park, medium):
        random = self.random
        air = medium == "air"
        bases = ["standard-dry", "standard-dry", "standard-wet", "actual-dry", "actual-wet", "unknown"]
        choices = AIR_LIMITS if air else WATER_LIMITS
        limits = random.sample(choices, random.randint(0, len(choices)))
        pack = random.choice(["", "", "waste-incineration"]) if air else ""
        stack = Random(f"{self.start} {name}")  # its own: what else a seed makes stays
        if air:
            limits += stack.sample(STACK_IDS, stack.randint(0, 2))
        self.folder.add(
            "outlets", id=name, enterprise=enterprise, name=name, medium=medium, rule_pack=pack,
            concentration_basis=random.choice(bases) if air else "", flow_basis=random.choice(bases) if air else "",
            oxygen_basis=random.choice(["standard-dry", "standard-wet", "unknown"]) if air else "",
            reference_oxygen_percent=random.choice(["", "", "6", "11", "3.5"]) if air else "",
            pressure_kpa=random.choice(["", "100.9"]) if air else "",
            moisture_percent=random.choice(["", "8.25"]) if air else "",
            stack_height_m=stack.choice(["8", "15", "17.3", "20", "24.75", "45"]) if air else "",
            buildings_height_m=stack.choice(["", "0", "12", "30"]) if air else "", limits=";".join(limits),
            mark_scheme=random.choice(["", "test", "test", "thermal-power"]))
        loggers = self.devices(name, park, medium)
        self.loggers += loggers
        self.factors(name, loggers, air)
        for code in ("a34013", "a21026") if air else ("w01018", "w01001"):
            if random.random() < 0.4:
                self.permit(name, code, air)

    def permit(self, outlet, code, air):
        random = self.random
        self.folder.add("permits", id=f"{outlet}-{code}", outlet=outlet, factor=code,
                        limit={"a34013": "9.5", "a21026": "38", "w01018": "38.5", "w01001": "8.5"}[code],
                        lower_limit="6.5" if code == "w01001" else "", span=random.choice(["hour", "day"]),
                        reference_oxygen_percent=random.choice(["", "8"]) if air else "",
                        yearly_mass_kg="1000", source="test", sure=random.choice(["yes", "no"]),
                        valid_from=random.choice(["", "2026-01-01", self.hour_inside()]))

    def devices(self, outlet, park, medium):
        """One device; sometimes another takes its place; sometimes there are two."""
        random = self.random
        count = random.choice([1, 1, 1, 2, 3])  # 3: one after the other
        cut = self.hour_inside()
        loggers = []
        for i in range(2 if count > 1 else 1):
            logger = Logger(
                f"{outlet.upper()}-{i}", outlet, park, medium, random.choice([30, 60, 60, 120, 300, 590, 600, 3600]),
                random.choice([1, 5, 10, 15, 30]),
                {kind: random.choice(["start", "start", "end"]) for kind in ("minute", "hour", "day")},
                random.choice([2005, 2017, 2017, 2025, 2025]))
            self.folder.add(
                "devices", mn=logger.mn, outlet=outlet, protocol_version=logger.protocol,
                report_interval_s=logger.interval_s, minute_interval=logger.minutes,
                minute_label=logger.labels["minute"], hour_label=logger.labels["hour"],
                day_label=logger.labels["day"], valid_from=cut if count == 3 and i == 1 else "",
                valid_to=cut if count == 3 and i == 0 else "")
            loggers.append(logger)
        self.together = count == 2
        return loggers

    def factors(self, outlet, loggers, air):
        random = self.random
        wanted = {}
        for code, (units, _) in (AIR if air else WATER).items():
            if random.random() < 0.6:
                wanted[code] = {"unit": random.choice(units)}
        if air:
            wanted |= {code: {} for code, odds in (("a19001", 0.7), ("a01012", 0.6), ("a01006", 0.3), ("a01011", 0.2))
                       if random.random() < odds}
            if random.random() < 0.75:
                wanted["a00000"] = {"unit": random.choice(["", "m3/h", "m³/h"])}
            if random.random() < 0.5:
                wanted["a01014"] = {"set_parameter": random.choice(["yes", "no"])}
            if random.random() < 0.4:
                wanted["a01013"] = {"unit": random.choice(["Pa", "kPa", ""])}
        else:
            wanted |= {code: {} for code, odds in (("w01001", 0.7), ("w01010", 0.3)) if random.random() < odds}
            wanted["w21003"] = {"cyclic": "yes", "period_minutes": random.choice([60, 120, 90, 240, 20])}
            if random.random() < 0.8:
                wanted["w00000"] = {"unit": random.choice(["", "m3/h", "L/s"])}
        for code, cells in wanted.items():
            owner = random.choice(loggers) if self.together else None
            row = self.folder.add(
                "factors", outlet=outlet, factor=code, mn=owner.mn if owner else "", **cells,
                range_min=random.choice(["", "", "0.5"]) if code in AIR | WATER else "",
                range_max={"w01001": "14", "a19001": "25"}.get(code, ""),
                zero_band=random.choice(["", "0.3"]) if code in AIR else "")
            if code in AIR and random.random() < 0.3:
                row["range_max"] = {"": "100", "ug/m3": "40000"}.get(row.get("unit", ""), "100")
            for logger in loggers:
                logger.factors.append(row)
            self.date_factor(row)

    def date_factor(self, row):
        """Sometimes a factor is registered late, ends early, or changes its range."""
        kind = self.random.choice(["", "", "", "late", "early", "changes"])
        cut = self.hour_inside()
        if kind == "late":
            row["valid_from"] = cut
        elif kind == "early":
            row["valid_to"] = cut
        elif kind == "changes":
            self.folder.add("factors", **{**row, "valid_from": cut, "range_max": "60" if row["range_max"] else ""})
            row["valid_to"] = cut

    def write(self, folder, product_rules):
        self.folder.write(pathlib.Path(folder) / "registry")
        rules = pathlib.Path(folder) / "rules"
        shutil.copytree(product_rules, rules, dirs_exist_ok=True)
        change = time_text(self.start + (self.end - self.start) // HOUR // 2 * HOUR)
        with open(rules / "limits.csv", "a", encoding="utf-8") as file:
            file.write(LIMITS.format(change=change))
        with open(rules / "stack_limits.csv", "a", encoding="utf-8") as file:
            file.write(STACK_LIMITS.format(change=change))
        with open(rules / "mark_schemes.csv", "a", encoding="utf-8") as file:
            file.write(MARKS.format(change=change))
        if self.random.random() < 0.5:
            path = rules / "parameters.csv"
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("conversion_order,,minute", "conversion_order,,hour"), encoding="utf-8")
