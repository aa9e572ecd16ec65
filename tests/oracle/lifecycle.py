"""Rules TS-L01 to TS-L15 from docs/lifecycle.md alone: what is broken and what is due, from a project's dated acts."""
import calendar
import csv
import pathlib
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from book import read_rows
from coverage import hit
from exact import DAY, HOUR, local_date, local_midnight, parse_number, parse_time, time_text

NEVER = 10**18
ASSESSMENT = ("eia_approval", "eia_rereview", "eia_refusal")
PERMIT = ("permit_issued", "permit_changed", "permit_suspended")
ACTS = {*ASSESSMENT, *PERMIT, "major_change", "design_chapter", "investment_estimate", "protection_contract",
        "facility_required", "construction_start", "main_progress", "protection_progress", "facility_built", "completion",
        "completion_disclosed", "commissioning_disclosed", "commissioning_start", "commissioning_end",
        "acceptance_report", "acceptance_opinion", "acceptance_disclosed", "display_end", "platform_filing",
        "first_production", "production_stopped", "rectification_opened", "rectification_closed",
        "dismantling_approval", "idling_approval", "dismantled", "idled", "resumed"}


class Act:
    def __init__(self, source, name, members):
        self.source, self.name = source, name
        self.kind, self.time = members["act"], parse_time(members["time"])
        self.phase = members.get("phase", "")
        self.item = members.get("facility" if self.takes_facility() else self.other_item(), "")
        self.percent = parse_number(members.get("percent", "0"))
        self.capacity = parse_number(members["capacity"]) if members.get("capacity") else None
        self.unit = members.get("unit", "")
        self.passed = members.get("result") == "pass"
        self.start, self.end = (parse_time(members[name]) if members.get(name) else None for name in ("start", "end"))

    def takes_facility(self):
        return self.kind.startswith("facility") or self.kind in (
            "dismantled", "idled", "resumed", "dismantling_approval", "idling_approval")

    def other_item(self):
        return "order" if self.kind.startswith("rectification") else "change"

    @property
    def order(self):
        return (self.time, self.source.encode(), self.name.encode())


@dataclass
class Breach:
    rule: str
    subject: str
    origin: int
    start: int
    end: int | None = None
    due: int | None = None
    severity: str = "severity"
    doubt: str = ""
    acts: list = field(default_factory=list)
    is_due: bool = False


class Calendar:
    def __init__(self, path):
        self.differs, self.years = {}, set()
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for row in csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#")):
            day, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
            self.years.update(range(day.year, last.year + 1))
            while day <= last:
                self.differs[day] = row["kind"] == "workday"
                day += timedelta(days=1)

    def working_days_after(self, day, count):
        while count:
            day += timedelta(days=1)
            count -= self.differs.get(day, day.weekday() < 5)
        return day

    def doubt(self, first, last):
        unknown = [year for year in range(first.year, last.year + 1) if year not in self.years]
        return f"holidays of {unknown[0]} are not known" if unknown else ""


