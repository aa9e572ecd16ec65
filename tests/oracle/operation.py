"""Violations of the operation rules TS-O01 to TS-O11 (docs/running_together.md and docs/rules/TS-O*.md)."""
from collections import defaultdict
from fractions import Fraction

from book import Row, read_rows
from coverage import hit
from exact import HOUR, MINUTE, day_end, day_start, floor_to, parse_number, time_text, to_units, units_text
from ledger import interval_start
from values import VALID

ON, OFF, UNKNOWN = "on", "off", "unknown"


class Sheets:
    """The registry's sheets and rules that are about operation."""

    def __init__(self, registry_folder, rules_folder, registry):
        self.registry = registry
        for name in ("meters", "treatments", "baselines", "tolerances", "orders", "lines"):
            setattr(self, name, read_rows(registry_folder, f"{name}.csv"))
        self.parameters = read_rows(rules_folder, "operation.csv")
        owner = {row["id"]: row["enterprise"] for row in registry.facilities + self.lines}
        for meter in self.meters:
            meter["enterprise"] = owner[meter["unit"]]
        for row in self.treatments:
            row["enterprise"] = owner[row["line"]]
            row["group"] = row["group"] or row["facility"]
        self.sites = sorted({row["enterprise"] for row in self.meters + self.treatments})

    def parameter(self, rule, name, time):
        for row in self.parameters:
            if (row["rule"], row["name"]) == (rule, name) and row.covers(time):
                return row
        return None

    def number(self, rule, name, site, time):
        for row in self.tolerances:
            if (row["enterprise"], row["rule"], row["name"]) == (site, rule, name) and row.covers(time):
                return Fraction(row["value"])
        return Fraction(self.parameter(rule, name, time)["value"])

    def whole(self, *where):
        return int(self.number(*where))

    def tiers(self, rule, site, time):
        """(minutes, severity, what it is called), ascending."""
        found = []
        for suffix in ("", "_2", "_3"):
            severity = self.parameter(rule, f"severity{suffix}", time)
            if severity:
                timed = self.parameter(rule, f"minutes{suffix}", time)
                minutes = self.whole(rule, f"minutes{suffix}", site, time) if timed else 1
                found.append((minutes, severity["value"], severity["clause"]))
        return sorted(found, key=lambda tier: tier[0])

    def park_of_site(self, site, time):
        row = self.registry.one(self.registry.enterprises, time, id=site)
        return row["park"] if row else None

    def meter_site(self, mn, time):
        """The enterprise that a meter's MN belongs to."""
        for meter in self.meters:
            if meter["mn"] == mn and meter.covers(time):
                return meter["enterprise"]
        return None

    def tells_of_operation(self, mn, factor, time):
        """Whether a value of a meter's MN is a registered meter's, or a run state of its site."""
        site = self.meter_site(mn, time)
        if site is None:
            return False
        meters = [row for row in self.meters if (row["mn"], row["factor"]) == (mn, factor)]
        states = [row for row in self.registry.facilities
                  if (row["enterprise"], row["hj212_code"]) == (site, factor)]
        return any(row.covers(time) for row in meters + states)

    def of_site(self, rows, site):
        return [row for row in rows if row["enterprise"] == site]

    def facility(self, name, time):
        return self.registry.one(self.registry.facilities, time, id=name)

    def site_outlets(self, site):
        return {row["id"] for row in self.registry.outlets if row["enterprise"] == site}

    def facility_devices(self, facility):
        """The MNs that report a facility's run state and run time."""
        site = facility["enterprise"]
        outlets = {facility["outlet"]} if facility["outlet"] else self.site_outlets(site)
        return ({row["mn"] for row in self.registry.devices if row["outlet"] in outlets}
                | {row["mn"] for row in self.meters if (row["of"], row["unit"]) == ("facility", facility["id"])})

    def line_outlets(self, line, time):
        """The outlets behind a line's treatment, or else those it emits through."""
        behind = set()
        for row in self.treatments:
            facility = self.facility(row["facility"], time) if row["line"] == line and row.covers(time) else None
            if facility and facility["outlet"]:
                behind.add(facility["outlet"])
        return behind or {row["outlet"] for row in self.registry.line_outlets
                          if row["line"] == line and row.covers(time)}


