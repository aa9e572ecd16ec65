"""Capture rates and substituted masses (docs/rules/substitution.md)."""
from collections import defaultdict
from datetime import date
from fractions import Fraction

from coverage import hit
from days import NOT_DUE
from exact import HOUR, local_date, local_midnight, to_units
from hours import FLOWS
from values import VALID


class Masses:
    def __init__(self, book, hours, marks):
        self.book, self.rules, self.registry, self.marks = book, book.rules, book.registry, marks
        self.capture = {}  # (park, outlet, factor, quarter) -> [hours, valid, stopped, gaps]
        self.estimates = {}  # (park, outlet, factor, hour) -> (mass, method, start of the run)
        series = defaultdict(dict)
        for (outlet, code, hour), row in hours.rows.items():
            if row.phase == "closed" and self.rules.role(code) == "pollutant":
                series[(row.park, outlet, code)][hour] = row
        for place, rows in series.items():
            for row in rows.values():
                self.count(place, row)
        for place, rows in series.items():
            self.substitute(place, rows)

    def quarter(self, park, time):
        zone = self.marks.zone(park)
        day = local_date(time, zone)
        return local_midnight(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), zone)

    def possible(self, row):
        """Whether a valid hour has a mass."""
        outlet = self.registry.outlet(row.outlet, row.start)
        known = outlet["medium"] == "water" or all(outlet[f"{name}_basis"] not in ("", "unknown")
                                                   for name in ("concentration", "flow"))
        return known and self.registry.factor(row.outlet, FLOWS[outlet["medium"]], row.start) is not None

    def is_gap(self, row):
        return row.state not in NOT_DUE and row.mass_kg is None and self.possible(row)

    def count(self, place, row):
        counts = self.capture.setdefault((*place, self.quarter(place[0], row.start)), [0, 0, 0, 0])
        counts[0] += 1
        counts[1] += row.state == VALID
        counts[2] += row.state in NOT_DUE
        counts[3] += self.is_gap(row)

    def substitute(self, place, rows):
        run, before = [], []  # hours of the run in hand; masses of valid hours, oldest first
        for hour in range(min(rows), max(rows) + HOUR, HOUR):
            row = rows.get(hour)
            if row is not None and self.is_gap(row):
                run.append(row)
            elif row is None or row.state not in NOT_DUE:
                self.estimate(place, run, before)
                run = []
                if row is not None and row.state == VALID and row.mass_kg is not None:
                    before.append(row.mass_kg)
        self.estimate(place, run, before)

    def estimate(self, place, run, before):
        if not run:
            return
        pack = self.registry.outlet(place[1], run[0].start)["rule_pack"]
        for row in run:
            if self.registry.outlet(place[1], row.start)["medium"] == "water":
                wanted, method = len(run), "mean"
            else:
                wanted, method = self.look_back(place, row, len(run), pack, run[0].start), "maximum"
            if wanted is None or not before:
                hit("substitution.none")
                continue
            masses = before[-int(wanted):]
            hit("substitution." + method)
            mass = max(masses) if method == "maximum" else to_units(Fraction(sum(masses), len(masses) * 10**9), 9)
            count = wanted if method == "maximum" else len(masses)
            self.estimates[(*place, row.start)] = (mass, f"{method}/{count}", run[0].start)

    def look_back(self, place, row, run, pack, at):
        hours, valid, stopped, _ = self.capture[(*place, self.quarter(place[0], row.start))]
        percent = Fraction(valid * 100, hours - stopped)
        number = lambda name: self.rules.number(f"substitution_{name}", pack, at)  # noqa: E731
        if percent < number("capture_low_percent"):
            return None
        if percent < number("capture_high_percent"):
            return number("hours_low_capture")
        return number("hours_short_run" if run <= number("run_hours") else "hours_long_run")

    def capture_rows(self):
        return [[*key, hours, valid, stopped, gaps, to_units(Fraction(valid, hours - stopped)) if hours > stopped else None]
                for key, (hours, valid, stopped, gaps) in self.capture.items()]

    def kilograms(self, row):
        """The estimated mass of an hour that has none, or None."""
        found = self.estimates.get((row.park, row.outlet, row.factor, row.start))
        return found[0] if found else None
