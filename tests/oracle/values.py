"""One value, one minute (docs/arithmetic.md 3 to 5)."""
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from coverage import hit
from exact import HOUR, MINUTE, day_end, day_start, floor_to, from_units, to_units

VALID, INVALID, OVER, MISSING = "valid", "invalid", "over_range", "missing"
MAY_BE_NEGATIVE = ("temperature", "pressure", "other")


@dataclass
class Judged:
    """A kept value after section 3."""
    copy: object
    start: int  # s, the start of its interval
    outcome: str
    units: int | None = None  # stored, when valid
    zero_band: bool = False

    @property
    def early(self):
        """Whether the report was received before the end of its supposed interval."""
        copy = self.copy
        return copy.kind in ("minute", "hour", "day") and copy.received < copy.where.end(copy.kind, copy.time)


@dataclass
class Minute:
    state: str
    units: int | None = None
    converted: int | None = None  # the logger's own Zs, stored


def mean(units):
    """The mean of stored values, rounded once."""
    return to_units(Fraction(sum(units), len(units) * 10**6))


class Values:
    """All kept values of a ledger, judged, and the minutes that follow from them."""

    def __init__(self, book, ledger):
        self.book = book
        self.rules = book.rules
        self.registry = book.registry
        self.reports = defaultdict(lambda: defaultdict(list))  # (outlet, factor, kind) -> s -> [Judged]
        self.samples = defaultdict(lambda: defaultdict(list))  # (outlet, factor) -> minute -> [Judged]
        self.by_report = {}  # (mn, kind, time, factor) -> Judged
        self.all = defaultdict(list)  # (outlet, factor) -> [Judged]
        self.by_hour = defaultdict(list)  # (outlet, factor, hour of s) -> [Judged]
        self.raw_cache, self.measured_cache = {}, {}
        for copy in sorted(ledger.kept.values(), key=lambda copy: (copy.time, copy.kind, copy.mn, copy.factor)):
            self.enter(copy)

    def enter(self, copy):
        if self.registry.counting_mn(copy.factor_row, copy.time) != copy.mn:
            hit("device.not_the_one_that_counts")
            return
        judged = self.judge(copy)
        place = (copy.outlet, copy.factor)
        self.all[place].append(judged)
        self.by_hour[(*place, floor_to(judged.start, HOUR))].append(judged)
        self.by_report[(copy.mn, copy.kind, copy.time, copy.factor)] = judged
        if copy.kind == "realtime":
            self.samples[place][floor_to(copy.time, MINUTE)].append(judged)
        else:
            self.reports[(*place, copy.kind)][judged.start].append(judged)

    def stored(self, copy, attribute):
        number = copy.number(attribute)
        return None if number is None else self.book.stored(copy.factor, copy.factor_row["unit"], number)

    # Section 3

    def flag_outcome(self, copy):
        """None when the flag lets the number count, else the outcome."""
        flag = copy.attributes.get("Flag", "")
        if flag == "":
            if self.rules.parameter(f"flag_required_{copy.scheme}", "", copy.time) == "yes":
                hit("flag.required")
                return INVALID
            hit("flag.not_required")
            return None
        if flag == "T":
            hit("flag.over_range")
            return OVER
        if flag == "S" and copy.factor_row["set_parameter"] == "yes":
            hit("flag.set_parameter")
            return None
        if flag != "N":
            hit("flag.other")
            return INVALID
        return None

    def judge(self, copy):
        start = copy.where.start(copy.kind, copy.time)
        number = copy.number("Rtd" if copy.kind == "realtime" else "Avg")
        if number is None:
            hit("value.no_number")
            return Judged(copy, start, INVALID)
        outcome = self.flag_outcome(copy)
        if outcome:
            return Judged(copy, start, outcome)
        row = copy.factor_row
        band, least, most = (row.fraction(name) for name in ("zero_band", "range_min", "range_max"))
        if band is not None and -band <= number < 0:
            hit("value.zero_band")
            return Judged(copy, start, VALID, 0, zero_band=True)
        if number < 0 and self.rules.role(copy.factor) not in MAY_BE_NEGATIVE:
            hit("value.negative")
            return Judged(copy, start, INVALID)
        if least is not None and number < least:
            hit("value.below_range")
            return Judged(copy, start, INVALID)
        if most is not None and number > most:
            hit("value.above_range")
            return Judged(copy, start, OVER)
        units = self.book.stored(copy.factor, row["unit"], number)
        if units is None:
            hit("value.does_not_fit")
            return Judged(copy, start, INVALID)
        hit("value.valid")
        return Judged(copy, start, VALID, units)

    # Section 4

    def minute_report(self, outlet, code, t):
        """The report with the latest s that covers t; of several with that s the latest data time."""
        by_start = self.reports[(outlet, code, "minute")]
        for s in range(t, t - 30 * MINUTE, -MINUTE):
            covering = [judged for judged in by_start.get(s, [])
                        if t < s + judged.copy.where.minutes * MINUTE]
            if covering:
                return max(covering, key=lambda judged: judged.copy.time)
        return None

    def sample_minute(self, outlet, code, t):
        """Rules 2 and 3 for the samples of one minute; None when there are none."""
        samples = self.samples[(outlet, code)].get(t, [])
        valid = [judged for judged in samples if judged.outcome == VALID]
        if valid:
            zs = [units for units in (self.stored(judged.copy, "ZsRtd") for judged in valid) if units is not None]
            return Minute(VALID, mean([judged.units for judged in valid]), mean(zs) if zs else None)
        return Minute(INVALID) if samples else None

    def raw(self, outlet, code, t):
        key = (outlet, code, t)
        if key not in self.raw_cache:
            self.raw_cache[key] = self.compute_raw(outlet, code, t)
        return self.raw_cache[key]

    def compute_raw(self, outlet, code, t):
        row = self.registry.factor(outlet, code, floor_to(t, HOUR))
        if row and row["cyclic"] == "yes":
            return self.slot(outlet, code, t, int(row["period_minutes"]))
        report = self.minute_report(outlet, code, t)
        if report and report.outcome == VALID:
            hit("minute.report")
            return Minute(VALID, report.units, self.stored(report.copy, "ZsAvg"))
        samples = self.sample_minute(outlet, code, t)
        if samples and samples.state == VALID:
            hit("minute.samples_after_invalid_report") if report else hit("minute.samples")
            return samples
        if report or samples:
            hit("minute.invalid")
            return Minute(INVALID)
        return self.fill(outlet, code, t)

    def fill(self, outlet, code, t):
        """Rule 4."""
        mn = self.registry.counting_mn(self.registry.factor(outlet, code, floor_to(t, HOUR)) or {"mn": "", "outlet": outlet}, t)
        device = self.registry.device(mn, t) if mn else None
        k = -(-int(device["report_interval_s"] or 60) // 60) if device else 1
        for back in range(1, k):
            samples = self.sample_minute(outlet, code, t - back * MINUTE)
            if samples:
                hit("minute.filled_valid") if samples.state == VALID else hit("minute.filled_invalid")
                if floor_to(t, HOUR) != floor_to(t - back * MINUTE, HOUR):
                    hit("minute.filled_across_hours")
                return samples
        return Minute(MISSING)

    def slot_bounds(self, outlet, t, period):
        zone = self.zone(outlet, t)
        midnight = day_start(t, zone)
        first = midnight + (t - midnight) // (period * MINUTE) * period * MINUTE
        if first + period * MINUTE > day_end(t, zone):
            hit("cyclic.slot_past_midnight")
        return first, first + period * MINUTE

    def zone(self, outlet, t):
        """The zone of the park an outlet lies in."""
        row = self.registry.outlet(outlet, t)
        park = self.registry.park_of_outlet(row, t) if row else None
        return (park["zone"] if park else "") or "Asia/Shanghai"

    def slot(self, outlet, code, t, period):
        """A cyclic factor's minute: the first valid value of its slot."""
        first, end = self.slot_bounds(outlet, t, period)
        key = (outlet, code, "slot", first, end)
        if key in self.raw_cache:
            return self.raw_cache[key]
        found = []
        for t in range(floor_to(first, MINUTE), end, MINUTE):
            found += [(judged.copy.time, 0, judged) for judged in self.samples[(outlet, code)].get(t, [])]
            found += [(judged.start, 1, judged) for judged in self.reports[(outlet, code, "minute")].get(t, [])]
        found = [entry for entry in found if first <= entry[0] < end]
        found.sort(key=lambda entry: (entry[0], entry[1], entry[2].copy.time))
        valid = [judged for _, _, judged in found if judged.outcome == VALID]
        if valid:
            hit("cyclic.valid")
            answer = Minute(VALID, valid[0].units, None)
        elif found:
            hit("cyclic.invalid")
            answer = Minute(INVALID)
        else:
            hit("cyclic.missing")
            answer = Minute(MISSING)
        self.raw_cache[key] = answer
        return answer

    # Section 5

    def registered(self, outlet, code, time):
        """The row of a factor at the start of the hour."""
        return self.registry.factor(outlet, code, floor_to(time, HOUR))

    def measured(self, outlet, code, t):
        """The minute on the dry standard basis."""
        key = (outlet, code, t)
        if key not in self.measured_cache:
            raw = self.raw(outlet, code, t)
            if raw.state == VALID:
                units = self.convert(outlet, code, floor_to(t, HOUR), raw.units,
                                     lambda auxiliary: self.raw(outlet, auxiliary, t).units)
                raw = Minute(VALID, units, raw.converted) if units is not None else Minute(INVALID)
            self.measured_cache[key] = raw
        return self.measured_cache[key]

    def convert(self, outlet, code, hour, units, auxiliary):
        """Section 5 for one stored number; auxiliary(code) is the stored number of a registered one or None."""
        row = self.registry.outlet(outlet, hour)
        role = self.rules.role(code)
        column = {"pollutant": "concentration_basis", "flow": "flow_basis", "oxygen": "oxygen_basis"}.get(role)
        if column is None or self.rules.medium(code) != "air":
            return units
        basis = row[column] or "unknown"
        actual = basis.startswith("actual") and role != "oxygen"
        factor = Fraction(1)
        if basis.endswith("wet"):
            moisture = self.auxiliary(row, "a01014", "moisture_percent", None, hour, auxiliary)
            if moisture is None or moisture >= 100:
                hit("basis.no_moisture")
                return None
            hit("basis.wet")
            factor *= (100 - moisture) / 100 if role == "flow" else 100 / (100 - moisture)
        if actual:
            air = self.auxiliary(row, "a01006", "pressure_kpa", Fraction("101.325"), hour, auxiliary)
            static = self.auxiliary(row, "a01013", "", Fraction(0), hour, auxiliary)
            degrees = self.auxiliary(row, "a01012", "", None, hour, auxiliary)
            if None in (air, static, degrees) or air + static <= 0 or degrees <= -273:
                hit("basis.no_state")
                return None
            hit("basis.actual")
            state = Fraction("101.325") / (air + static) * (273 + degrees) / 273
            factor *= 1 / state if role == "flow" else state
        return to_units(from_units(units) * factor)

    def auxiliary(self, outlet_row, code, column, otherwise, hour, auxiliary):
        """A registered auxiliary's number, else the outlet's set parameter, else the default."""
        if self.registry.factor(outlet_row["id"], code, hour):
            units = auxiliary(code)
            return None if units is None else from_units(units)
        if column and outlet_row[column]:
            hit("basis.set_parameter")
            return outlet_row.fraction(column)
        return otherwise

    def cannot_convert(self, outlet, hour):
        row = self.registry.outlet(outlet, hour)
        return self.rules.number("oxygen_cannot_convert_percent", row["rule_pack"], hour)

    def to_reference(self, outlet, hour, units, oxygen_units, reference):
        """measured * (21 - r) / (21 - O2), or None where that O2 cannot convert."""
        oxygen = from_units(oxygen_units)
        if oxygen >= self.cannot_convert(outlet, hour):
            hit("reference.too_much_oxygen")
            return None
        hit("reference.converted")
        return to_units(from_units(units) * (21 - reference) / (21 - oxygen))

    def converted(self, outlet, code, t, reference):
        """The converted minute's stored number, or None."""
        minute = self.measured(outlet, code, t)
        if minute.state != VALID:
            return None
        hour = floor_to(t, HOUR)
        if not self.registry.factor(outlet, "a19001", hour):
            hit("reference.logger_zs") if minute.converted is not None else hit("reference.no_zs")
            return minute.converted
        oxygen = self.measured(outlet, "a19001", t)
        if oxygen.state != VALID:
            hit("reference.no_oxygen")
            return None
        return self.to_reference(outlet, hour, minute.units, oxygen.units, reference)