class Frame:
    """The minutes that one hour of one site is judged by."""

    def __init__(self, sheets, site, hour, until, sent, declared):
        self.sheets, self.site, self.hour, self.until, self.sent = sheets, site, hour, until, sent
        self.orders = sheets.of_site(sheets.orders, site) + declared
        self.back = max(self.whole("state", "look_back_minutes"), self.whole("TS-O08", "minutes"))
        own = [int(row["warm_up_minutes"] or 0) for row in sheets.of_site(sheets.treatments, site)]
        self.ahead = max([self.whole("TS-O02", "warm_up_minutes"), *own])
        self.first = hour - self.back * MINUTE
        self.end = min(hour + (60 + self.ahead) * MINUTE, until)
        self.times = range(self.first, self.end, MINUTE)
        self.meters = sheets.of_site(sheets.meters, site)
        self.values, self.negative, self.resets = {}, {}, {}
        for i, meter in enumerate(self.meters):
            self.values[i] = self.energy(i, meter) if meter["signal"] == "energy" else self.power(i, meter)
        self.states = {i: self.meter_states(i, meter) for i, meter in enumerate(self.meters)}
        self.silences = {i: self.silence(i) for i in self.values}

    def number(self, rule, name):
        return self.sheets.number(rule, name, self.site, self.hour)

    def whole(self, rule, name):
        return int(self.number(rule, name))

    def in_hour(self, time):
        return self.hour <= time < self.hour + HOUR

    def copies(self, meter, kind):
        device = self.sheets.registry.device(meter["mn"], self.hour) or {}
        for copy in self.sent.get((meter["mn"], meter["factor"], kind), []):
            minute = floor_to(interval_start(device, kind, copy.time) if device else copy.time, MINUTE)
            if meter.covers(copy.time) and self.first <= minute < self.end:
                yield minute, copy

    @staticmethod
    def said(copy, attribute):
        if copy.attributes.get("Flag", "N") != "N":
            return None
        number = copy.number(attribute)
        return None if number is None else to_units(number)

    def power(self, i, meter):
        samples, values, negative = defaultdict(list), {}, 0
        for minute, copy in self.copies(meter, "realtime"):
            units = self.said(copy, "Rtd")
            if units is not None and units >= 0:
                samples[minute].append(units)
            negative += units is not None and units < 0 and self.in_hour(minute)
        for minute, units in samples.items():
            values[minute] = to_units(Fraction(sum(units), len(units) * 10**6))
        for minute, copy in self.copies(meter, "minute"):
            units = self.said(copy, "Avg")
            if units is not None and units >= 0:
                values[minute] = units
            negative += units is not None and units < 0 and self.in_hour(minute)
        self.negative[i] = negative
        return values

    def energy(self, i, meter):
        counters, values = {}, {}
        self.negative[i] = self.resets[i] = 0
        for kind in ("realtime", "minute"):
            for minute, copy in self.copies(meter, kind):
                units = self.said(copy, "Cou")
                if units is not None and units >= 0:
                    counters[minute] = units
                elif units is not None and self.in_hour(minute):
                    self.negative[i] += 1
        former = None
        for minute in sorted(counters):
            if former is not None:
                rise, passed = counters[minute] - counters[former], (minute - former) // MINUTE
                if rise < 0:
                    hit("operation.counter_reset")
                    self.resets[i] += self.in_hour(minute)
                elif passed <= self.whole("state", "unknown_after_minutes"):
                    hit("operation.energy")
                    values[minute] = to_units(Fraction(rise * 60, passed * 10**6))
            former = minute
        return values

    def meter_states(self, i, meter):
        rated, idle = Fraction(meter["rated"]), Fraction(meter["idle"] or 0)
        on_from = max(self.number("state", "on_percent") * rated / 100, self.number("state", "idle_factor") * idle)
        off_below = self.number("state", "off_percent") * rated / 100
        wanted, after = self.whole("state", "samples"), self.whole("state", "unknown_after_minutes")
        states, state, row, without = {}, UNKNOWN, [], 0
        for time in self.times:
            units = self.values[i].get(time)
            if units is not None:
                value, without = Fraction(units, 10**6), 0
                row.append(ON if value >= on_from else OFF if value < off_below else "held")
                if row[-wanted:] == [ON] * wanted:
                    state = ON
                elif row[-wanted:] == [OFF] * wanted:
                    state = OFF
            else:
                without += 1
                if without > after:
                    state, row = UNKNOWN, []
            states[time] = state
        return states

    def silence(self, i):
        """The minutes that lie too long behind the meter's last value."""
        after, silent = self.whole("state", "unknown_after_minutes"), set()
        last = None
        for time in self.times:
            if time in self.values[i]:
                last = time
            if last is None or time - last > after * MINUTE:
                silent.add(time)
        return silent

    def unit(self, of, name, time):
        """Whether a line or facility runs."""
        states = [self.states[i][time] for i, meter in enumerate(self.meters)
                  if (meter["of"], meter["unit"]) == (of, name) and meter["signal"] != "damper" and meter.covers(time)]
        if ON in states:
            return ON
        return OFF if states and set(states) == {OFF} else UNKNOWN

    def load(self, of, name, time, currents):
        """(sum of the unit's meters, sum of their rated values) of one sort; None while one says nothing."""
        for sort in (currents, not currents):
            chosen = [(i, meter) for i, meter in enumerate(self.meters)
                      if (meter["of"], meter["unit"]) == (of, name) and meter["signal"] != "damper"
                      and (meter["signal"] == "current") == sort and meter.covers(time)]
            values = [self.values[i].get(time) for i, _ in chosen]
            if chosen and None not in values:
                return Fraction(sum(values), 10**6), sum(Fraction(meter["rated"]) for _, meter in chosen)
        return None

    def ordered(self, kind, unit, time):
        return [row for row in self.orders if row["kind"] == kind and row.covers(time) and row["unit"] in ("", unit)]

    def excused(self, facility, time):
        return bool(self.ordered("maintenance", facility, time) or self.ordered("fault", facility, time))

    def members(self, line, group, time):
        return [row for row in self.sheets.treatments
                if (row["line"], row["group"]) == (line, group) and row.covers(time)]

    def group(self, line, group, time):
        members, on, unknown = self.members(line, group, time), 0, 0
        if not members:
            return UNKNOWN
        allowed = self.whole("TS-O01", "fault_stop_minutes") * MINUTE
        for row in members:
            state = self.unit("facility", row["facility"], time)
            fault = any(time < order.valid_from + allowed for order in self.ordered("fault", row["facility"], time))
            if state == ON or fault or self.ordered("maintenance", row["facility"], time):
                on += 1
            elif state == UNKNOWN:
                unknown += 1
        required = required_of(members)
        if on >= required:
            return ON
        return OFF if on + unknown < required else UNKNOWN


