"""The limits in force (docs/arithmetic.md 9)."""
from dataclasses import dataclass
from fractions import Fraction


@dataclass
class Limit:
    id: str
    span: str
    lower: int | None
    upper: int | None
    reference: Fraction | None
    sure: bool


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
                if limit["factor"] == code and limit.covers(time) and (limit["of"] or "value") == "value":
                    sure = (limit["sure"] == "yes" and limit["clause"] != "unknown"
                            and "unknown" not in (limit["valid_from"], limit["valid_to"]))
                    yield self.limit(limit, name, limit["averaging"], "lower", "upper", sure)

    def permits(self, outlet, code, time):
        for permit in self.registry.permits:
            if (permit["outlet"], permit["factor"]) == (outlet, code) and permit.covers(time):
                if permit["limit"] or permit["lower_limit"]:
                    yield self.limit(permit, "permit/" + permit["id"], permit["span"] or "hour", "lower_limit",
                                     "limit", permit["sure"] != "no")

    def limit(self, row, name, span, lower, upper, sure):
        units = [None if row.fraction(column) is None
                 else self.book.stored(row["factor"], row["unit"], row.fraction(column))
                 for column in (lower, upper)]
        return Limit(name, span, *units, row.fraction("reference_oxygen_percent"), sure)

    def reference(self, outlet, code, time):
        """The reference oxygen of a factor's window, or None where nothing asks for it."""
        asking = sorted((limit for limit in self.in_force(outlet, code, time) if limit.reference is not None),
                        key=lambda limit: limit.id)
        if not asking:
            return None
        row = self.registry.outlet(outlet, time)
        own = row.fraction("reference_oxygen_percent")
        return asking[0].reference if own is None else own