def months_after(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last(acts, at):
    """The last of them that is not after `at`, or None."""
    return max((act for act in acts if act.time <= at), key=lambda act: act.order, default=None)


def first_time(acts):
    return min((act.time for act in acts), default=None)


class Project:
    """One project as of one time."""

    def __init__(self, name, acts, rules, days, zone, now):
        self.name, self.rules, self.calendar, self.zone, self.now = name, rules, days, zone, now
        self.acts = sorted((act for act in acts if act.time <= now), key=lambda act: act.order)
        self.found = []
        for phase in sorted({"", *(act.phase for act in self.acts)}):
            self.judge_phase(phase)
        self.building()
        for facility in sorted({act.item for act in self.of("dismantled", "idled")}):
            self.downtime(facility)

    def of(self, *kinds, phase=None, item=None):
        return [act for act in self.acts if act.kind in kinds and phase in (None, act.phase) and item in (None, act.item)]

    def around(self, phase, *kinds):
        """Acts of a phase and of the whole project."""
        return [act for act in self.of(*kinds) if act.phase in ("", phase)]

    def number(self, rule, name, at):
        return int(self.entry(rule, name, at)["value"])

    def entry(self, rule, name, at):
        return next((row for row in self.rules.get((rule, name), []) if row.covers(at)), None)

    def subject(self, phase="", item=""):
        return self.name + (f"@{phase}" if phase else "") + (f"/{item}" if item else "")

    def day(self, time):
        return local_date(time, self.zone)

    def end_of(self, day):
        return local_midnight(day + timedelta(days=1), self.zone)

    # Forms of rules

    def broken_by(self, rule, subject, act, acts, fine):
        if not fine(act):
            cures = [one.time for one in acts if one.time > act and fine(one.time)]
            self.found.append(Breach(rule, subject, act, act, min(cures, default=None), acts=acts))

    def clock(self, rule, subject, act, deadline, done, acts, doubt=""):
        if done is not None and done < deadline:
            return
        ahead = deadline > self.now
        self.found.append(Breach(rule, subject, act, act if ahead else deadline, None if ahead else done, deadline,
                                 doubt=doubt, acts=acts, is_due=ahead))

    def spells(self, instants, holds):
        """[from, to or None) in which it holds."""
        spells, since = [], None
        for at in sorted({at for at in instants if at <= self.now}):
            if holds(at) and since is None:
                since = at
            elif not holds(at) and since is not None:
                spells.append((since, at))
                since = None
        return spells + ([(since, None)] if since is not None else [])

    # Design and build

    def approved(self, at):
        decision = last(self.of(*ASSESSMENT, item=""), at)
        return decision is not None and decision.kind != "eia_refusal"

    def building(self):
        start = first_time(self.of("construction_start"))
        decisions = self.of(*ASSESSMENT, item="")
        acts = self.of(*ASSESSMENT, "construction_start", item="")
        if start is not None:
            self.broken_by("TS-L01", self.subject(), start, acts, self.approved)
            papers = [self.of(kind) for kind in ("design_chapter", "investment_estimate")]
            self.broken_by("TS-L03", self.subject(), start,
                           self.of("design_chapter", "investment_estimate", "construction_start"),
                           lambda at: all(last(paper, at) for paper in papers))
        asked = self.now if start is None else start
        if self.approved(asked):
            approval = last(decisions, asked).time
            origin = approval if start is None else start
            good = self.end_of(months_after(self.day(approval), 12 * self.number("TS-L02", "approval_years", origin)))
            if start is None:
                if good > self.now:
                    self.found.append(Breach("TS-L02", self.subject(), approval, approval, due=good, acts=decisions,
                                             is_due=True))
            elif start >= good:
                cures = [act.time for act in acts if act.time > start and self.approved(act.time)
                         and last(decisions, act.time).time > start]
                self.found.append(Breach("TS-L02", self.subject(), start, start, min(cures, default=None), acts=acts))
        self.progress()
        for change in sorted({act.item for act in self.of("major_change")}):
            approvals = self.of("eia_approval", item=change)
            self.broken_by("TS-L12", self.subject(item=change), first_time(self.of("major_change", item=change)),
                           self.of("major_change", "eia_approval", item=change), lambda at: last(approvals, at))

    def progress(self):
        reports = [self.of("main_progress"), self.of("protection_progress")]
        acts = self.of("main_progress", "protection_progress", "protection_contract")

        def behind(at):
            main, protection = (act.percent if (act := last(kind, at)) else Fraction(0) for kind in reports)
            return main - protection > self.number("TS-L04", "lag_points", at)

        for since, until in self.spells([act.time for act in acts], behind):
            broken = since + self.number("TS-L04", "lag_days", since) * DAY
            if broken <= self.now and (until is None or until > broken):
                self.found.append(Breach("TS-L04", self.subject(), since, broken, until, broken, acts=acts))
            elif broken > self.now and until is None:
                self.found.append(Breach("TS-L04", self.subject(), since, since, None, broken, acts=acts, is_due=True))

    def facilities(self, phase):
        for facility in sorted({act.item for act in self.of("facility_required", phase=phase)}):
            wanted = self.of("facility_required", phase=phase, item=facility)
            begun = self.of("commissioning_start", phase=phase or None)
            built = self.of("facility_built", item=facility)
            if begun:
                row = wanted[-1]
                start = max(first_time(begun), row.time)
                share = self.number("TS-L05", "capacity_share_percent", start)
                self.broken_by("TS-L05", self.subject(phase, facility), start, begun + wanted + built,
                               lambda at: self.large_enough(last(built, at), row, share))

    @staticmethod
    def large_enough(built, row, share):
        if built is None or row.capacity is None:
            return built is not None
        return (built.capacity is not None and built.unit == row.unit
                and built.capacity * 100 >= row.capacity * share)

    # Use, accept, publish, file

    def judge_phase(self, phase):
        self.facilities(phase)
        self.commissioning(phase)
        self.announcements(phase)
        self.working_days("TS-L08", "disclosure_working_days", phase, "acceptance_report", "acceptance_disclosed")
        self.display(phase)
        self.period(phase)
        self.working_days("TS-L10", "filing_working_days", phase, "display_end", "platform_filing")
        self.orders(phase)
        self.production(phase)

    def commissioning(self, phase):
        start = first_time(self.of("commissioning_start", phase=phase))
        if start is None:
            return

        def ready(at):
            permit = last(self.of(*PERMIT), at)
            built = {act.item for act in self.of("facility_built") if act.time <= at}
            listed = {act.item for act in self.around(phase, "facility_required") if act.time <= at}
            finished = any(act.percent == 100 and act.time <= at for act in self.of("protection_progress"))
            stands = listed <= built if listed else bool(built) or finished
            return stands and permit is not None and permit.kind != "permit_suspended"

        acts = self.around(phase, "commissioning_start", "facility_required", "facility_built", "protection_progress",
                           *PERMIT)
        self.broken_by("TS-L06", self.subject(phase), start, acts, ready)

    def announcements(self, phase):
        begun = first_time(self.of("commissioning_start", phase=phase))
        act = first_time(self.of("acceptance_report", phase=phase)) if begun is None else begun
        if act is None:
            return
        kinds = ["completion_disclosed"] + (["commissioning_disclosed"] if begun is not None else [])
        done = [first_time(self.of(kind, phase=phase)) for kind in kinds]
        self.clock("TS-L07", self.subject(phase), act, self.end_of(self.day(act)), None if None in done else max(done),
                   self.of("commissioning_start", "acceptance_report", "completion_disclosed",
                           "commissioning_disclosed", phase=phase))

    def working_days(self, rule, name, phase, begins, ends):
        act = first_time(self.of(begins, phase=phase))
        if act is None:
            return
        final = self.calendar.working_days_after(self.day(act), self.number(rule, name, act))
        self.clock(rule, self.subject(phase), act, self.end_of(final), first_time(self.of(ends, phase=phase)),
                   self.of(begins, ends, phase=phase), self.calendar.doubt(self.day(act), final))

    def display(self, phase):
        short = None
        acts = self.of("acceptance_disclosed", "display_end", phase=phase)
        for end in self.of("display_end", phase=phase):
            begin = last(self.of("acceptance_disclosed", phase=phase), end.time)
            doubt, fine = "", False
            if begin is not None:
                count = self.number("TS-L08", "display_working_days", end.time)
                final = self.calendar.working_days_after(self.day(begin.time), count)
                doubt, fine = self.calendar.doubt(self.day(begin.time), final), self.day(end.time) >= final
            if fine:
                if short is not None:
                    short.end = end.time
                break
            if short is None:
                short = Breach("TS-L08", self.subject(phase, "display"), end.time, end.time,
                               severity="severity_display", doubt=doubt, acts=acts)
        if short is not None:
            self.found.append(short)

    def period(self, phase):
        begun = first_time(self.of("completion", phase=phase))
        if begun is None:
            return
        usual, extended = (self.end_of(months_after(self.day(begun), self.number("TS-L09", name, begun)))
                           for name in ("usual_months", "extended_months"))
        done = first_time(self.of("acceptance_disclosed", phase=phase))
        acts = self.of("completion", "acceptance_disclosed", phase=phase)
        extends = [first_time(self.of("commissioning_start", phase=phase)),
                   first_time(self.around(phase, "rectification_opened"))]
        if any(at is not None and at < usual for at in extends):
            self.clock("TS-L09", self.subject(phase), begun, extended, done, acts)
        elif self.now < usual:
            self.clock("TS-L09", self.subject(phase), begun, usual, done, acts)
        elif done is None or done >= usual:
            end = extended if extended <= self.now and (done is None or done > extended) else done
            self.found.append(Breach("TS-L09", self.subject(phase), begun, usual, end, usual, "severity_usual",
                                     acts=acts))
            self.clock("TS-L09", self.subject(phase), begun, extended, done, acts)

    def orders(self, phase):
        passed = [act for act in self.of("acceptance_opinion", phase=phase) if act.passed]
        steps = (self.around(phase, "rectification_opened", "rectification_closed") if phase
                 else self.of("rectification_opened", "rectification_closed"))
        if not passed:
            return

        def is_open(order, at):
            step = last([act for act in steps if act.item == order], at)
            return step is not None and step.kind == "rectification_opened"

        at_first = {act.item for act in steps if is_open(act.item, first_time(passed))}
        self.broken_by("TS-L15", self.subject(phase), first_time(passed), passed + steps,
                       lambda at: not any(is_open(order, at) for order in at_first))

    # Production

    def production(self, phase):
        rule = "TS-L13" if phase else "TS-L11"
        runs = self.of("first_production", "production_stopped", phase=phase)
        if not runs:
            return
        windows = self.of("commissioning_disclosed", phase=phase or None)
        opinions = self.of("acceptance_opinion", phase=phase or None)
        lanes = {act.phase for act in opinions}

        def pending(at):
            run = last(runs, at)
            verdicts = [last([act for act in opinions if act.phase == lane], at) for lane in lanes]
            return (run is not None and run.kind == "first_production"
                    and not any(verdict is not None and verdict.passed for verdict in verdicts))

        def allowed(at):
            ends = [self.end_of(self.day(act.end)) for act in windows if act.time <= at and act.start <= at]
            return max((end for end in ends if end > at), default=None)

        acts = windows + opinions + runs
        instants = [act.time for act in acts]
        for act in windows:
            instants += [act.start, self.end_of(self.day(act.end))]
        for since, until in self.spells(instants, lambda at: pending(at) and allowed(at) is None):
            tolerated = since + self.number(rule, "tolerance_hours", since) * HOUR
            if until is not None and until <= tolerated:
                hit("lifecycle.tolerated")
                continue
            self.found.append(Breach(rule, self.subject(phase), since, since, until, tolerated, acts=acts,
                                     is_due=until is None and self.now < tolerated))
        for since, until in self.spells(instants, lambda at: pending(at) and allowed(at) is not None):
            if until is None:
                self.found.append(Breach(rule, self.subject(phase), since, since, None, allowed(self.now), acts=acts,
                                         is_due=True))

    def downtime(self, facility):
        states = self.of("dismantled", "idled", "resumed", "facility_built", item=facility)
        approvals = self.of("dismantling_approval", "idling_approval", item=facility)

        def down(at):
            state = last(states, at)
            return state is not None and state.kind in ("dismantled", "idled")

        def allowed(at):
            until = [0]
            for act in approvals:
                if act.time <= at and act.kind == "dismantling_approval":
                    return NEVER
                if act.time <= at and last(states, at).kind != "dismantled":
                    until.append(self.end_of(self.day(act.end)))
            return max(until)

        acts = states + approvals
        instants = [act.time for act in acts] + [self.end_of(self.day(act.end)) for act in approvals if act.end]
        for since, until in self.spells(instants, lambda at: down(at) and allowed(at) <= at):
            self.found.append(Breach("TS-L14", self.subject(item=facility), since, since, until, acts=acts))
        for since, until in self.spells(instants, lambda at: down(at) and allowed(at) > at):
            if until is None and allowed(self.now) != NEVER:
                self.found.append(Breach("TS-L14", self.subject(item=facility), since, since, None, allowed(self.now),
                                         acts=acts, is_due=True))

    # Rows

    def rows(self, park):
        """In the columns of the table `violation`."""
        for breach in self.found:
            basis = self.entry(breach.rule, "basis", breach.origin)
            if basis is None:
                hit("lifecycle.not_in_force")
                continue
            state = "due" if breach.is_due else "ongoing" if breach.end is None else "ended"
            hit(f"lifecycle.{breach.rule}.{state}")
            yield [park, breach.rule, breach.subject, breach.start, "open" if breach.is_due else "closed", state,
                   breach.end, breach.due, self.severity(breach), None, self.basis(basis, breach.doubt),
                   self.evidence(breach)]

    def severity(self, breach):
        if not breach.is_due:
            return self.entry(breach.rule, breach.severity, breach.origin)["value"]
        ahead = self.number(breach.rule, "warn_ahead_days", breach.origin) * DAY
        return "warning" if breach.due - self.now <= ahead else "info"

    @staticmethod
    def basis(row, doubt):
        sure = row["sure"] == "yes" and "unknown" not in (row["clause"], row["valid_from"])
        clause = "clause unknown" if row["clause"] == "unknown" else row["clause"]
        return f"{row['standard']} {clause}" + ("" if sure else " (unsure)") + (f"; {doubt}" if doubt else "")

    @staticmethod
    def evidence(breach):
        acts = sorted(breach.acts, key=lambda act: act.order)
        named = [act for act in acts if act.time == breach.origin]
        if not named and (before := last(acts, breach.origin)) is not None:
            named = [before]
        named += [act for act in acts if act.time == breach.end and act not in named]
        return "; ".join(f"{act.source}/{act.name}" for act in named)


class Lives:
    """The projects of every park, from the documents that hold and the outlets' emissions."""

    def __init__(self, book, ledger, hours):
        self.rules, self.rows = {}, []
        for row in read_rows(book.rules_folder, "lifecycle.csv"):
            self.rules.setdefault((row["rule"], row["name"]), []).append(row)
        days = Calendar(pathlib.Path(book.rules_folder) / "working_days.csv")
        emissions = self.first_emissions(hours)
        acts, parks = self.acts(ledger), {}
        for row in book.registry.enterprises:
            parks.setdefault(row["id"], set()).add(row["park"])
        outlets = {}
        for row in book.registry.projects:
            for park in parks[row["enterprise"]]:
                outlets.setdefault((park, row["id"]), set()).update(filter(None, row["outlets"].split(";")))
        for (park, name), own in outlets.items():
            if park in ledger.park_time and self.rules:
                now = ledger.park_time[park] // HOUR * HOUR
                zone = next(row["zone"] for row in book.registry.parks if row["id"] == park) or "Asia/Shanghai"
                held = self.with_inferred(acts.get((park, name), []), own, emissions, now)
                self.rows += Project(name, held, self.rules, days, zone, now).rows(park)

    @staticmethod
    def acts(ledger):
        found = {}
        for (park, kind, source, name), (_, text) in ledger.documents.items():
            if kind == "milestone":
                members = unpacked(text)
                if members.get("revoked") != "true":
                    found.setdefault((park, members["project"]), []).append(Act(source, name, members))
        return found

    @staticmethod
    def first_emissions(hours):
        """Outlet -> its first closed hour with a mass."""
        first = {}
        for row in hours.rows.values():
            if row.phase == "closed" and row.mass_kg is not None and row.mass_kg > 0:
                first[row.outlet] = min(first.get(row.outlet, row.start), row.start)
        return first

    @staticmethod
    def with_inferred(acts, outlets, emissions, now):
        if any(act.kind == "first_production" and act.time <= now for act in acts):
            return acts
        hours = sorted((emissions[outlet], outlet) for outlet in outlets if outlet in emissions)
        if not hours:
            return acts
        hit("lifecycle.inferred")
        start, outlet = hours[0]
        members = {"act": "first_production", "time": time_text(start + HOUR)}
        return [*acts, Act("inferred", f"{outlet} {time_text(start)}", members)]


def unpacked(text):
    """The members of a stored document."""
    def plain(part):
        return re.sub("%([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), part)
    return {plain(name): plain(value) for name, value in (pair.split("=", 1) for pair in text.split(";") if pair)}


def refused(members):
    """Whether a milestone's members are no act (docs/lifecycle.md 1)."""
    kinds = {"main_progress": ["percent"], "protection_progress": ["percent"], "facility_required": ["facility"],
             "facility_built": ["facility"], "major_change": ["change"], "rectification_opened": ["order"],
             "rectification_closed": ["order"], "commissioning_disclosed": ["start", "end"],
             "dismantling_approval": ["facility"], "idling_approval": ["facility", "end"], "dismantled": ["facility"],
             "idled": ["facility"], "resumed": ["facility"]}
    act = members.get("act", "")
    times = {name: parse_time(members[name]) for name in ("time", "start", "end") if members.get(name)}
    ids = [members.get(name, "") for name in ("project", "phase", *kinds.get(act, []))
           if name not in ("percent", "start", "end")]
    if act not in ACTS or not members.get("project") or "time" not in times:
        return True
    if any(members.get(name, "") == "" for name in kinds.get(act, [])):
        return True
    if any(text and not re.fullmatch("[A-Za-z0-9._:-]{1,64}", text) for text in ids):
        return True
    used = ["time"] + [name for name in kinds.get(act, []) if name in ("start", "end")]
    if any(times[name] is None or not 1979 <= local_date(times[name], "Asia/Shanghai").year <= 2099 for name in used):
        return True
    if "end" in used and times["end"] < times["start" if "start" in used else "time"]:
        return True
    if "percent" in kinds.get(act, []) and not 0 <= (parse_number(members["percent"]) or Fraction(-1)) <= 100:
        return parse_number(members["percent"]) != 0
    if act.startswith("facility") and members.get("capacity"):
        return (parse_number(members["capacity"]) or 0) <= 0 or not members.get("unit")
    return act == "acceptance_opinion" and members.get("result") not in ("pass", "fail")
