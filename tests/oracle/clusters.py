"""Contributions of parks and totals of clusters (docs/arithmetic.md 10)."""
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from coverage import hit
from days import NOT_DUE
from exact import MINUTE, day_end, day_start, from_units, to_units


@dataclass
class Sum:
    """A contribution of one park, or the total of a cluster."""
    phase: str
    gross: int = 0
    additive: int = 0
    estimated: int = 0
    due: int = 0
    present: int = 0


def whole_if_empty(share):
    return Fraction(1) if share is None else share


class Clusters:
    def __init__(self, book, hours, masses, park_time):
        self.masses = masses
        self.book, self.registry, self.hours, self.park_time = book, book.registry, hours, park_time
        self.contributions = {}  # (cluster, span, start, factor, park) -> Sum
        self.totals = {}  # (cluster, span, start, factor) -> (Sum, {park: Sum})
        for row in hours.rows.values():
            if book.rules.role(row.factor) == "pollutant":
                for cluster in self.registry.clusters:
                    self.add_hour(cluster, row)
        self.add_days()
        self.add_totals()

    def held(self, cluster, of, member, time):
        """The share of a membership that holds at the time, or None."""
        for membership in self.registry.memberships:
            if ((membership["cluster"], membership["of"] or "enterprise", membership["member"])
                    == (cluster["id"], of, member) and membership.covers(time)):
                return whole_if_empty(membership.fraction("share"))
        return None

    def share(self, cluster, row):
        """How much of the outlet belongs to the cluster's members at the hour, and how much of it counts; or None."""
        own = self.held(cluster, "outlet", row.outlet, row.start)
        if own is not None:
            hit("cluster.by_outlet")
            return Fraction(1), own
        parts = [(whole_if_empty(part.fraction("share")), self.held(cluster, "line", part["line"], row.start))
                 for part in self.registry.line_outlets if part["outlet"] == row.outlet and part.covers(row.start)]
        parts = [(part, held) for part, held in parts if held is not None]
        if parts:
            hit("cluster.by_line")
            rounded = [from_units(to_units(number, 6), 6) for number in
                       (sum(part for part, _ in parts), sum(part * held for part, held in parts))]
            return rounded[0], rounded[1]
        enterprise = self.registry.outlet(row.outlet, row.start)["enterprise"]
        whole = self.held(cluster, "enterprise", enterprise, row.start)
        if whole is None:
            return None
        hit("cluster.by_enterprise")
        return Fraction(1), whole

    def add_hour(self, cluster, row):
        if not cluster.covers(row.start):
            return
        share = self.share(cluster, row)
        if share is None:
            return
        key = (cluster["id"], "hour", row.start, row.factor, row.park)
        into = self.contributions.setdefault(key, Sum(row.phase))
        if row.state not in NOT_DUE:
            into.due += 1
            if row.mass_kg is not None:
                into.present += 1
        mass = self.masses.kilograms(row) if row.mass_kg is None else row.mass_kg
        if mass is not None:
            part, counted = (to_units(by * from_units(mass, 9), 9) for by in share)
            into.gross += part
            into.additive += counted
            into.estimated += part if row.mass_kg is None else 0

    def add_days(self):
        zones = {cluster["id"]: cluster["zone"] or "Asia/Shanghai" for cluster in self.registry.clusters}
        for (cluster, span, start, factor, park), hour in sorted(self.contributions.items()):
            day = day_start(start, zones[cluster])
            key = (cluster, "day", day, factor, park)
            if hour.phase != "closed":
                continue
            if key not in self.contributions:
                grace = self.book.rules.number("grace_minutes", "", day)
                closes = day_end(day, zones[cluster]) + grace * MINUTE
                self.contributions[key] = Sum("closed" if self.park_time.get(park, 0) >= closes else "open")
            self.merge(self.contributions[key], hour)

    def merge(self, into, part):
        into.gross += part.gross
        into.additive += part.additive
        into.estimated += part.estimated
        into.due += part.due
        into.present += part.present

    def add_totals(self):
        for (cluster, span, start, factor, park), part in sorted(self.contributions.items()):
            whole, parks = self.totals.setdefault((cluster, span, start, factor), (Sum("closed"), {}))
            self.merge(whole, part)
            parks[park] = part
            if part.phase == "open":
                whole.phase = "open"
            if len(parks) > 1:
                hit("cluster.several_parks")

    def equivalents(self, factor, whole):
        per = self.book.rules.factors[factor].fraction("equivalent_kg")
        return to_units(from_units(whole.gross, 9) / per) if per else None

    def estimated_share(self, whole):
        return to_units(Fraction(whole.estimated, whole.gross)) if whole.gross else 0

    def completeness(self, whole):
        return to_units(Fraction(whole.present, whole.due)) if whole.due else None