def required_of(members):
    return int(members[0]["required"] or len(members))


class HourOfSite:
    """The minutes of one hour in which each rule's condition holds."""

    def __init__(self, frame, values):
        self.frame, self.values, self.sheets = frame, values, frame.sheets
        self.held = defaultdict(set)  # (rule, subject) -> minutes
        self.running = defaultdict(set)  # line -> minutes
        self.minutes = range(frame.hour, frame.hour + HOUR, MINUTE)
        treatments = self.sheets.of_site(self.sheets.treatments, frame.site)
        lines = {row["line"] for row in treatments}
        lines |= {row["unit"] for row in frame.meters if row["of"] == "line"}
        self.line = {line: {t: frame.unit("line", line, t) for t in frame.times} for line in lines}
        for line, states in self.line.items():
            self.running[line] = {t for t in self.minutes if states[t] == ON}
        for line, group in sorted({(row["line"], row["group"]) for row in treatments}):
            self.of_group(line, group)
        for row in treatments:
            self.load(row)
            self.bypass(row)
            self.flat(row)
        for name in {row["facility"] for row in treatments} | {m["unit"] for m in frame.meters if m["of"] == "facility"}:
            self.reported(name)
        for i in frame.values:
            self.silent(i)
        for line in lines:
            self.stop_orders(line)
            for outlet in self.sheets.line_outlets(line, frame.hour):
                self.collapse(line, outlet)

    def hold(self, rule, subject, time):
        if self.frame.in_hour(time):
            hit(f"operation.{rule}")
            self.held[(rule, subject)].add(time)

    def of_group(self, line, group):
        frame, states, subject = self.frame, self.line[line], f"{line}/{group}"
        treated = {t: frame.group(line, group, t) for t in frame.times}
        reach = frame.whole("TS-O02", "reach_minutes") * MINUTE
        for t in self.minutes:
            if (states[t], treated[t]) == (ON, OFF):
                self.hold("TS-O01", subject, t)
        for t in frame.times:
            before, now = states.get(t - MINUTE), states[t]
            if (before, now) == (OFF, ON):
                warm_up = self.longest(line, group, t, "TS-O02", "warm_up_minutes")
                for early in range(max(t - warm_up * MINUTE, frame.first), t, MINUTE):
                    if treated[early] == OFF:
                        self.hold("TS-O02", subject, early)
                late = t
                while late < min(frame.end, t + reach) and (states[late], treated[late]) == (ON, OFF):
                    self.hold("TS-O02", subject, late)
                    late += MINUTE
            if (before, now) == (ON, OFF):
                run_on = self.longest(line, group, t, "TS-O03", "run_on_minutes")
                after = t
                while after < min(frame.end, t + run_on * MINUTE) and states[after] != ON:
                    if treated[after] == OFF:
                        self.hold("TS-O03", subject, after)
                    after += MINUTE

    def longest(self, line, group, time, rule, column):
        general = self.frame.whole(rule, column)
        return max([int(row[column] or general) for row in self.frame.members(line, group, time)], default=0)

    def load(self, row):
        frame = self.frame
        for t in self.minutes:
            running = (self.line[row["line"]][t], frame.unit("facility", row["facility"], t)) == (ON, ON)
            if not running or not row.covers(t) or frame.excused(row["facility"], t):
                continue
            produced = frame.load("line", row["line"], t, False)
            drawn = frame.load("facility", row["facility"], t, False)
            if produced is None or drawn is None:
                continue
            reached = [base for base in self.sheets.baselines
                       if (base["line"], base["facility"]) == (row["line"], row["facility"]) and base.covers(t)
                       and produced[0] * 100 >= Fraction(base["load_percent"]) * produced[1]]
            if reached:
                normal = Fraction(max(reached, key=lambda base: Fraction(base["load_percent"]))["power"])
                if drawn[0] * 100 < frame.number("TS-O04", "load_percent") * normal:
                    self.hold("TS-O04", f"{row['line']}/{row['facility']}", t)

    def bypass(self, row):
        frame = self.frame
        for i, meter in enumerate(frame.meters):
            if (meter["signal"], meter["unit"]) != ("damper", row["facility"]):
                continue
            for t in self.minutes:
                before = [at for at in frame.values[i] if at <= t]
                if not before or t in frame.silences[i] or self.line[row["line"]][t] != ON:
                    continue
                open_from = frame.number("TS-O07", "open_percent") * Fraction(meter["rated"]) / 100
                allowed = frame.ordered("maintenance", row["facility"], t)
                is_open = Fraction(frame.values[i][max(before)], 10**6) >= open_from
                if is_open and row.covers(t) and meter.covers(t) and not allowed:
                    self.hold("TS-O07", f"{row['line']}/{row['facility']}", t)

    def flat(self, row):
        frame = self.frame
        length, least = frame.whole("TS-O08", "minutes"), frame.whole("TS-O08", "samples")
        drawn, produced = {}, {}
        for t in frame.times:
            if row.covers(t) and not frame.excused(row["facility"], t) and t < frame.hour + HOUR:
                drawn[t] = frame.load("facility", row["facility"], t, True)
                produced[t] = frame.load("line", row["line"], t, False)
        for t in self.minutes:
            window = range(t - (length - 1) * MINUTE, t + MINUTE, MINUTE)
            of_facility = [drawn[at] for at in window if drawn.get(at)]
            of_line = [produced[at] for at in window if produced.get(at)]
            if min(len(of_facility), len(of_line)) < least or not drawn.get(window[0]) or not drawn.get(t):
                continue
            if frame.unit("facility", row["facility"], t) != ON:
                continue
            # Rated values are those in force when the frame ends, as the units of one machine do not change.
            facility_rated = [one for at, one in sorted(drawn.items()) if one][-1][1]
            line_rated = [one for at, one in sorted(produced.items()) if one][-1][1]
            values, loads = [one[0] for one in of_facility], [one[0] for one in of_line]
            steady = (max(values) - min(values)) * 100 <= frame.number("TS-O08", "flat_percent") * facility_rated
            varies = (max(loads) - min(loads)) * 100 >= frame.number("TS-O08", "vary_percent") * line_rated
            if steady and varies:
                self.hold("TS-O08", f"{row['line']}/{row['facility']}", t)

    def reported(self, name):
        frame = self.frame
        facility = self.sheets.facility(name, frame.hour)
        if facility is None or not facility["hj212_code"]:
            return
        said = {}
        for mn in sorted(self.sheets.facility_devices(facility)):
            for kind in ("realtime", "minute", "status"):
                for copy in frame.sent.get((mn, facility["hj212_code"], kind), []):
                    if frame.first <= copy.time < frame.end and "RS" in copy.attributes:
                        minute = floor_to(copy.time, MINUTE)
                        said.setdefault(minute, []).append((mn, floor_to(copy.time, HOUR), kind, copy.time,
                                                            copy.attributes["RS"]))
        kinds = ("realtime", "minute", "status")
        held = frame.whole("TS-O05", "hold_minutes") * MINUTE
        for t in self.minutes:
            before = [at for at in said if at <= t]
            if not before or t - max(before) > held or frame.excused(name, t):
                continue
            last = max(said[max(before)], key=lambda one: (one[0], one[1], kinds.index(one[2]), one[3]))[4]
            if (last, frame.unit("facility", name, t)) in (("1", OFF), ("0", ON)):
                self.hold("TS-O05", name, t)

    def silent(self, i):
        frame, meter = self.frame, self.frame.meters[i]
        for t in self.minutes:
            alive = any(other.covers(t) and t not in frame.silences[k]
                        for k, other in enumerate(frame.meters) if k != i)
            if t in frame.silences[i] and meter.covers(t) and alive and not frame.ordered("maintenance", meter["unit"], t):
                self.hold("TS-O09", f"{meter['mn']}/{meter['factor']}", t)

    def collapse(self, line, outlet):
        frame, registry, rules = self.frame, self.sheets.registry, self.values.rules
        codes = {row["factor"] for row in registry.factors if row["outlet"] == outlet and row.covers(frame.hour)}
        for t in self.minutes:
            if self.line[line][t] != ON or outlet not in self.sheets.line_outlets(line, t):
                continue
            marked = any(frame.ordered(kind, unit, t) for kind in ("stop", "limit", "maintenance", "fault", "marked")
                         for unit in (outlet, line))
            near_zero, airy = [], False
            for code in codes:
                minute = self.values.raw(outlet, code, t)
                if minute.state != VALID:
                    continue
                if rules.role(code) == "oxygen":
                    airy = Fraction(minute.units, 10**6) > frame.number("TS-O10", "oxygen_percent")
                if rules.role(code) == "pollutant":
                    row = registry.factor(outlet, code, frame.hour)
                    most = row.fraction("range_max")
                    bound = 0
                    if most is not None:
                        bound = frame.number("TS-O10", "zero_percent") * most * rules.scale(code, row["unit"]) / 100
                    near_zero.append(minute.units <= 0 or Fraction(minute.units, 10**6) <= bound)
            if not marked and (airy or near_zero and all(near_zero)):
                self.hold("TS-O10", f"{line}/{outlet}", t)

    def stop_orders(self, line):
        frame = self.frame
        for t in self.minutes:
            if self.line[line][t] != ON:
                continue
            units = {line, *self.sheets.line_outlets(line, t)}
            orders = [row for row in frame.orders if row.covers(t) and (not row["unit"] or row["unit"] in units)]
            load = frame.load("line", line, t, False)
            beyond = [row for row in orders if row["kind"] == "limit" and load
                      and load[0] * 100 > Fraction(row["limit_percent"]) * load[1]]
            if beyond or any(row["kind"] == "stop" for row in orders):
                self.hold("TS-O11", line, t)


