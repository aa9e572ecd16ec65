"""Findings about sensors (docs/rules/quality.md): `spike` of hours and of hour reports; `stuck`, `zero`, `gap` and `clock` of days."""
from fractions import Fraction

from coverage import hit
from exact import HOUR, MINUTE, from_units, time_text, units_text
from values import MISSING, VALID

STANDING = ("atmosphere", "other")  # roles whose readings may stand still or leap by themselves


def middle(numbers):
    """The number in the middle; of an even count the lower one."""
    return sorted(numbers)[(len(numbers) - 1) // 2]


def zeros(units):
    """How many zeros a stored number ends with."""
    return len(str(units)) - len(str(units).rstrip("0"))


def spikes(values, steps, percent, widest, widest_at_end):
    """Pairs of the index at which a spike begins and the value before it."""
    if len(values) < 3:
        return []
    padded = [middle(values), *values, middle(values)]
    usual = middle([abs(value) for value in values])
    step = middle([abs(b - a) for a, b in zip(values, values[1:])])
    if usual == 0:
        hit("quality.nothing_to_leap_from")
        return []

    step = max(step, 10 ** min(zeros(value) for value in values if value))

    def stands_out(first, end):
        before, after, inside = padded[first], padded[end + 1], values[first:end]
        distance = max(min(inside) - max(before, after), min(before, after) - max(inside))
        return distance > steps * step and distance * 100 > percent * usual

    found, i = [], 0
    while i < len(values):
        width = next((width for width in range(1, min(widest, len(values) - i) + 1)
                      if (0 < i and i + width < len(values) or width <= widest_at_end) and stands_out(i, i + width)), None)
        if width:
            found.append((i, padded[i]))
            i += width  # the value to which it came back begins none
        i += 1
    return found


class Quality:
    """Adds its findings to those of the hours."""

    def __init__(self, book, values, hours, days):
        self.book, self.rules, self.values = book, book.rules, values
        self.hours, self.days = hours, days
        for row in hours.rows.values():
            self.hour(row)
        for row in days.rows.values():
            self.still(row)
            self.reports(row)
            self.gap(row)
            self.clock(row)

    def spike_parameter(self, name, row):
        return self.hours.parameter("quality_" + name, row.outlet, row.start) or 0

    def parameter(self, name, row):
        return self.days.parameter("quality_" + name, row) or 0

    def interval(self, context):
        """Minutes for which one sample or minute report may stand."""
        return max(context.minutes, context.report_minutes)

    # Hours

    def hour(self, row):
        context = row.extra["context"]
        if context.device is None or context.period or self.rules.role(row.factor) in STANDING:
            return
        steps = self.spike_parameter("spike_steps", row)
        minutes = [(row.start + i * MINUTE, self.values.raw(row.outlet, row.factor, row.start + i * MINUTE))
                   for i in range(60)]
        valid = [(time, minute.units) for time, minute in minutes if minute.state == VALID]
        longest, interval = int(self.spike_parameter("spike_minutes", row)), int(self.interval(context))
        self.spike(row, valid, steps, self.spike_parameter("spike_percent", row), max(longest, interval),
                   max(2, min(longest, interval)))

    def spike(self, row, series, steps, percent, widest, widest_at_end):
        """`series`: pairs of time and stored number."""
        units = [number for _, number in series]
        found = spikes(units, steps, percent, widest, widest_at_end) if steps else []
        if found:
            first, before = found[0]
            hit(f"quality.spike_of_{row.span}")
            self.hours.find(row, "spike", f"{len(found)}, first {units_text(units[first])} after "
                                          f"{units_text(before)} at {time_text(series[first][0])}")

    # Days: from the closed hours after marks

    def role_row(self, hour, role):
        """The closed hour of the outlet's factor with this role."""
        rows = [self.hours.rows.get((hour.outlet, code, hour.start)) for code in sorted(self.rules.factors)
                if self.rules.role(code) == role]
        return next((row for row in rows if row is not None and row.phase == "closed"), None)

    def emits(self, row, hour):
        flow, oxygen = self.role_row(hour, "flow"), self.role_row(hour, "oxygen")
        if flow is not None and (flow.state != VALID or flow.value <= 0):
            hit("quality.no_flow")
            return False
        measured = oxygen is not None and oxygen.state == VALID
        if measured and from_units(oxygen.value) >= self.days.parameter("oxygen_suspect_percent", row):
            hit("quality.air")
            return False
        return flow is not None or measured

    def value(self, row, hour):
        """The value at which the hour stood, where it counts, else None."""
        if hour.state != VALID or self.book.registry.factor(hour.outlet, hour.factor, hour.start) is None:
            return None
        units = hour.reported
        if hour.minimum is not None:
            units = hour.minimum if hour.minimum == hour.maximum else None
        if units is None:
            return None
        role, factor = self.rules.role(hour.factor), hour.extra["context"].factor
        if units == 0:
            return 0 if role == "pollutant" and self.emits(row, hour) else None
        if role in STANDING or factor["set_parameter"] == "yes":
            return None
        if abs(units) // 10 ** zeros(units) < self.parameter("stuck_least_steps", row):
            hit("quality.at_resolution")
            return None
        return units

    def runs(self, row):
        """Runs of consecutive hours at one value: (value, hours)."""
        run, at = [], None
        for hour in row.extra["hours"]:
            value = self.value(row, hour)
            if run and (value != at or hour.start != run[-1].start + HOUR):
                yield at, run
                run = []
            if value is not None:
                run, at = [*run, hour], value
        if run:
            yield at, run

    def still(self, row):
        longest = {}
        for value, run in self.runs(row):
            finding = "zero" if value == 0 else "stuck"
            reports = any(hour.minimum is None for hour in run)
            name = "zero_hours" if value == 0 else "stuck_reports" if reports else "stuck_hours"
            least = self.parameter(name, row)
            cycle = max(60, *(hour.extra["context"].period for hour in run))
            if least and len(run) * 60 >= least * cycle and len(run) > len(longest.get(finding, (0, []))[1]):
                longest[finding] = value, run
                hit("quality." + name)
        for finding, (value, run) in longest.items():
            text = f"{len(run)} h from {time_text(run[0].start)}"
            self.hours.find(row, finding, text if finding == "zero" else f"{units_text(value)} for {text}")

    def reports(self, row):
        """Hour reports without minutes of their own leap like minutes do."""
        if self.rules.role(row.factor) in STANDING:
            return
        found = [(hour.start, hour.reported) for hour in row.extra["hours"]
                 if hour.state == VALID and hour.minimum is None and hour.reported is not None
                 and not hour.extra["context"].period]
        self.spike(row, found, self.parameter("spike_steps", row), self.parameter("spike_percent", row), 1, 1)

    def missing_minutes(self, hour):
        if hour.state == MISSING:
            return 60
        heard = hour.valid_minutes + hour.invalid_minutes
        weighted = (self.rules.medium(hour.factor) == "water" and self.rules.role(hour.factor) == "pollutant"
                    and self.role_row(hour, "flow") is not None)
        return 0 if heard == 0 or weighted else 60 - heard

    def gap(self, row):
        least = self.parameter("gap_minutes", row)
        hours = row.extra["hours"]
        if hours and hours[0].start >= row.start + HOUR:
            hit("quality.begins_in_the_day")
            hours = hours[1:]
        found = [(hour, self.missing_minutes(hour)) for hour in hours
                 if hour.state not in ("no_discharge", "not_operating")]
        found = [(hour, missing) for hour, missing in found if missing >= least]
        if least and found:
            total = sum(missing for _, missing in found)
            self.hours.find(row, "gap", f"{total} min in {len(found)} h from {time_text(found[0][0].start)}")

    def lag(self, hour):
        """Milliseconds beyond what the interval lets expect, or None."""
        context = hour.extra["context"]
        if hour.first_arrival is None or context.device is None or context.period:
            return None
        sampled = hour.valid_minutes + hour.invalid_minutes > 0
        late = hour.first_arrival - (hour.start if sampled else hour.end)
        return late if late < 0 else max(late - (self.interval(context) * MINUTE if sampled else 0), 0)

    def clock(self, row):
        lags = [lag for lag in map(self.lag, row.extra["hours"]) if lag is not None]
        least = self.parameter("clock_hours", row)
        if not least or len(lags) < least:
            return
        usual = middle(lags)
        near = sum(abs(lag - usual) <= self.parameter("clock_spread_minutes", row) * MINUTE for lag in lags)
        if Fraction(near * 100, len(lags)) < self.parameter("clock_share_percent", row):
            hit("quality.late_but_not_the_clock")
            return
        text = f"in {near} of {len(lags)} h"
        if -usual >= self.parameter("clock_ahead_seconds", row) * 1000:
            hit("quality.clock_ahead")
            self.hours.find(row, "clock", f"ahead by {-usual // 1000} s {text}")
        elif usual >= self.parameter("clock_behind_minutes", row) * MINUTE:
            hit("quality.clock_behind")
            self.hours.find(row, "clock", f"behind by {usual // MINUTE} min {text}")
