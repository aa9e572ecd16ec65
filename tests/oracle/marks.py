"""Marks: what they cover and what they make of hours (docs/rules/marks.md)."""
import copy
from urllib.parse import unquote

from coverage import hit
from exact import HOUR, MINUTE, day_end, floor_to, local_date, parse_time

VALID = "valid"
DAY_LIMIT = 366 * 24 * HOUR
NEEDED = ("outlet", "scheme", "mark", "author")
RANK = {"stopped": 0, "invalid": 1, "exempt": 2}
ALONE = ("pollutant", "ph", "other")  # roles that nothing else is computed from


def fault_of_mark(members):
    """Why a mark's document is refused, or nothing."""
    if any(not members.get(name) for name in NEEDED):
        return "missing"
    begin, end = (parse_time(members.get(name, "")) for name in ("from", "to"))
    if begin is None or end is None or not begin < end <= begin + DAY_LIMIT:
        return "period"
    return "" if members.get("found_false", "") in ("", "true", "false") else "found_false"


def members_of(text):
    pairs = (pair.split("=", 1) for pair in text.split(";") if pair)
    return {unquote(name): unquote(value) for name, value in pairs}


class Mark:
    def __init__(self, key, held):
        self.park, _, self.source, self.id = key
        self.received, text = held
        said = members_of(text)
        self.outlet, self.scheme, self.mark, self.author = (said[name] for name in NEEDED)
        self.factor = said.get("factor", "")
        self.begin, self.end = parse_time(said["from"]), parse_time(said["to"])
        self.withdrawn = "false" if said.get("found_false") == "true" else ""
        if said.get("revoked") == "true":
            self.withdrawn = "revoked"


def length(parts):
    """The length of the union of periods."""
    total, reached = 0, None
    for begin, end in sorted(parts):
        begin = begin if reached is None else max(begin, reached)
        total += max(0, end - begin)
        reached = end if reached is None else max(reached, end)
    return total


