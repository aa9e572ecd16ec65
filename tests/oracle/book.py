"""The registry and rules folders: dated rows, looked up by time."""
import csv
import pathlib
from datetime import date
from fractions import Fraction

from exact import local_midnight, parse_number, parse_time, to_units

FOREVER = 10**18


def parse_date(text, otherwise):
    if text in ("", "unknown"):
        return otherwise
    time = parse_time(text)
    return time if time is not None else local_midnight(date.fromisoformat(text), "Asia/Shanghai")


class Row(dict):
    """One CSV row with its validity; a column the file lacks reads as empty."""

    def __init__(self, cells):
        super().__init__(cells)
        self.valid_from = parse_date(self["valid_from"], -FOREVER)
        self.valid_to = parse_date(self["valid_to"], FOREVER)

    def __missing__(self, key):
        return ""

    def covers(self, time):
        return self.valid_from <= time < self.valid_to

    def fraction(self, column):
        """The number in a column as a Fraction, or None where it is empty."""
        return parse_number(self[column]) if self[column] else None


def read_rows(folder, name):
    path = pathlib.Path(folder) / name
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8-sig")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    rows = []
    for cells in csv.DictReader(lines):
        rows.append(Row({key: (value or "").strip() for key, value in cells.items() if key}))
    return rows


class Rules:
    def __init__(self, folder):
        self.factors = {row["code"]: row for row in read_rows(folder, "factors.csv")}
        self.codes_2005 = {row["code_2005"]: code for code, row in self.factors.items() if row["code_2005"]}
        self.limits = {}
        for row in read_rows(folder, "limits.csv"):
            self.limits.setdefault(row["id"], []).append(row)
        self.stack_limits = {}
        for row in read_rows(folder, "stack_limits.csv"):
            self.stack_limits.setdefault(row["id"], []).append(row)
        self.parameters = {}
        for row in read_rows(folder, "parameters.csv"):
            self.parameters.setdefault((row["name"], row["pack"]), []).append(row)
        self.marks = read_rows(folder, "mark_schemes.csv")
        self.units = {}
        for row in read_rows(folder, "units.csv"):
            scale = Fraction(int(row["numerator"]), int(row["denominator"]))
            self.units.setdefault(row["from"], {})[row["to"]] = scale
            self.units.setdefault(row["to"], {})[row["from"]] = 1 / scale

    def role(self, code):
        return self.factors[code]["role"]

    def medium(self, code):
        return self.factors[code]["medium"]

    def unit(self, code):
        return self.factors[code]["unit"]

    def parameter(self, name, pack, time):
        """The pack's own row that holds at the time, else the general one, else None."""
        for owner in (pack, ""):
            for row in self.parameters.get((name, owner), []):
                if row.covers(time):
                    return row["value"]
        return None

    def number(self, name, pack, time):
        value = self.parameter(name, pack, time)
        return None if value is None else Fraction(value)

    def scale(self, code, unit):
        """stored = sent * scale, along whatever chain of units.csv leads there."""
        stored = self.unit(code)
        if unit in ("", stored):
            return Fraction(1)
        if unit in ("ppm", "ppb"):
            per_ppm = self.factors[code].fraction("molar_mass") / Fraction("22.4")
            per_unit = per_ppm if unit == "ppm" else per_ppm / 1000
            return per_unit / self.chain(stored, "mg/m3")
        return self.chain(unit, stored)

    def chain(self, unit, wanted):
        reached, frontier = {unit: Fraction(1)}, [unit]
        while frontier:
            at = frontier.pop()
            for to, scale in self.units.get(at, {}).items():
                if to not in reached:
                    reached[to] = reached[at] * scale
                    frontier.append(to)
        return reached[wanted]


class Registry:
    def __init__(self, folder):
        self.parks = read_rows(folder, "parks.csv")
        self.clusters = read_rows(folder, "clusters.csv")
        self.memberships = read_rows(folder, "memberships.csv")
        self.line_outlets = read_rows(folder, "line_outlets.csv")
        self.enterprises = read_rows(folder, "enterprises.csv")
        self.outlets = read_rows(folder, "outlets.csv")
        self.devices = read_rows(folder, "devices.csv")
        self.factors = read_rows(folder, "factors.csv")
        self.permits = read_rows(folder, "permits.csv")
        self.facilities = read_rows(folder, "facilities.csv")
        self.projects = read_rows(folder, "projects.csv")
        self.found, self.only = {}, {}

    def one(self, rows, time, **wanted):
        """The row that holds at the time and has these cells, or None."""
        key = (id(rows), time, *wanted.values())
        if key not in self.found:
            self.found[key] = next((row for row in rows if row.covers(time)
                                    and all(row[name] == value for name, value in wanted.items())), None)
        return self.found[key]

    def park(self, name, time):
        return self.one(self.parks, time, id=name)

    def device(self, mn, time):
        return self.one(self.devices, time, mn=mn)

    def outlet(self, name, time):
        return self.one(self.outlets, time, id=name)

    def factor(self, outlet, code, time):
        return self.one(self.factors, time, outlet=outlet, factor=code)

    def park_of_outlet(self, outlet_row, time):
        """The park an outlet lies in, or None where the chain of rows is broken."""
        enterprise = self.one(self.enterprises, time, id=outlet_row["enterprise"])
        return self.park(enterprise["park"], time) if enterprise else None

    def facility(self, outlet_row, code, time):
        """A facility of the outlet's enterprise that devices call by this code (SB1 and the like)."""
        for row in self.facilities:
            if (row["hj212_code"], row["enterprise"]) == (code, outlet_row["enterprise"]) and row.covers(time):
                if row["outlet"] in ("", outlet_row["id"]):
                    return row
        return None

    def counting_mn(self, factor_row, time):
        """The device whose values of this factor count (docs/arithmetic.md 4)."""
        if factor_row["mn"]:
            return factor_row["mn"]
        key = (factor_row["outlet"], time)
        if key not in self.only:
            self.only[key] = self.only_device(*key)
        return self.only[key]

    def only_device(self, outlet, time):
        names = {row["mn"] for row in self.devices if row.covers(time) and row["outlet"] == outlet}
        return names.pop() if len(names) == 1 else None


class Book:
    """Registry and rules together."""

    def __init__(self, registry_folder, rules_folder):
        self.registry = Registry(registry_folder)
        self.rules = Rules(rules_folder)
        self.rules_folder = rules_folder

    def stored(self, code, unit, number):
        return to_units(number * self.rules.scale(code, unit))
