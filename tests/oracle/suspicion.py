"""What looks made rather than measured (docs/rules/suspicion.md): findings of local days, of pollutants."""
from fractions import Fraction

from coverage import hit
from exact import time_text, units_text
from hours import kilograms
from quality import middle, zeros
from values import VALID

GRADES = ("high", "medium", "low")  # the gravest first


def reading(hour):
    if hour.minimum is not None and hour.maximum is not None:
        return hour.minimum
    return hour.value if hour.reported is None else hour.reported


def figures(hour):
    """What makes an hour the copy of another."""
    if hour.minimum is not None and hour.maximum is not None:
        return hour.minimum, hour.maximum
    return reading(hour)


def resolution(hours):
    """The usual power of ten that readings are multiples of, or None."""
    found = [10 ** zeros(reading(hour)) for hour in hours if reading(hour) != 0]
    return middle(found) if found else None


def moving(hours):
    """The hours in which or into which the reading moved."""
    found, before = [], None
    for hour in hours:
        within = None not in (hour.minimum, hour.maximum) and hour.minimum < hour.maximum
        if within or before is None or hour.value != before.value:
            found.append(hour)
        else:
            hit("suspicion.does_not_move")
        before = hour
    return found


class Suspicion:
    """Adds its findings to those of the hours."""

    def __init__(self, book, hours, days, limits):
        self.rules, self.registry = book.rules, book.registry
        self.hours, self.days, self.limits = hours, days, limits
        for row in days.rows.values():
            valid = [hour for hour in row.extra["hours"] if hour.state == VALID]
            if self.rules.role(row.factor) != "pollutant" or not valid:
                continue
            self.smooth(row, valid)
            self.recurring(row, valid)
            self.pinned(row, valid)
            self.contradiction(row, valid)

    def parameter(self, name, row):
        return self.days.parameter("quality_" + name, row) or 0

    def enough(self, count, name, row):
        least = self.parameter(name, row)
        return 0 < least <= count

    def suspect(self, row, name, share, upwards, text):
        """With the gravest grade whose parameter the share in percent reaches."""
        for grade in GRADES:
            percent = self.parameter(f"{name}_{grade}_percent", row)
            if percent and (share >= percent if upwards else share <= percent):
                hit(f"suspicion.{name}.{grade}")
                self.hours.find(row, "suspect_" + name, f"{grade}: {text}")
                return
        hit(f"suspicion.{name}.not")

    def smooth(self, row, valid):
        hours = moving(valid)
        if not self.enough(len(hours), "smooth_hours", row):
            return
        values = [hour.value for hour in hours]
        level, one = middle([abs(value) for value in values]), resolution(hours)
        if one is None or level < one * self.parameter("smooth_steps", row):
            hit("suspicion.smooth.few_steps")
            return
        spread = max(values) - min(values)
        text = f"{len(hours)} h from {units_text(min(values))} to {units_text(max(values))}"
        ranges = [hour.maximum - hour.minimum for hour in hours if hour.maximum is not None and hour.maximum > hour.minimum]
        if ranges:
            if Fraction(spread * 100, middle(ranges)) > self.parameter("smooth_range_percent", row):
                hit("suspicion.smooth.drifts_with_its_minutes")
                return
            text += f", within an hour {units_text(middle(ranges))}"
        self.suspect(row, "smooth", Fraction(spread * 100, level), False, text)

    def recurring(self, row, valid):
        told = [hour for before, hour in zip([None, *valid], valid) if before is None or figures(before) != figures(hour)]
        if not self.enough(len(told), "recurring_figures", row):
            return
        readings, one = [reading(hour) for hour in told], resolution(told)
        if one is None or middle([abs(each - middle(readings)) for each in readings]) < one * self.parameter("recurring_steps", row):
            hit("suspicion.recurring.few_steps")
            return
        different = len({figures(hour) for hour in told})
        self.suspect(row, "recurring", Fraction(different * 100, len(told)), False,
                     f"{len(told)} figures, {different} different")

    def bound(self, hour):
        """The upper bound of the limit that leads the hour and the value held against it, or None."""
        found = [limit for limit in self.limits.in_force(hour.outlet, hour.factor, hour.start) if limit.span == "hour"]
        far = 2**64
        lead = min((limit for limit in found if not limit.rate), default=None,
                   key=lambda limit: (far if limit.upper is None else limit.upper,
                                      far if limit.lower is None else -limit.lower, limit.id))
        if lead is None or lead.upper is None:
            hit("suspicion.pinned.no_limit")
            return None
        value = hour.value if lead.reference is None else hour.converted
        return None if value is None else (value, lead.upper)

    def pinned(self, row, valid):
        pairs = [pair for pair in map(self.bound, valid) if pair]
        if not self.enough(len(pairs), "pinned_hours", row):
            return
        band = self.parameter("pinned_band_percent", row)

        def between(over, up_to):
            return [upper for value, upper in pairs if over * upper < value * 100 <= up_to * upper]

        pinned = between(100 - band, 100)
        beside = len(between(100 - 2 * band, 100 - band)) + len(between(100, 100 + band))
        if pinned and Fraction(beside * 100, len(pinned)) > self.parameter("pinned_beside_percent", row):
            hit("suspicion.pinned.on_both_sides")
        elif pinned:
            self.suspect(row, "pinned", Fraction(len(pinned) * 100, len(pairs)), True,
                         f"{len(pinned)} of {len(pairs)} h in the last {band} % below {units_text(pinned[0])}, {beside} beside")

    def contradiction(self, row, valid):
        whole = self.rules.factors[row.factor]["part_of"]
        if not whole:
            return
        pairs = [(hour, self.hours.rows.get((row.outlet, whole, hour.start))) for hour in valid]
        pairs = [(hour, other) for hour, other in pairs
                 if other is not None and other.phase == "closed" and other.state == VALID and other.value > 0]
        if not self.enough(len(pairs), "contradiction_hours", row):
            return
        part_mass, whole_mass = kilograms(self.rules.unit(row.factor)), kilograms(self.rules.unit(whole))
        excess = self.parameter("contradiction_excess_percent", row)
        above = [(hour, other) for hour, other in pairs
                 if hour.value * part_mass * 100 > other.value * whole_mass * (100 + excess)]
        if above:
            hour, other = above[0]
            self.suspect(row, "contradiction", Fraction(len(above) * 100, len(pairs)), True,
                         f"{len(above)} of {len(pairs)} h above {whole}, first {units_text(hour.value)} against "
                         f"{units_text(other.value)} at {time_text(hour.start)}")
