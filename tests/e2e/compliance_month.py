#!/usr/bin/env python3
"""Reports of a simulated month of a park of 40 enterprises, held against the store; see run_compliance_month.sh.

    compliance_month.py --program FILE [--seed S] [--keep FOLDER]

The report of each language and form is made. Its figures are counted anew from exported tables, forms and languages must
agree, no section may be empty, and what people read may not be half translated. --keep leaves everything in FOLDER.
"""
import argparse
import collections
import csv
import datetime
import html.parser
import io
import pathlib
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

from park_month import BEGIN, CHINA, DAY, END, HOUR, MINUTE, MONTH, PARK, UTC, ParkMonth

FORMATS = ("markdown", "csv", "html")
SECTIONS = ("outlets", "episodes", "violations", "transmission", "days", "quality", "corrections", "clusters", "limits")
# Columns whose cells are words of the report's language, by section.
WORDS = {"episodes": (0, 7, 8), "violations": (0, 5, 6), "transmission": (1, 11), "days": (1, 11), "quality": (0,),
         "corrections": (4, 5, 6)}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Quantities that no rate of transmission is asked of.
AUXILIARY = {"a19001", "a00000", "w00000"}
GRACE, TARGET_PERCENT = 10 * MINUTE, 75
IDENTIFIER = re.compile(r"\b[a-z]+_[a-z_]+\b|\w\([a-z]")
results = {"passed": 0, "failed": 0}


def report(name, good, detail=""):
    results["passed" if good else "failed"] += 1
    print(("ok      " if good else "FAILED  ") + name + ("" if good else f": {str(detail)[:800]}"), flush=True)


def compare(name, ours, theirs):
    report(name, ours == theirs, f"report {ours} | store {theirs}")


class Program:
    def __init__(self, path, folder):
        self.path, self.store = str(path), f"sqlite:{folder}/store.db"

    def run(self, *arguments):
        return subprocess.run([self.path, *arguments], capture_output=True, text=True, check=True, timeout=900).stdout

    def table(self, name):
        return list(csv.DictReader(io.StringIO(self.run("export", name, "--store", self.store))))

    def report(self, language, form, kind="compliance", period=("--month", MONTH)):
        return self.run("report", kind, "--park", PARK, *period, "--store", self.store, "--language", language,
                        "--format", form)


