"""The limits in force (docs/arithmetic.md 9)."""
from dataclasses import dataclass
from fractions import Fraction

from coverage import hit
from exact import to_units


def limit_of_stack(table, above_buildings, least_height, share, height, buildings):
    """A limit from its table, height to limit, for one stack (docs/rules/stack_height.md); all are Fractions."""
    lower, upper = max((h for h in table if h <= height), default=None), min((h for h in table if h >= height), default=None)
    if lower is None or upper is None:
        end = upper if lower is None else lower
        hit("stack.below" if lower is None else "stack.above")
        limit = table[end] * height**2 / end**2
    elif lower == upper:
        hit("stack.row")
        limit = table[height]
    else:
        hit("stack.between")
        limit = table[lower] + (table[upper] - table[lower]) * (height - lower) / (upper - lower)
    if buildings is not None and height < buildings + above_buildings:
        hit("stack.among_buildings")
        limit *= share
    if height < least_height:
        hit("stack.too_low")
        limit *= share
    return limit


@dataclass
class Limit:
    id: str
    span: str
    lower: int | None
    upper: int | None
    reference: Fraction | None
    sure: bool
    rate: bool = False  # of the mass of an hour, in kg/h


class Limits:
    def __init__(self, book):
        self.book, self.rules, self.registry = book, book.rules, book.registry
        self.found = {}

    def in_force(self, outlet, code, time):
        """The limits of a factor, of hours and of days, that hold at a window's start."""
        key = (outlet, code, time)
        if key not in self.found:
            every = [*self.named(outlet, code, time), *self.permits(outlet, code, time)]
            self.found[key] = [limit for limit in every if limit.span in ("hour", "day")]
        return self.found[key]

    def named(self, outlet, code, time):
        row = self.registry.outlet(outlet, time)
        names = [name.strip() for name in row["limits"].split(";")] if row else []
        for name in names:
            for limit in self.rules.limits.get(name, []):
                if limit["factor"] == code and limit.covers(time) and self.judged(limit):
                    yield self.limit(limit, name, limit["averaging"], "lower", "upper", self.sure(limit))
            table = [limit for limit in self.rules.stack_limits.get(name, [])
                     if limit["factor"] == code and limit.covers(time)]
            if table and self.judged(table[0]):
                yield self.by_stack(name, table, row)

    @staticmethod
    def judged(limit):
        return limit["of"] in ("", "value") or (limit["of"], limit["averaging"]) == ("mass-rate", "hour")

    @staticmethod
    def sure(limit):
        return (limit["sure"] == "yes" and limit["clause"] != "unknown"
                and "unknown" not in (limit["valid_from"], limit["valid_to"]))

    def by_stack(self, name, table, outlet):
        first, height = table[0], outlet.fraction("stack_height_m")
        buildings = outlet.fraction("buildings_height_m")
        upper = limit_of_stack({row.fraction("stack_height_m"): Fraction(self.units(row, "upper")) for row in table},
                               first.fraction("above_buildings_m"), first.fraction("least_height_m"),
                               first.fraction("short_percent") / 100, height, buildings)
        sure = buildings is not None and all(self.sure(row) for row in table)
        return Limit(name, first["averaging"], None, round(upper), None, sure, first["of"] == "mass-rate")

    def permits(self, outlet, code, time):
        for permit in self.registry.permits:
            if (permit["outlet"], permit["factor"]) == (outlet, code) and permit.covers(time):
                if permit["limit"] or permit["lower_limit"]:
                    yield self.limit(permit, "permit/" + permit["id"], permit["span"] or "hour", "lower_limit",
                                     "limit", permit["sure"] != "no")

    def limit(self, row, name, span, lower, upper, sure):
        return Limit(name, span, self.units(row, lower), self.units(row, upper), row.fraction("reference_oxygen_percent"),
                     sure, row["of"] == "mass-rate")

    def units(self, row, column):
        """The bound in 10^-6 of the factor's stored unit, of a mass rate of kg/h; None where there is none."""
        value = row.fraction(column)
        if value is None:
            return None
        return to_units(value) if row["of"] == "mass-rate" else self.book.stored(row["factor"], row["unit"], value)

    def reference(self, outlet, code, time):
        """The reference oxygen of a factor's window, or None where nothing asks for it."""
        asking = sorted((limit for limit in self.in_force(outlet, code, time) if limit.reference is not None),
                        key=lambda limit: limit.id)
        if not asking:
            return None
        row = self.registry.outlet(outlet, time)
        own = row.fraction("reference_oxygen_percent")
        return asking[0].reference if own is None else own