class Marks:
    def __init__(self, book, ledger):
        self.book, self.registry, self.rules = book, book.registry, book.rules
        self.marks = [Mark(key, held) for key, held in ledger.documents.items()
                      if key[1] == "mark" and not fault_of_mark(members_of(held[1]))]  # taken back without contents
        self.beyond = {}  # (park, outlet) -> {(group, hour)}
        for place in {(mark.park, mark.outlet) for mark in self.marks}:
            self.beyond[place] = self.hours_beyond_caps(*place)

    def zone(self, park):
        return next(row["zone"] or "Asia/Shanghai" for row in reversed(self.registry.parks) if row["id"] == park)

    def rule_of(self, mark, time):
        row = self.registry.outlet(mark.outlet, time)
        if row is None or row["mark_scheme"] != mark.scheme:
            return None
        return next((rule for rule in self.rules.marks if (rule["scheme"], rule["mark"]) == (mark.scheme, mark.mark)
                     and rule.covers(time)), None)

    def deadline(self, rule, park, time):
        return day_end(time, self.zone(park)) + int(rule["deadline_hour"]) * HOUR

    def coverings(self, park, outlet, hour, factor=None):
        """The rules of the marks that cover an hour in time; of all factors where none is named."""
        parts, rules = {}, {}
        for mark in self.marks:
            if (mark.park, mark.outlet) != (park, outlet) or mark.withdrawn:
                continue
            if mark.begin >= hour + HOUR or mark.end <= hour:
                continue
            rule = self.rule_of(mark, hour)
            if rule is None or not self.concerns(mark, rule, factor):
                continue
            if mark.received > self.deadline(rule, park, hour):
                hit("mark.late")
                continue
            end = mark.end
            if rule["mark_hours"] and end > mark.begin + int(rule["mark_hours"]) * HOUR:
                hit("mark.longer_than_counts")
                end = mark.begin + int(rule["mark_hours"]) * HOUR
            begin, end = max(mark.begin, hour), min(end, hour + HOUR)
            if begin < end:
                parts.setdefault(mark.mark, []).append((begin, end))
                rules[mark.mark] = rule
        return [rules[name] for name in sorted(parts, key=str.encode) if self.enough(rules[name], length(parts[name]))]

    @staticmethod
    def enough(rule, covered):
        needed = int(rule["minutes"]) * MINUTE
        return covered > needed if rule["kind"] == "equipment" else covered >= needed

    def concerns(self, mark, rule, factor):
        if not mark.factor:
            return True
        if rule["kind"] != "equipment":
            return False
        if factor is None or mark.factor == factor:
            return True
        return mark.factor in self.rules.factors and self.rules.role(mark.factor) not in ALONE

    def hours_beyond_caps(self, park, outlet):
        found, counts = set(), {}
        hours = set()
        for mark in self.marks:
            if (mark.park, mark.outlet) == (park, outlet) and not mark.withdrawn:
                hours.update(range(floor_to(mark.begin, HOUR), mark.end, HOUR))
        for hour in sorted(hours):
            rules = self.coverings(park, outlet, hour)
            for group, cap in {(rule["year_group"], rule["year_hours"]) for rule in rules if rule["year_group"]}:
                key = (group, local_date(hour, self.zone(park)).year)
                counts[key] = counts.get(key, 0) + 1
                if counts[key] > int(cap):
                    hit("mark.beyond_the_cap")
                    found.add((group, hour))
        return found

    def rule(self, park, outlet, hour, factor):
        """The rule that decides an hour of a factor, or None."""
        found = [rule for rule in self.coverings(park, outlet, hour, factor)
                 if (not rule["factors"] or factor in [code.strip() for code in rule["factors"].split(";")])
                 and (rule["year_group"], hour) not in self.beyond[(park, outlet)]]
        return min(found, key=lambda rule: (RANK[rule["effect"]], rule["mark"].encode()), default=None)

    # What hours become

    def apply(self, hours):
        """Changes the rows; what they were without marks stays beside them."""
        if not self.marks:
            return
        rules = {key: self.rule(row.park, row.outlet, row.start, row.factor) for key, row in hours.rows.items()}
        for key, row in hours.rows.items():
            if rules[key] is not None and row.state != "no_discharge":
                self.stop_or_invalidate(row, rules[key])
        for key, row in hours.rows.items():
            rule = rules[key]
            if rule is not None and rule["effect"] == "exempt" and row.state == VALID and self.allowed(rule, row, hours):
                hit("mark.exempt")
                row.extra["exempt"], row.extra["unsure_mark"] = rule["mark"], not self.sure(rule)

    def stop_or_invalidate(self, row, rule):
        if rule["effect"] == "exempt":
            return
        row.extra["unmarked"] = copy.copy(row)
        row.extra["unmarked"].extra = {**row.extra}
        row.extra["marked_out"], row.extra["unsure_mark"] = True, not self.sure(rule)
        row.value = row.converted = row.volume_m3 = row.mass_kg = row.mass_state = row.source = None
        pollutant = self.rules.role(row.factor) == "pollutant"
        if rule["effect"] == "stopped":
            hit("mark.stopped")
            row.state, row.mass_kg = "not_operating", 0 if pollutant else None
        else:
            hit("mark.invalid")
            row.state, row.mass_state = f"invalid({rule['mark']})", "marked" if pollutant else None

    @staticmethod
    def sure(rule):
        return (rule["sure"] == "yes" and rule["clause"] != "unknown"
                and "unknown" not in (rule["valid_from"], rule["valid_to"]))

    @staticmethod
    def allowed(rule, row, hours):
        if not rule["while_factor"]:
            return True
        other = hours.rows.get((row.outlet, rule["while_factor"], row.start))
        if other is None or other.state != VALID:
            hit("mark.condition_unknown")
            return False
        value = other.value if other.converted is None else other.converted
        hit("mark.condition")
        return value <= rule.fraction("while_upper") * 10**6

    def waits(self, row, park_time):
        """Whether the window may still be marked."""
        outlet = self.registry.outlet(row.outlet, row.start)
        if outlet is None or not outlet["mark_scheme"]:
            return False
        return any(rule["scheme"] == outlet["mark_scheme"] and rule.covers(row.start)
                   and park_time < self.deadline(rule, row.park, row.start) for rule in self.rules.marks)

    # The table

    def rows(self):
        return [[mark.park, mark.outlet, mark.source, mark.id, mark.scheme, mark.mark, mark.factor, mark.begin, mark.end,
                 mark.author, mark.received, self.state(mark)] for mark in self.marks]

    def state(self, mark):
        if mark.withdrawn:
            return mark.withdrawn
        row = self.registry.outlet(mark.outlet, mark.begin)
        enterprise = self.registry.one(self.registry.enterprises, mark.begin, id=row["enterprise"]) if row else None
        if enterprise is None or enterprise["park"] != mark.park:
            return "foreign_outlet"
        if row["mark_scheme"] != mark.scheme:
            return "other_scheme"
        rule = self.rule_of(mark, mark.begin)
        if rule is None:
            return "unknown_mark"
        if rule["kind"] == "condition" and mark.factor:
            return "names_factor"
        if mark.received > self.deadline(rule, mark.park, mark.end - 1):
            return "late"
        if mark.received > self.deadline(rule, mark.park, mark.begin):
            return "partly_late"
        return "overlapping" if any(self.contradicts(mark, other, rule) for other in self.marks) else "effective"

    def contradicts(self, mark, other, rule):
        begin = max(mark.begin, other.begin)
        if (other.park, other.outlet) != (mark.park, mark.outlet) or other.mark == mark.mark or other.withdrawn:
            return False
        if begin >= min(mark.end, other.end) or mark.factor and other.factor and mark.factor != other.factor:
            return False
        here, there = self.rule_of(mark, begin), self.rule_of(other, begin)
        return bool(here and there and here["kind"] == there["kind"])