def instant(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def in_month(at):
    return BEGIN <= instant(at) < END


class TableReader(html.parser.HTMLParser):
    """The cells of all tables of a page, and the facts of its list."""

    def __init__(self):
        super().__init__()
        self.tables, self.facts, self.into = [], [], None

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag == "dd":
            self.facts.append("")
        self.into = tag

    def handle_endtag(self, tag):
        self.into = None

    def handle_data(self, data):
        if self.into in ("td", "th"):
            self.tables[-1][-1][-1] += data
        if self.into == "dd":
            self.facts[-1] += data


def read_csv_form(text):
    """Facts, and by section the rows with their line of columns first."""
    sections, facts = collections.defaultdict(list), []
    for line in csv.reader(io.StringIO(text)):
        if line[0] == "report":
            facts.append(line[2])
        else:
            sections[line[0]].append(line[1:])
    return facts, sections


def read_html_form(text):
    reader = TableReader()
    reader.feed(text)
    return reader.facts, reader.tables


def read_markdown_form(text):
    facts = [line.split(": ", 1)[1] for line in text.splitlines() if line.startswith("- ")]
    tables, last = [], False
    for line in text.splitlines():
        is_row = line.startswith("| ")
        if is_row:
            if not last:
                tables.append([])
            cells = [cell.strip().replace("\\|", "|").replace("\\\\", "\\")
                     for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if not set("".join(cells)) <= set("-: "):
                tables[-1].append(cells)
        last = is_row
    return facts, tables


def check_forms(language, texts):
    """All forms hold the same cells. Returns facts and sections."""
    facts, sections = read_csv_form(texts[language, "csv"])
    for form, read in (("html", read_html_form), ("markdown", read_markdown_form)):
        form_facts, tables = read(texts[language, form])
        report(f"{language}: {form} says what csv says",
               form_facts == facts and tables == [sections[name] for name in SECTIONS],
               [(a, b) for name, table in zip(SECTIONS, tables) for a, b in zip(sections[name], table) if a != b][:2])
    return facts, sections


def check_words(language, sections):
    """Cells that are words are in the language of the report; none is a name out of the program."""
    for name, columns in WORDS.items():
        cells = {row[column] for row in sections[name][1:] for column in columns}
        if language == "zh":
            wrong = {cell for cell in cells if cell and not CHINESE.search(cell)}
        else:
            wrong = {cell for cell in cells if CHINESE.search(cell)}
        wrong |= {cell for cell in cells if IDENTIFIER.search(cell)}
        report(f"{language}: the words of {name}", not wrong, sorted(wrong))
    for name in SECTIONS:
        report(f"{language}: {name} has rows", len(sections[name]) > 1)


def percent(part, whole):
    """As the report writes a share: at most two decimals, half to even."""
    if not whole:
        return ""
    hundredths = round(Fraction(part * 10000, whole))
    return f"{hundredths // 100}.{hundredths % 100:02}".rstrip("0").rstrip(".") + " %"


def transmission_cells(hours):
    """Due, arrived, in time, valid, the four rates and whether the target is reached, of closed hours."""
    due = [row for row in hours if row["state"] not in ("not_operating", "no_discharge")]
    arrived = [row for row in due if row["first_arrival"]]
    in_time = [row for row in arrived if instant(row["first_arrival"]) <= instant(row["start"]) + HOUR + GRACE]
    valid, valid_in_time = (sum(1 for row in rows if row["state"] == "valid") for rows in (arrived, in_time))
    reached = ("yes" if valid * 100 >= TARGET_PERCENT * len(due) else "no") if due else ""
    return [str(len(due)), str(len(arrived)), str(len(in_time)), str(valid), percent(len(arrived), len(due)),
            percent(valid, len(arrived)), percent(valid, len(due)), percent(valid_in_time, len(due)), reached]


def by_id(shown):
    """The id in the brackets at the end of a name."""
    return re.search(r"\(([^()]*)\)$", shown).group(1)


class Expected:
    """The month's figures, counted from exported tables."""

    def __init__(self, program):
        self.windows = [row for row in program.table("outlet_window") if in_month(row["start"])]
        self.verdicts = [row for row in program.table("verdict") if in_month(row["start"]) and row["limit_id"]]
        self.violations = program.table("violation")
        self.episodes = [row for row in program.table("episode") if instant(row["first_window"]) < END]
        self.quality = [row for row in program.table("quality") if in_month(row["start"])]
        self.contributions = [row for row in program.table("contribution")
                              if in_month(row["start"]) and row["span"] == "day"]
        self.capture = [row for row in program.table("capture") if instant(row["quarter"]) < BEGIN]
        self.judged = {(row["outlet"], row["factor"]) for row in self.verdicts}
        self.hours = [row for row in self.windows if row["span"] == "hour" and row["phase"] == "closed"]

    def over(self, span):
        """Windows over any of their limits, by outlet and factor."""
        found = {(row["outlet"], row["factor"], row["start"]) for row in self.verdicts
                 if row["span"] == span and row["state"] == "over" and row["phase"] == "closed"}
        return collections.Counter((outlet, factor) for outlet, factor, _ in found)

    def outlets(self):
        """Due, with data, valid, hours over, days over, mass, hours of unknown mass, by outlet and factor."""
        hours, days = self.over("hour"), self.over("day")
        rows, series = {}, collections.defaultdict(list)
        for row in self.hours:
            series[row["outlet"], row["factor"]].append(row)
        for key, own in series.items():
            due = [row for row in own if row["state"] not in ("not_operating", "no_discharge")]
            mass = sum((Fraction(row["mass_kg"]) for row in own if row["mass_kg"]), Fraction(0))
            if key not in self.judged and mass == 0:
                continue
            rows[key] = (len(due), sum(1 for row in due if row["first_arrival"]),
                         sum(1 for row in due if row["state"] == "valid"), hours[key], days[key], mass,
                         sum(1 for row in due if not row["mass_kg"]))
        return rows

    def transmission(self):
        """Monitored hours by outlet, factor (or all factors) and local day."""
        days = collections.defaultdict(list)
        for row in self.hours:
            if row["factor"] not in AUXILIARY:
                day = instant(row["start"]).astimezone(CHINA).date().isoformat()
                for factor in (row["factor"], "all factors"):
                    days[row["outlet"], factor, day].append(row)
        return days

    def clusters(self):
        sums = collections.Counter()
        for row in self.contributions:
            sums[row["cluster"], row["factor"]] += Fraction(row["additive_kg"])
        return sums


def check_figures(facts, sections, expected):
    """The English report against the store."""
    shown = {(by_id(row[0]), by_id(row[1])): row for row in sections["outlets"][1:]}
    compare("outlets: figures", {key: (int(row[2]), int(row[3]), int(row[4]), int(row[8] or 0), int(row[9] or 0),
                                       Fraction(row[10]), int(row[11])) for key, row in shown.items()},
            expected.outlets())
    greatest = {}
    for row in expected.hours:
        if row["state"] == "valid" and (value := row["converted"] or row["value"]):
            key = row["outlet"], row["factor"]
            greatest[key] = max(greatest.get(key, Fraction(value)), Fraction(value))
    compare("outlets: greatest hours", {key: Fraction(row[6].split()[0]) for key, row in shown.items() if row[6]},
            {key: value for key, value in greatest.items() if key in shown})
    compare("episodes: ids", {row[9] for row in sections["episodes"][1:]}, {row["id"] for row in expected.episodes})
    compare("violations: mass", sorted(row[7] for row in sections["violations"][1:]),
            sorted(row["mass_kg"] for row in expected.violations))
    compare("violations: rules", collections.Counter(row[0].split()[0] for row in sections["violations"][1:]),
            collections.Counter(row["rule"] for row in expected.violations))
    compare("clusters: sums", sorted(Fraction(row[2]) for row in sections["clusters"][1:]),
            sorted(expected.clusters().values()))
    compare("limits: ids", [row[0] for row in sections["limits"][1:]],
            sorted({row["limit_id"] for row in expected.verdicts}))
    findings = sum(int(row[2]) for row in sections["quality"][1:])
    invalid = sum(1 for row in expected.hours
                  if row["state"] != "valid" and (row["outlet"], row["factor"]) in expected.judged)
    compare("quality: count", findings, len(expected.quality) + invalid)
    due = [row for row in expected.hours if (row["outlet"], row["factor"]) in expected.judged
           and row["state"] not in ("not_operating", "no_discharge")]
    numbers = [int(word) for word in re.findall(r"\d+", facts[3].split("(")[0])]
    compare("facts: hours due and valid", numbers, [len(due), sum(1 for row in due if row["state"] == "valid")])
    compare("facts: over", [int(word) for word in re.findall(r"\d+", facts[4])],
            [sum(expected.over("hour").values()), sum(expected.over("day").values())])
    compare("facts: violations", int(facts[5]), len(expected.violations))


def series_of(row):
    """Outlet, factor and period of a shown line."""
    return by_id(row[0]), row[1] if row[1] == "all factors" else by_id(row[1]), row[2]


def check_transmission(sections, expected):
    """The rates of the month, of its quarter, which holds nothing else, and of the days that miss the target."""
    days = expected.transmission()
    months = collections.defaultdict(list)
    for (outlet, factor, _), hours in days.items():
        months[outlet, factor] += hours
    compare("transmission: figures", {series_of(row): row[3:12] for row in sections["transmission"][1:]},
            {(*series, period): transmission_cells(hours) for series, hours in months.items()
             for period in (MONTH, "2026 Q1")})
    compare("transmission: capture rates as in the table",
            {(by_id(row[0]), by_id(row[1])): row[12] for row in sections["transmission"][1:]
             if row[12] and row[1] != "all factors"},
            {(row["outlet"], row["factor"]): percent(int(row["valid"]), int(row["hours"]) - int(row["stopped"]))
             for row in expected.capture if row["hours"] != row["stopped"]})
    cells = {key: transmission_cells(hours) for key, hours in days.items()}
    short = {key: line for key, line in cells.items()
             if line[7] and Fraction(line[7].split()[0]) < TARGET_PERCENT}
    compare("transmission: short days", {series_of(row): row[3:] for row in sections["days"][1:]}, short)


def check_transmission_report(program, expected):
    """`report transmission` of two days, in both languages."""
    first = BEGIN + 8 * DAY
    period = ("--from", first.date().isoformat(), "--to", (first + 2 * DAY).date().isoformat())
    _, english = read_csv_form(program.report("en", "csv", "transmission", period))
    _, chinese = read_csv_form(program.report("zh", "csv", "transmission", period))
    named = {(first + i * DAY).date().isoformat() for i in range(2)}
    compare("report transmission: days", {series_of(row): row[3:] for row in english["days"][1:]},
            {key: transmission_cells(hours) for key, hours in expected.transmission().items() if key[2] in named})
    report("report transmission: both languages show the same figures",
           all([row[3:11] for row in english[name]][1:] == [row[3:11] for row in chinese[name]][1:]
               for name in ("transmission", "days")))


def same_figures(ours, theirs):
    """Two languages show the same numbers in each row."""
    def numbers(sections):
        return {name: [[re.findall(r"\d+(?:\.\d+)?", cell) for cell in row[2:]] for row in sections[name][1:]]
                for name in ("outlets", "transmission", "days", "clusters")}
    return numbers(ours) == numbers(theirs)


def run(options, folder):
    program = Program(options.program, folder)
    print(f"seed {options.seed}", flush=True)
    month = ParkMonth(options.seed)
    month.write(folder)
    report("the registry has no fault", "0 faults" in program.run("check", "--registry", f"{folder}/registry"))
    program.run("replay", f"{folder}/log.jsonl", "--registry", f"{folder}/registry", "--store", program.store,
                "--until", "2026-04-02T00:00:00+08:00")
    texts = {(language, form): program.report(language, form) for language in ("zh", "en") for form in FORMATS}
    for (language, form), text in texts.items():
        (folder / f"report-{language}.{form}").write_text(text, encoding="utf-8")
    _, chinese = check_forms("zh", texts)
    facts, english = check_forms("en", texts)
    check_words("zh", chinese)
    check_words("en", english)
    report("both languages show the same figures", same_figures(chinese, english))
    expected = Expected(program)
    check_figures(facts, english, expected)
    check_transmission(english, expected)
    check_transmission_report(program, expected)
    print(f"records {len(month.lines)}, enterprises {len(month.sheets['enterprises'])}")
    print(f"compliance_month: {results['passed']} passed, {results['failed']} failed, 0 skipped")
    return 1 if results["failed"] else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True)
        return run(options, options.keep)
    with tempfile.TemporaryDirectory() as folder:
        return run(options, pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(main())
