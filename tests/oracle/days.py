"""Local days (docs/arithmetic.md 8)."""
import copy
from collections import defaultdict
from fractions import Fraction

from coverage import hit
from exact import HOUR, MINUTE, day_end, day_start, to_units, units_text, within_percent
from hours import Window
from values import MISSING, VALID, mean

NOT_DUE = ("no_discharge", "not_operating")


MARKED = {"unmarked", "exempt"}


def unmarked(row):
    """What the hour's values alone made of it."""
    row = row.extra.get("unmarked", row)
    if "exempt" in row.extra:
        row = copy.copy(row)
        row.extra = {name: value for name, value in row.extra.items() if name != "exempt"}
    return row


def total(units):
    """The sum of stored values, or None when there are none."""
    present = [value for value in units if value is not None]
    return sum(present) if present else None


class Days:
    def __init__(self, book, values, hours, limits, park_time):
        self.book, self.rules, self.registry = book, book.rules, book.registry
        self.values, self.hours, self.limits, self.park_time = values, hours, limits, park_time
        self.rows = {}  # (outlet, factor, start) -> Window
        groups = defaultdict(list)
        for (outlet, code, hour), row in sorted(hours.rows.items()):
            groups[(outlet, code, day_start(hour, values.zone(outlet, hour)))].append(row)
        marked = {(row.outlet, day_start(hour, values.zone(outlet, hour)))
                  for (outlet, code, hour), row in hours.rows.items() if row.phase == "closed" and row.extra.keys() & MARKED}
        for (outlet, code, start), rows in groups.items():
            row = self.day(outlet, code, start, rows)
            if (outlet, start) in marked:
                hit("day.marked")
                row.extra["unmarked"] = self.day(outlet, code, start, [unmarked(hour) for hour in rows], False)
            self.rows[(outlet, code, start)] = row

    def parameter(self, name, row):
        outlet = self.registry.outlet(row.outlet, row.extra["context"])
        return self.rules.number(name, outlet["rule_pack"], row.extra["context"])

    def day(self, outlet, code, start, rows, marks=True):
        """`marks`: the rows are those after marks."""
        zone = self.values.zone(outlet, rows[0].start)
        row = Window(rows[0].park, "day", start, day_end(start, zone), outlet, code)
        covered = self.registry.factor(outlet, code, start) and self.hours.park_at(outlet, start)
        row.extra["context"] = start if covered else rows[0].start
        rows = [hour for hour in rows if hour.phase == "closed"]
        row.extra["hours"] = rows
        grace = self.parameter("grace_minutes", row)
        row.phase = "closed" if self.park_time.get(row.park, 0) >= row.end + grace * MINUTE else "open"
        due = [hour for hour in rows if hour.state not in NOT_DUE]
        row.extra["due"], row.extra["marks"] = due, marks
        row.extra["unsure_mark"] = any(hour.extra.get("unsure_mark") for hour in rows)
        valid = [hour for hour in due if hour.state == VALID]
        self.state(row, due, valid)
        self.sums(row, rows, due)
        self.reports(row)
        if self.limits.reference(outlet, code, start) is not None:
            row.converted = self.converted(row)
        return row

    def enough(self, row, count):
        """Whether so many valid hours make the day valid."""
        hours = self.parameter("day_valid_hours", row)
        if hours is not None:
            hit("day.by_hours")
            return count >= max(hours, 1)
        hit("day.by_share")
        share = self.parameter("day_valid_share_percent", row)
        return count > 0 and count * 100 >= share * len(row.extra["due"])

    def state(self, row, due, valid):
        weighted = (self.rules.medium(row.factor) == "water" and self.rules.role(row.factor) == "pollutant"
                    and any(factor["outlet"] == row.outlet and factor["factor"] == "w00000"
                            and factor.valid_from < row.end and row.start < factor.valid_to
                            for factor in self.registry.factors))
        if not row.extra["hours"]:
            hit("day.no_hour_closed")
            row.state = MISSING
        elif not due:
            stopped = any(hour.state == "not_operating" for hour in row.extra["hours"])
            row.state = "not_operating" if stopped else "no_discharge"
        elif all(hour.state == MISSING for hour in due):
            row.state = MISSING
        elif not self.enough(row, len(valid)):
            row.state = "invalid(too_few_hours)"
        elif all("exempt" in hour.extra for hour in valid):
            row.state = "exempt"
        else:
            counted = [hour for hour in valid if "exempt" not in hour.extra]
            if weighted:
                self.weigh(row, counted)
            else:
                row.state, row.value = VALID, mean([hour.value for hour in counted])
        row.source = "hours" if row.state == VALID else None
        hit("day." + row.state)

    def weigh(self, row, valid):
        pairs = []
        for hour in valid:
            flow = self.hours.rows.get((row.outlet, "w00000", hour.start))
            if flow and not row.extra["marks"]:
                flow = unmarked(flow)
            if flow and flow.state == VALID and flow.volume_m3 is not None and flow.volume_m3 > 0:
                pairs.append((hour.value, flow.volume_m3))
        volume = sum(weight for _, weight in pairs)
        if volume == 0:
            row.state = "invalid(flow_missing)"
            return
        hit("day.weighted")
        row.state = VALID
        row.value = to_units(Fraction(sum(value * weight for value, weight in pairs), volume * 10**6))

    def sums(self, row, rows, due):
        row.minimum = min((hour.minimum for hour in rows if hour.minimum is not None), default=None)
        row.maximum = max((hour.maximum for hour in rows if hour.maximum is not None), default=None)
        for name in ("samples", "valid_minutes", "invalid_minutes", "converted_minutes"):
            setattr(row, name, sum(getattr(hour, name) for hour in rows))
        row.volume_m3 = total(hour.volume_m3 for hour in rows)
        if self.rules.role(row.factor) == "pollutant":
            row.mass_kg = total(hour.mass_kg for hour in rows)
            if row.mass_kg is None:
                hit("day.missing_mass")
                row.mass_state = "missing"
            elif any(hour.mass_kg is None for hour in due):
                hit("day.partial_mass")
                row.mass_state = "partial"

    def reports(self, row):
        """The logger's own day, kept beside ours."""
        context = self.values.context(row.outlet, row.factor, row.extra["context"])
        found = self.values.find(context, "day", row.start, row.start + HOUR)
        if not found:
            return
        report = max(found, key=lambda judged: judged.copy.time)
        if report.outcome != VALID:
            hit("day.report_not_valid")
            return
        row.reported = report.units
        if row.value is None:
            return
        percent = self.parameter("report_difference_percent", row)
        if row.extra["marks"] and not within_percent(row.value, row.reported, percent):
            self.hours.find(row, "day_report_difference",
                            f"reported {units_text(row.reported)}, recomputed {units_text(row.value)}")

    def converted(self, row):
        """The mean of the hours' converted values where enough hours have one."""
        found = [hour.converted for hour in row.extra["hours"] if hour.converted is not None]
        if row.state != VALID or not found or not self.enough(row, len(found)):
            return None
        found = [hour.converted for hour in row.extra["hours"]
                 if hour.converted is not None and "exempt" not in hour.extra]
        if not found:
            return None
        hit("day.converted")
        return mean(found)
