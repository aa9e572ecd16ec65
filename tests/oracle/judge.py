"""Verdicts and episodes (docs/arithmetic.md 9 and 11)."""
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from coverage import hit
from days import NOT_DUE
from exact import time_text, to_units
from values import MISSING, VALID


@dataclass
class Verdict:
    window: object
    limit_id: str
    state: str
    value: int | None = None
    lower: int | None = None
    upper: int | None = None
    ratio: int | None = None
    rate: bool = False
    leads: bool = False
    unsure: bool = False
    before_marks: str = ""
    note: str | None = None


class Judge:
    def __init__(self, book, limits, marks, park_time, rows):
        self.book, self.rules, self.limits = book, book.rules, limits
        self.verdicts = []
        for row in rows:
            before = self.judge(row.extra.get("unmarked", row))
            waits = marks.waits(row, park_time.get(row.park, 0))
            for verdict, unmarked in zip(self.judge(row), before, strict=True):
                self.mark(verdict, unmarked, waits)
                self.verdicts.append(verdict)

    def mark(self, verdict, unmarked, waits):
        """What marks make of a verdict (docs/rules/marks.md)."""
        extra = verdict.window.extra
        verdict.before_marks = unmarked.state
        if verdict.value is None:
            verdict.value, verdict.ratio = unmarked.value, unmarked.ratio
        if "exempt" in extra and verdict.state in ("over", "compliant"):
            verdict.state = f"exempt({extra['exempt']})"
        if verdict.state == "over" and waits:
            hit("verdict.pending_mark")
            verdict.state = "pending_mark"
        if extra.get("unsure_mark") and verdict.state != verdict.before_marks:
            verdict.note = "unsure_mark"

    # Section 9

    def judge(self, row):
        every = self.limits.in_force(row.outlet, row.factor, row.start)
        wanted = [limit for limit in every if limit.span == row.span]
        judged_span = "hour" if self.rules.medium(row.factor) == "air" else "day"
        if not every:
            if self.rules.role(row.factor) == "pollutant" and row.span == judged_span:
                hit("verdict.no_limit")
                return [Verdict(row, "", "no_limit", row.value)]
            return []
        verdicts = [self.verdict(row, limit) for limit in wanted]
        if verdicts:
            far = 2**64
            lead = min(verdicts, key=lambda v: (v.rate, far if v.upper is None else v.upper,
                                                far if v.lower is None else -v.lower, v.limit_id))
            lead.leads = True
        return verdicts

    def verdict(self, row, limit):
        verdict = Verdict(row, limit.id, self.state(row), None, limit.lower, limit.upper, rate=limit.rate,
                          unsure=not limit.sure)
        if row.state == VALID:
            if limit.rate:  # kg of an hour against kg/h, with all its digits
                value = None if row.mass_kg is None else Fraction(row.mass_kg, 1000)
                verdict.value = None if value is None else round(value)
            else:
                value = verdict.value = row.value if limit.reference is None else row.converted
            if value is None:
                verdict.state = f"invalid({row.mass_state})" if limit.rate else "invalid(not_converted)"
            else:
                over = self.exceeds(value, limit)
                verdict.state = "over" if over else "compliant"
                other = row.extra.get("other_order")
                if limit.reference is not None and other is not None and self.exceeds(other, limit) != over:
                    verdict.note = "conversion_order_decides"
                if value in (limit.lower, limit.upper):
                    hit("verdict.equal_to_limit")
                verdict.ratio = self.ratio(value, limit)
        hit("verdict." + verdict.state)
        return verdict

    def exceeds(self, value, limit):
        return limit.upper is not None and value > limit.upper or limit.lower is not None and value < limit.lower

    def state(self, row):
        if row.state in NOT_DUE:
            return f"exempt({row.state})"
        if row.state == "exempt":
            return "exempt(marks)"
        return "invalid(missing)" if row.state == MISSING else row.state

    def ratio(self, value, limit):
        lower, upper = limit.lower, limit.upper
        if lower is not None and upper is not None:
            hit("ratio.two_sided")
            return to_units(Fraction(abs(2 * value - (lower + upper)), upper - lower)) if upper != lower else None
        if lower is not None:
            hit("ratio.lower_only")
            return to_units(Fraction(lower, value)) if value else None
        hit("ratio.upper")
        return to_units(Fraction(value, upper)) if upper else None