class Operation:
    def __init__(self, book, sheets, ledger, values, hours, marks, park_time):
        self.book, self.sheets, self.values, self.hours, self.park_time = book, sheets, values, hours, park_time
        self.marks = marks
        self.sent = defaultdict(list)  # (mn, factor, kind) -> copies by time
        for copy in ledger.kept.values():
            self.sent[(copy.mn, copy.factor, copy.kind)].append(copy)
        for copies in self.sent.values():
            copies.sort(key=lambda copy: copy.time)
        self.rows, self.findings = [], []
        for site in sheets.sites:
            self.judge_site(site)

    def closed_until(self, park):
        """The end of the park's last closed hour."""
        hour = floor_to(self.park_time[park], HOUR)
        while hour + HOUR + int(self.book.rules.number("grace_minutes", "", hour)) * MINUTE > self.park_time[park]:
            hour -= HOUR
        return hour + HOUR

    def judge_site(self, site):
        sheets = self.sheets
        mns = {row["mn"] for row in sheets.of_site(sheets.meters, site)}
        data = [floor_to(copy.time, HOUR) for (mn, _, _), copies in self.sent.items() if mn in mns for copy in copies]
        if not data:
            return
        held, running, until = defaultdict(set), defaultdict(set), {}
        for hour in range(min(data) - 5 * HOUR, max(data) + 5 * HOUR, HOUR):
            park = sheets.park_of_site(site, hour)
            if park not in self.park_time or hour + HOUR > self.closed_until(park):
                continue
            until[park] = self.closed_until(park)
            declared = self.declared(site, park, hour)
            judged = HourOfSite(Frame(sheets, site, hour, until[park], self.sent, declared), self.values)
            for subject, minutes in judged.held.items():
                held[(park, *subject)] |= minutes
            for line, minutes in judged.running.items():
                running[line] |= minutes
            self.find(park, hour, judged.frame)
        for (park, rule, subject), minutes in sorted(held.items()):
            for start, end in self.runs(rule, site, minutes):
                self.breach(site, park, rule, subject, start, end, until[park])
        for park, last in until.items():
            self.days(site, park, running, last)

    def declared(self, site, park, hour):
        """What marks of the site's outlets say of the hour, late ones too."""
        found = []
        for mark in self.marks.marks:
            rule = self.marks.rule_of(mark, hour)
            if mark.park != park or mark.outlet not in self.sheets.site_outlets(site) or mark.withdrawn or not rule:
                continue
            hit("operation.declared")
            found.append(Row({"unit": mark.outlet, "kind": "stop" if rule["effect"] == "stopped" else "marked",
                              "valid_from": time_text(mark.begin), "valid_to": time_text(mark.end)}))
        return found

    def find(self, park, hour, frame):
        for i, meter in enumerate(frame.meters):
            counts = [("negative_power", frame.negative[i], "values below 0"),
                      ("counter_reset", frame.resets.get(i, 0), "falls of the counter")]
            inside = [t for t in range(hour, hour + HOUR, MINUTE) if meter.covers(t)]
            if any(t in frame.values[i] for t in inside):
                counts.append(("meter_gap", sum(t in frame.silences[i] for t in inside),
                               "minutes long without a value"))
            for finding, count, what in counts:
                if count:
                    hit(f"operation.{finding}")
                    self.findings.append([park, "hour", hour, f"meter/{meter['mn']}", meter["factor"], finding,
                                          f"{count} {what}"])

    def runs(self, rule, site, minutes):
        """Stretches of minutes; those of rules that look back begin as long before."""
        runs = []
        for t in sorted(minutes):
            if runs and runs[-1][1] == t:
                runs[-1][1] = t + MINUTE
            else:
                runs.append([t, t + MINUTE])
        lead = {"TS-O08": lambda t: self.sheets.whole("TS-O08", "minutes", site, t) - 1,
                "TS-O09": lambda t: self.sheets.whole("state", "unknown_after_minutes", site, t)}
        whole = []
        for start, end in runs:
            start -= lead.get(rule, lambda t: 0)(start) * MINUTE
            if whole and start <= whole[-1][1]:
                whole[-1][1] = max(whole[-1][1], end)
            else:
                whole.append([start, end])
        return whole

    def days(self, site, park, running, until):
        sheets, zone = self.sheets, self.zone(park)
        groups = {(row["line"], row["group"]) for row in sheets.of_site(sheets.treatments, site)}
        for line, group in sorted(groups):
            for day in sorted({day_start(t, zone) for t in running[line]}):
                end = day_end(day, zone)
                if end > until or sheets.park_of_site(site, day) != park:
                    continue
                members = [row for row in sheets.treatments
                           if (row["line"], row["group"]) == (line, group) and row.covers(day)]
                hours = [self.run_time(row["facility"], day, end) for row in members]
                produced = sum(day <= t < end for t in running[line])
                if not members or None in hours or not produced:
                    continue
                share = sheets.number("TS-O06", "share_percent", site, day)
                if sum(hours) * 60 * 100 < produced * required_of(members) * share:
                    hit("operation.TS-O06")
                    self.breach(site, park, "TS-O06", f"{line}/{group}", day, end, end + 1)

    def zone(self, park):
        return next(row["zone"] for row in self.book.registry.parks if row["id"] == park) or "Asia/Shanghai"

    def run_time(self, name, day, end):
        """What a facility reported for a day, in hours; the latest report counts."""
        facility = self.sheets.facility(name, day)
        if facility is None or not facility["hj212_code"]:
            return None
        reports = []
        for mn in self.sheets.facility_devices(facility):
            device = self.book.registry.device(mn, day) or {}
            for copy in self.sent.get((mn, facility["hj212_code"], "day"), []):
                start = interval_start(device, "day", copy.time) if device else copy.time
                number = parse_number(copy.attributes["RT"]) if copy.attributes.get("RT") else None
                if day <= start < end and number is not None and 0 <= number <= 24:
                    reports.append((copy.time, mn, Fraction(to_units(number), 10**6)))
        return max(reports)[2] if reports else None

    def outlets(self, rule, subject, time):
        first, _, second = subject.partition("/")
        if rule == "TS-O10":
            return {second}
        if rule == "TS-O09":
            return set()
        if rule == "TS-O05":
            facility = self.sheets.facility(first, time)
            return {facility["outlet"]} if facility and facility["outlet"] else set()
        return self.sheets.line_outlets(first, time)

    def proof(self, site, rule, subject, time):
        """The meters that a breach rests on, in the order of the sheet."""
        first, _, second = subject.partition("/")
        facilities = {first if rule == "TS-O05" else second}
        if rule in ("TS-O01", "TS-O02", "TS-O03", "TS-O06"):
            facilities = {row["facility"] for row in self.sheets.treatments
                          if (row["line"], row["group"]) == (first, second) and row.covers(time)}
        names = []
        for meter in self.sheets.of_site(self.sheets.meters, site):
            if rule == "TS-O09":
                meant = (meter["mn"], meter["factor"]) == (first, second)
            else:
                meant = (meter["of"] == "line" and meter["unit"] == first and rule != "TS-O05"
                         or meter["of"] == "facility" and meter["unit"] in facilities)
            if meant and meter.covers(time):
                names.append(f"{meter['mn']}/{meter['factor']}")
        return ",".join(names)

    def breach(self, site, park, rule, subject, start, end, until):
        tier = [tier for tier in self.sheets.tiers(rule, site, start) if tier[0] * MINUTE <= end - start]
        if not tier:
            hit("operation.too_short")
            return
        _, severity, name = tier[-1]
        mass, count, counted = defaultdict(int), 0, 0
        for outlet in self.outlets(rule, subject, start):
            for hour in range(floor_to(start, HOUR), end, HOUR):
                minutes = (min(end, hour + HOUR) - max(start, hour)) // MINUTE
                rows = [row for (where, _, at), row in self.hours.rows.items() if (where, at) == (outlet, hour)
                        and row.mass_kg is not None and row.park == park
                        and self.book.rules.role(row.factor) == "pollutant"]
                for row in rows:
                    mass[row.factor] += row.mass_kg * minutes
                count, counted = count + 1, counted + bool(rows)
        evidence = f"minutes={(end - start) // MINUTE}; tier={name}; meters={self.proof(site, rule, subject, start)}"
        if count:
            for factor, units in sorted(mass.items()):
                evidence += f"; {factor}={units_text(round(Fraction(units, 60)), 9)} kg"
            evidence += f"; hours with mass={counted} of {count}"
        kilograms = round(Fraction(sum(mass.values()), 60)) if counted else None
        ongoing = end == until
        hit("operation.ongoing" if ongoing else "operation.ended")
        basis = self.sheets.parameter(rule, "basis", start)["value"]
        self.rows.append([park, rule, subject, start, "closed", "ongoing" if ongoing else "ended",
                          None if ongoing else end, None, severity, kilograms, basis, evidence])
