"""Hours (docs/arithmetic.md 6 and 7)."""
import re
from dataclasses import dataclass, field
from fractions import Fraction

from coverage import hit
from exact import DAY, HOUR, MINUTE, floor_to, from_units, to_units, units_text, within_percent
from values import INVALID, MISSING, OVER, VALID, mean

FLOWS = {"air": "a00000", "water": "w00000"}


@dataclass
class Window:
    """A row of outlet_window; `extra` holds what other steps need and nobody prints."""
    park: str
    span: str
    start: int
    end: int
    outlet: str
    factor: str
    phase: str = "open"
    state: str = ""
    value: int | None = None
    converted: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    samples: int = 0
    valid_minutes: int = 0
    invalid_minutes: int = 0
    converted_minutes: int = 0
    volume_m3: int | None = None
    mass_kg: int | None = None
    mass_state: str | None = None
    reported: int | None = None
    recomputed: int | None = None
    source: str | None = None
    first_arrival: int | None = None
    extra: dict = field(default_factory=dict)


def kilograms(unit):
    """How many kg one m3 holds at a concentration of one `unit`."""
    match = re.fullmatch(r"(g|mg|ug|ng)/(m3|L)", unit)
    weight = {"g": Fraction(1, 10**3), "mg": Fraction(1, 10**6), "ug": Fraction(1, 10**9),
              "ng": Fraction(1, 10**12)}[match[1]]
    return weight * (1000 if match[2] == "L" else 1)