# Section 11


@dataclass
class Episode:
    id: str
    rule: str
    park: str
    outlet: str
    factor: str
    limit_id: str
    span: str
    severity: str
    state: str
    first: int
    last: int
    windows: int
    resolved: int | None = None


def fnv1a_128(text):
    value = 0x6C62272E07BB014262B821756295C58D
    for byte in text.encode("utf-8"):
        value = ((value ^ byte) * 0x0000000001000000000000000000013B) % 2**128
    return f"{value:032x}"


class Episodes:
    def __init__(self, book, values, hours, judge, violations):
        self.book, self.values, self.hours = book, values, hours
        self.tracks = defaultdict(dict)  # (rule, outlet, factor, limit, span) -> start -> (opens, resolves, park)
        for verdict in judge.verdicts:
            row = verdict.window
            if row.phase == "closed" and verdict.limit_id:
                track = self.tracks[("exceedance", row.outlet, row.factor, verdict.limit_id, row.span)]
                track[row.start] = (verdict.state in ("over", "pending_mark"), verdict.state == "compliant", row.park)
        for row in hours.rows.values():
            if row.phase == "closed":
                track = self.tracks[("over_range", row.outlet, row.factor, "", "hour")]
                track[row.start] = (self.opens(hours, row), row.state == VALID, row.park)
        self.silences()
        self.episodes = []
        for subject in sorted(self.tracks):
            self.run(*subject)
        self.violations(violations)

    @staticmethod
    def opens(hours, row):
        """A value over range opens, unless a mark says that the values are none."""
        return hours.has_over_range(row) and "marked_out" not in row.extra

    def silences(self):
        """Every closed hour of an outlet: with a value of any of its factors, or silent."""
        for row in self.hours.rows.values():
            if row.phase != "closed":
                continue
            track = self.tracks[("silent", row.outlet, "", "", "hour")]
            heard = bool(self.hours.covering(row))
            before = track.get(row.start, (True, False, row.park))
            track[row.start] = (before[0] and not heard, before[1] or heard, row.park)

    def run(self, rule, outlet, factor, limit_id, span):
        subject = "|".join(part for part in (outlet, factor, limit_id, span if limit_id else "") if part)
        episode = None
        for start, (opens, resolves, park) in sorted(self.tracks[(rule, outlet, factor, limit_id, span)].items()):
            if opens and episode is None:
                name = fnv1a_128(f"{rule}|{subject}|{time_text(start)}")
                severity = self.book.rules.parameter(f"episode_severity_{rule}", "", start)
                episode = Episode(name, rule, park, outlet, factor, limit_id, span, severity, "open", start, start, 0)
                self.episodes.append(episode)
            if opens:
                episode.last = start
                episode.windows += 1
            elif resolves and episode is not None:
                episode.state, episode.resolved = "resolved", start
                hit(f"episode.{rule}.resolved")
                episode = None
        if episode is not None:
            hit(f"episode.{rule}.open")

    def violations(self, rows):
        """From the instant at which a rule is broken to the one at which it no longer is."""
        tracks = defaultdict(dict)  # (rule, park, subject) -> instant -> severity, or None where it ends
        for park, rule, subject, start, _, state, end, _, severity, *_ in sorted(rows, key=lambda row: row[3]):
            if state != "due":
                tracks[rule, park, subject][start] = severity
            if end is not None:
                tracks[rule, park, subject][end] = None
        for (rule, park, subject), track in tracks.items():
            episode = None
            for at, severity in sorted(track.items()):
                if severity is None and episode is not None:
                    episode.state, episode.resolved = "resolved", at
                    hit("episode.violation.resolved")
                    episode = None
                if severity is None:
                    continue
                if episode is None:
                    name = fnv1a_128(f"{rule}|{subject}|{time_text(at)}")
                    episode = Episode(name, rule, park, subject, "", "", "event", severity, "open", at, at, 0)
                    self.episodes.append(episode)
                episode.last, episode.windows = at, episode.windows + 1
