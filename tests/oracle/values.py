"""One value, one minute (docs/arithmetic.md 3 to 5)."""
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from coverage import hit
from exact import HOUR, MINUTE, day_end, day_start, floor_to, from_units, to_units
from ledger import interval_start, length

VALID, INVALID, OVER, MISSING = "valid", "invalid", "over_range", "missing"
BELOW = "below"  # of outcomes only until it is known why a value is invalid
MAY_BE_NEGATIVE = ("temperature", "pressure", "other")


@dataclass
class Judged:
    """A kept value after section 3, read with the rows of one window."""
    copy: object
    start: int  # s, the start of its interval
    end: int
    outcome: str
    units: int | None = None  # stored, when valid
    zero_band: bool = False
    below: bool = False  # less than can be measured

    @property
    def early(self):
        """Whether the report was received before the end of its supposed interval."""
        return self.copy.kind != "realtime" and self.copy.received < self.end


@dataclass
class Minute:
    state: str
    units: int | None = None
    converted: int | None = None  # the logger's own Zs, stored


@dataclass
class Context:
    """What the registry says of an outlet's factor at one time; `device` is the one that counts."""
    outlet: dict
    factor: dict
    device: dict | None

    @property
    def code(self):
        return self.factor["factor"]

    @property
    def minutes(self):
        """K."""
        return length(self.device, "minute") // MINUTE

    @property
    def report_minutes(self):
        """k."""
        return -(-int(self.device["report_interval_s"] or 60) // 60)

    @property
    def period(self):
        """Of a cyclic factor in minutes, else 0."""
        return int(self.factor["period_minutes"]) if self.factor["cyclic"] == "yes" else 0


def mean(units):
    """The mean of stored values, rounded once."""
    return to_units(Fraction(sum(units), len(units) * 10**6))


class Values:
    """All kept values of a ledger, judged, and the minutes that follow from them."""

    def __init__(self, book, ledger):
        self.book = book
        self.rules = book.rules
        self.registry = book.registry
        self.sent = defaultdict(list)  # (mn, factor, kind, minute of the data time) -> [Copy]
        self.hours_with_data = defaultdict(set)  # (outlet, factor) -> hours of interval starts
        self.contexts, self.judged, self.raw_cache, self.measured_cache, self.sampled = {}, {}, {}, {}, {}
        for copy in ledger.kept.values():
            if copy.where and copy.kind != "status":
                self.sent[(copy.mn, copy.factor, copy.kind, floor_to(copy.time, MINUTE))].append(copy)
                self.note_data(copy)

    def note_data(self, copy):
        """An hour in which a value is, that is registered at its data time."""
        if copy.kind in ("realtime", "minute", "hour"):
            place = (copy.where.outlet["id"], copy.factor)
            self.hours_with_data[place].add(floor_to(copy.where.start(copy.kind, copy.time), HOUR))

    def context(self, outlet, code, time):
        """The rows that hold at a time, or None where the factor is not registered."""
        key = (outlet, code, time)
        if key not in self.contexts:
            factor, row = self.registry.factor(outlet, code, time), self.registry.outlet(outlet, time)
            mn = self.registry.counting_mn(factor, time) if factor else None
            device = self.registry.device(mn, time) if mn else None
            self.contexts[key] = Context(row, factor, device) if factor and row else None
        return self.contexts[key]

    def find(self, context, kind, first, end):
        """The values of a kind whose s lies in [first, end), by s and data time."""
        if context is None or context.device is None:
            return []
        shift = length(context.device, kind) if context.device.get(f"{kind}_label", "start") == "end" else 0
        found = []
        for minute in range(floor_to(first + shift, MINUTE), end + shift, MINUTE):
            for copy in self.sent.get((context.device["mn"], context.code, kind, minute), []):
                judged = self.judge(context, copy)
                if first <= judged.start < end and copy.where.outlet["id"] == context.outlet["id"]:
                    found.append(judged)
        return sorted(found, key=lambda judged: (judged.start, judged.copy.time))

    def stored(self, context, copy, attribute):
        number = copy.number(attribute)
        return None if number is None else self.book.stored(copy.factor, context.factor["unit"], number)

    # Section 3

    def flag_outcome(self, context, copy):
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
        if flag == "S" and context.factor["set_parameter"] == "yes":
            hit("flag.set_parameter")
            return None
        if flag != "N":
            hit("flag.other")
            return INVALID
        return None

    def judge(self, context, copy):
        key = (id(copy), id(context.factor), id(context.device))
        if key not in self.judged:
            start = interval_start(context.device, copy.kind, copy.time)
            outcome, units, zero_band = self.outcome(context, copy)
            below, outcome = outcome == BELOW, INVALID if outcome == BELOW else outcome
            end = (floor_to(start, HOUR) if copy.kind == "hour" else start) + length(context.device, copy.kind)
            self.judged[key] = Judged(copy, start, end, outcome, units, zero_band, below)
        return self.judged[key]

    def outcome(self, context, copy):
        """Outcome, stored number and whether it lies in the zero band."""
        number = copy.number("Rtd" if copy.kind == "realtime" else "Avg")
        if number is None:
            hit("value.no_number")
            return INVALID, None, False
        flagged = self.flag_outcome(context, copy)
        if flagged:
            return flagged, None, False
        row = context.factor
        band, least, most = (row.fraction(name) for name in ("zero_band", "range_min", "range_max"))
        if band is not None and -band <= number < 0:
            hit("value.zero_band")
            return VALID, 0, True
        if number < 0 and self.rules.role(copy.factor) not in MAY_BE_NEGATIVE:
            hit("value.negative")
            return BELOW, None, False
        if least is not None and number < least:
            hit("value.below_range")
            return BELOW, None, False
        if most is not None and number > most:
            hit("value.above_range")
            return OVER, None, False
        units = self.book.stored(copy.factor, row["unit"], number)
        if units is None:
            hit("value.does_not_fit")
            return INVALID, None, False
        hit("value.valid")
        return VALID, units, False

    # Section 4: the minute t, read with the rows that hold at the start of its hour

    def covering_reports(self, context, t):
        """The minute reports with s <= t < s + K, the latest s first, of those the latest data time."""
        if context.device is None:
            return []
        return self.find(context, "minute", t - (context.minutes - 1) * MINUTE, t + MINUTE)[::-1]

    def sample_minute(self, context, t):
        key = (id(context), t)
        if key not in self.sampled:
            self.sampled[key] = self.compute_sample_minute(context, t)
        return self.sampled[key]

    def compute_sample_minute(self, context, t):
        """Rules 2 and 3 for the samples of one minute; None when there are none."""
        samples = self.find(context, "realtime", t, t + MINUTE)
        valid = [judged for judged in samples if judged.outcome == VALID]
        if valid:
            zs = [self.stored(context, judged.copy, "ZsRtd") for judged in valid]
            zs = [units for units in zs if units is not None]
            return Minute(VALID, mean([judged.units for judged in valid]), mean(zs) if zs else None)
        return Minute(INVALID) if samples else None

    def raw(self, outlet, code, t):
        key = (outlet, code, t)
        if key not in self.raw_cache:
            context = self.context(outlet, code, floor_to(t, HOUR))
            self.raw_cache[key] = self.compute_raw(context, t) if context and context.device else Minute(MISSING)
        return self.raw_cache[key]

    def compute_raw(self, context, t):
        if context.period:
            return self.slot(context, t)
        report = next(iter(self.covering_reports(context, t)), None)
        if report and report.outcome == VALID:
            hit("minute.report")
            return Minute(VALID, report.units, self.stored(context, report.copy, "ZsAvg"))
        samples = self.sample_minute(context, t)
        if samples and samples.state == VALID:
            hit("minute.samples_after_invalid_report") if report else hit("minute.samples")
            return samples
        if report or samples:
            hit("minute.invalid")
            return Minute(INVALID)
        return self.fill(context, t)

    def fill(self, context, t):
        """Rule 4."""
        for back in range(1, context.report_minutes):
            samples = self.sample_minute(context, t - back * MINUTE)
            if samples:
                hit("minute.filled_valid") if samples.state == VALID else hit("minute.filled_invalid")
                if floor_to(t, HOUR) != floor_to(t - back * MINUTE, HOUR):
                    hit("minute.filled_across_hours")
                return samples
        return Minute(MISSING)

    def slot_bounds(self, context, t):
        zone = self.zone(context.outlet["id"], t)
        midnight = day_start(t, zone)
        period = context.period * MINUTE
        first = midnight + (t - midnight) // period * period
        if first + period > day_end(t, zone):
            hit("cyclic.slot_past_midnight")
        return first, first + period

    def zone(self, outlet, t):
        """The zone of the park an outlet lies in."""
        row = self.registry.outlet(outlet, t)
        park = self.registry.park_of_outlet(row, t) if row else None
        return (park["zone"] if park else "") or "Asia/Shanghai"

    def slot_values(self, context, t):
        """The samples and minute reports of a slot in the order in which the first valid one counts."""
        first, end = self.slot_bounds(context, t)
        key = (id(context), first, end)
        if key not in self.sampled:
            self.sampled[key] = self.compute_slot_values(context, first, end)
        return self.sampled[key]

    def compute_slot_values(self, context, first, end):
        samples = [(judged.copy.time, 0, judged) for judged in self.find(context, "realtime", first, end)]
        reports = [(judged.start, 1, judged) for judged in self.find(context, "minute", first, end)]
        return [judged for _, _, judged in sorted(samples + reports, key=lambda entry: entry[:2])]

    def slot(self, context, t):
        """A cyclic factor's minute: the first valid value of its slot."""
        found = self.slot_values(context, t)
        valid = [judged for judged in found if judged.outcome == VALID]
        if valid:
            hit("cyclic.valid")
            return Minute(VALID, valid[0].units, None)
        hit("cyclic.invalid") if found else hit("cyclic.missing")
        return Minute(INVALID) if found else Minute(MISSING)

    # Section 5

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