class Hours:
    def __init__(self, book, values, limits, park_time):
        self.book, self.rules, self.registry = book, book.rules, book.registry
        self.values, self.limits = values, limits
        self.park_time = park_time
        self.rows = {}  # (outlet, factor, hour) -> Window: those that exist
        self.computed = {}  # the same, with those that only other rows asked for
        self.findings = {}  # (park, span, start, outlet, factor, finding) -> detail
        for outlet, code in sorted(values.hours_with_data):
            for hour in self.wanted(outlet, code):
                self.rows[(outlet, code, hour)] = self.row(outlet, code, hour)

    def parameter(self, name, outlet, time):
        row = self.registry.outlet(outlet, time)
        return self.rules.number(name, row["rule_pack"] if row else "", time)

    def park_at(self, outlet, time):
        row = self.registry.outlet(outlet, time)
        return self.registry.park_of_outlet(row, time) if row else None

    # Section 7

    def wanted(self, outlet, code):
        """The hours that have a row."""
        data = self.values.hours_with_data[(outlet, code)]
        first = min(data)
        last = max([first, *(floor_to(time, HOUR) for time in self.park_time.values()), max(data) + DAY])
        for hour in range(first, last + 1, HOUR):
            park = self.park_at(outlet, hour)
            if park is None or self.registry.factor(outlet, code, hour) is None:
                hit("window.outside_validity")
                continue
            if hour <= floor_to(self.park_time.get(park["id"], -HOUR), HOUR):
                yield hour
            elif hour <= max(data) + DAY and self.covering(self.row(outlet, code, hour)):
                hit("window.later_than_park_time")
                yield hour

    def row(self, outlet, code, hour):
        """The hour's row, computed once."""
        key = (outlet, code, hour)
        if key not in self.computed:
            park = self.park_at(outlet, hour)
            row = Window(park["id"], "hour", hour, hour + HOUR, outlet, code)
            row.extra["context"] = self.values.context(outlet, code, hour)
            self.computed[key] = row
            grace = self.parameter("grace_minutes", outlet, hour)
            closes = row.end + grace * MINUTE
            row.phase = "closed" if self.park_time.get(park["id"], -HOUR) >= closes else "open"
            self.compute(row)
        return self.computed[key]

    def flow_row(self, outlet, code, hour):
        """The hour of the outlet's flow meter, or None where none is registered."""
        flow = FLOWS[self.rules.medium(code)]
        return self.row(outlet, flow, hour) if self.registry.factor(outlet, flow, hour) else None

    def weighted(self, outlet, code, hour):
        """Whether the flow weighs this factor's mean."""
        return (self.rules.medium(code) == "water" and self.rules.role(code) == "pollutant"
                and self.registry.factor(outlet, "w00000", hour) is not None)

    def find(self, row, finding, detail=None):
        """A finding beside a window; it is printed when the window has a row."""
        hit("finding." + finding)
        self.findings[(row.park, row.span, row.start, row.outlet, row.factor, finding)] = detail

    # Section 6

    def compute(self, row):
        outlet, code, hour = row.outlet, row.factor, row.start
        minutes = [hour + i * MINUTE for i in range(60)]
        self.own(row, minutes)
        self.extremes(row, minutes)
        self.report(row)
        self.state(row, minutes)
        row.reported = row.extra["report_number"]
        if row.extra["own_valid"]:
            row.recomputed = row.extra["own_mean"]
        if row.reported is not None and row.recomputed is not None:
            percent = self.parameter("report_difference_percent", outlet, hour)
            if not within_percent(row.recomputed, row.reported, percent):
                self.find(row, "report_difference",
                          f"reported {units_text(row.reported)}, recomputed {units_text(row.recomputed)}")
        row.first_arrival = min((judged.copy.first for judged in self.covering(row)), default=None)
        self.findings_of_values(row)
        if row.state == VALID and self.rules.role(code) == "flow":
            self.volume(row)
        if self.rules.role(code) == "pollutant":
            self.mass(row, minutes)

    def inside(self, row, *kinds):
        """The values whose interval starts in the hour."""
        return [judged for kind in kinds
                for judged in self.values.find(row.extra["context"], kind, row.start, row.end)]

    def covering(self, row):
        """The values that say something of the hour: samples and minute reports that reach into it (of a cyclic
        factor all values of the slots that do), and the hour report."""
        context, minutes = row.extra["context"], [row.start + i * MINUTE for i in range(60)]
        if context.device is None:
            return []
        if context.period:
            found = [judged for t in minutes for judged in self.values.slot_values(context, t)]
        else:
            first = row.start - (context.minutes - 1) * MINUTE
            reports = self.values.find(context, "minute", first, row.end)
            found = self.inside(row, "realtime") + reports
        return found + ([row.extra["report"]] if row.extra["report"] else [])

    def own_values(self, row):
        """The same without minute reports that begin before the hour."""
        cyclic = row.extra["context"].period
        return [judged for judged in self.covering(row) if cyclic or judged.start >= row.start]

    def has_over_range(self, row):
        """Whether any own sample, minute report or hour report of the hour is over range."""
        return any(judged.outcome == OVER for judged in self.own_values(row))

    def findings_of_values(self, row):
        context = row.extra["context"]
        if any(judged.zero_band for judged in self.own_values(row)):
            self.find(row, "zero_band")
        if self.has_over_range(row):
            self.find(row, "over_range")
        if any(judged.below for judged in self.own_values(row)):
            self.find(row, "below_range")
        if row.extra["report_value"] is not None and not row.extra["judged"]:
            self.find(row, "report_contradicts_minutes")
        reports = [judged for judged in self.covering(row)
                   if judged.copy.kind == "hour" or judged.copy.kind == "minute" and not context.period]
        if any(judged.early for judged in reports):
            self.find(row, "label_suspect")

    def own(self, row, minutes):
        """What the minutes say."""
        outlet, code, hour = row.outlet, row.factor, row.start
        found = [self.values.measured(outlet, code, t) for t in minutes]
        extra = row.extra
        row.invalid_minutes = sum(minute.state == INVALID for minute in found)
        extra["all_missing"] = all(minute.state == MISSING for minute in found)
        extra["weighted"] = self.weighted(outlet, code, hour)
        least = self.parameter("hour_valid_minutes", outlet, hour)
        if extra["weighted"]:
            hit("hour.weighted")
            flows = [self.values.measured(outlet, "w00000", t) for t in minutes]
            pairs = [(minute.units, flow.units) for minute, flow in zip(found, flows)
                     if minute.state == VALID and flow.state == VALID]
            row.valid_minutes = len(pairs)
            weight = sum(flow for _, flow in pairs)
            extra["own_mean"] = (to_units(Fraction(sum(c * q for c, q in pairs), weight * 10**6))
                                 if weight else None)
            extra["own_valid"] = len(pairs) >= least and weight > 0
        else:
            valid = [minute.units for minute in found if minute.state == VALID]
            row.valid_minutes = len(valid)
            extra["own_mean"] = mean(valid) if valid else None
            extra["own_valid"] = len(valid) >= least
            extra["own_sum"] = sum(valid)
        if extra["own_mean"] is None:
            extra["own_valid"] = False

    def extremes(self, row, minutes):
        context = row.extra["context"]
        samples = [judged for judged in self.inside(row, "realtime") if judged.outcome == VALID]
        reports = [judged for judged in self.inside(row, "minute") if judged.outcome == VALID]
        pool = [judged.units for judged in samples]
        for judged in reports:
            for name in ("Min", "Max"):
                units = self.values.stored(context, judged.copy, name)
                pool.append(judged.units if units is None else units)
        row.samples = len(samples)
        if context.period:
            hit("hour.cyclic")
            slots = [self.values.raw(row.outlet, row.factor, t) for t in minutes]
            pool = [slot.units for slot in slots if slot.state == VALID]
            row.samples = sum(slot.state == VALID and self.values.slot_bounds(context, t)[0] == t
                              for t, slot in zip(minutes, slots))
        row.minimum = min(pool, default=None)
        row.maximum = max(pool, default=None)

    def hour_report(self, context, hour):
        """The report whose s floors to the hour; of several the latest data time."""
        found = self.values.find(context, "hour", hour, hour + HOUR)
        return max(found, key=lambda judged: judged.copy.time) if found else None

    def report(self, row):
        """The logger's own hour."""
        extra = row.extra
        report = self.hour_report(extra["context"], row.start)
        extra.update(report=report, report_value=None, report_number=None, judged=False)
        if report is None or report.outcome != VALID:
            return
        extra["report_number"] = report.units
        extra["report_value"] = self.values.convert(row.outlet, row.factor, row.start, report.units,
                                                    self.auxiliaries(row, report))
        least = self.parameter("hour_valid_minutes", row.outlet, row.start)
        if extra["report_value"] is not None:
            extra["judged"] = row.invalid_minutes <= 60 - least

    def auxiliaries(self, row, report):
        """code -> the stored number in the hour report of the same data time, or None when it is not valid."""
        def found(code):
            other = self.hour_report(self.values.context(row.outlet, code, row.start), row.start)
            same = other and other.outcome == VALID and other.copy.time == report.copy.time
            return other.units if same else None
        return found

    def state(self, row, minutes):
        extra = row.extra
        reference = self.limits.reference(row.outlet, row.factor, row.start)
        if reference is not None:
            row.converted_minutes = len(self.converted_units(row, reference))
        if self.no_discharge(row):
            row.state = "no_discharge"
        elif extra["judged"]:
            row.state, row.source, row.value = VALID, "report", extra["report_value"]
        elif extra["own_valid"]:
            row.state, row.source, row.value = VALID, "minutes", extra["own_mean"]
        elif extra["report"] is None and extra["all_missing"]:
            row.state = MISSING
        elif extra["report_value"] is not None:
            row.state = "invalid(report_contradicts_minutes)"
        elif self.has_over_range(row):
            row.state = "invalid(over_range)"
        elif not extra["all_missing"]:
            row.state = "invalid(too_few_minutes)"
        else:
            row.state = "invalid(report)"
        hit("hour." + row.state + (":" + row.source if row.source else ""))
        if reference is not None:
            row.converted = self.converted(row, reference)
            if row.converted is not None and row.source == "minutes":
                extra["other_order"] = self.by_other_order(row, reference)

    def no_discharge(self, row):
        if self.rules.medium(row.factor) != "water" or self.rules.role(row.factor) not in ("pollutant", "ph", "other"):
            return False
        flow = self.flow_row(row.outlet, row.factor, row.start)
        if flow is None or flow.state != VALID:
            return False
        return flow.value == 0 if flow.source == "report" else flow.extra["own_sum"] == 0

    # The converted value for a reference oxygen

    def converted_units(self, row, reference):
        """The converted minutes of the hour."""
        if self.rules.medium(row.factor) != "air" or self.rules.role(row.factor) != "pollutant":
            return []
        found = [self.values.converted(row.outlet, row.factor, row.start + i * MINUTE, reference) for i in range(60)]
        return [units for units in found if units is not None]

    def hour_order(self, row):
        pack = self.registry.outlet(row.outlet, row.start)["rule_pack"]
        return self.rules.parameter("conversion_order", pack, row.start) == "hour"

    def oxygen_sent(self, row):
        return self.registry.factor(row.outlet, "a19001", row.start)

    def own_converted(self, row, reference):
        if self.hour_order(row) and self.oxygen_sent(row):
            hit("reference.hour_order")
            return self.converted_by_hour(row, reference)
        return self.converted_by_minute(row, reference)

    def by_other_order(self, row, reference):
        """What the order that does not count would give; None where there is but one."""
        if not self.oxygen_sent(row):
            return None
        return self.converted_by_minute(row, reference) if self.hour_order(row) else self.converted_by_hour(row, reference)

    def converted_by_hour(self, row, reference):
        oxygen = self.row(row.outlet, "a19001", row.start)
        if not (row.extra["own_valid"] and oxygen.extra["own_valid"]):
            return None
        return self.values.to_reference(row.outlet, row.start, row.extra["own_mean"], oxygen.extra["own_mean"], reference)

    def converted_by_minute(self, row, reference):
        least = self.parameter("hour_valid_minutes", row.outlet, row.start)
        units = self.converted_units(row, reference)
        return mean(units) if len(units) >= least else None

    def converted(self, row, reference):
        """The converted value of a valid hour, or None."""
        if (row.state != VALID or self.rules.medium(row.factor) != "air"
                or self.rules.role(row.factor) != "pollutant"):
            return None
        if row.source == "report":
            report = row.extra["report"]
            sent = self.values.stored(row.extra["context"], report.copy, "ZsAvg")
            if sent is not None:
                hit("reference.report_zs")
                return sent
            oxygen = self.report_oxygen(row, report)
            if oxygen is not None:
                answer = self.values.to_reference(row.outlet, row.start, row.value, oxygen, reference)
                if answer is not None:
                    hit("reference.report_oxygen")
                    return answer
        return self.own_converted(row, reference)

    def report_oxygen(self, row, report):
        """The dry oxygen of the same report."""
        if not self.registry.factor(row.outlet, "a19001", row.start):
            return None
        auxiliaries = self.auxiliaries(row, report)
        oxygen = auxiliaries("a19001")
        return None if oxygen is None else self.values.convert(row.outlet, "a19001", row.start, oxygen, auxiliaries)

    # Volume and mass

    def volume(self, row):
        basis = self.registry.outlet(row.outlet, row.start)["flow_basis"] or "unknown"
        converts = self.rules.medium(row.factor) == "air" and basis not in ("standard-dry", "unknown")
        if row.source == "report" and not converts:
            total = row.extra["report"].copy.number("Cou")
            if total is not None:
                hit("volume.cou")
                row.volume_m3 = to_units(total)
                row.extra["volume_from_cou"] = True
                return
        hit("volume.mean")
        row.volume_m3 = to_units(from_units(row.value) * self.cubic_metres(row.factor))

    def cubic_metres(self, flow):
        """m3 in an hour at a flow of one stored unit."""
        return {"m3/s": Fraction(3600), "L/s": Fraction(3600, 1000)}[self.rules.unit(flow)]

    def mass(self, row, minutes):
        if row.state == "no_discharge":
            row.mass_kg = 0
            return
        if row.state != VALID:
            return
        flow = self.flow_row(row.outlet, row.factor, row.start)
        outlet = self.registry.outlet(row.outlet, row.start)
        bases = [outlet["concentration_basis"] or "unknown", outlet["flow_basis"] or "unknown"]
        if flow is None:
            row.mass_state = "no_flow"
        elif self.rules.medium(row.factor) == "air" and "unknown" in bases:
            row.mass_state = "basis_unknown"
        elif flow.state != VALID:
            row.mass_state = "flow_missing"
        if row.mass_state:
            hit("mass." + row.mass_state)
            return
        concentration = from_units(row.value) * kilograms(self.rules.unit(row.factor))
        if flow.extra.get("volume_from_cou"):
            product = None if flow.volume_m3 is None else to_units(concentration * from_units(flow.volume_m3), 9)
        else:
            product = to_units(concentration * from_units(flow.value) * self.cubic_metres(flow.factor), 9)
        row.mass_kg = product
        if product is None:
            hit("mass.overflow")
            row.mass_state = "overflow"
        self.own_total(row, minutes, product)

    def own_total(self, row, minutes, product):
        """The factor's own Cou replaces the product when the two agree."""
        total = self.cou(row, minutes)
        if total is None or product is None:
            hit("mass.product")
            return
        percent = self.parameter("cou_difference_percent", row.outlet, row.start)
        if within_percent(total, product, percent):
            hit("mass.cou")
            row.mass_kg = total
        else:
            self.find(row, "cou_mismatch", f"sent {units_text(total, 9)} kg, computed {units_text(product, 9)} kg")

    def cou(self, row, minutes):
        """The factor's own mass in 10^-9 kg, or None."""
        if row.source == "report":
            total = row.extra["report"].copy.number("Cou")
            return None if total is None else to_units(total, 9)
        covering = [next(iter(self.values.covering_reports(row.extra["context"], t)), None) for t in minutes]
        if any(judged is None or judged.outcome != VALID or judged.start < row.start or judged.end > row.end
               for judged in covering):
            return None
        totals = {judged.copy.time: judged.copy.number("Cou") for judged in covering}
        if any(total is None for total in totals.values()):
            return None
        hit("mass.minute_cou")
        return sum(to_units(total, 9) for total in totals.values())
