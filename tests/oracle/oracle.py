#!/usr/bin/env python3
"""An independent computation of every result, from docs/arithmetic.md alone.

It shares no code with the program and is meant to be obviously right, not fast.

    oracle.py LOG... --registry DIR --rules DIR --out DIR [--until TIME] [--received TIME] [--coverage]

Writes one CSV file per table, in the form of `parkwatch export`, and counters.json.
"""
import argparse
import csv
import hashlib
import io
import json
import pathlib

import coverage
from book import Book
from clusters import Clusters
from days import Days
from exact import parse_time, time_text, units_text
from hours import Hours
from intake import read_log
from judge import Episodes, Judge
from ledger import ORDER, Ledger
from lifecycle import Lives
from limits import Limits
from marks import Marks
from masses import Masses
from operation import Operation, Sheets
from quality import Quality
from suspicion import Suspicion
from values import Values

TIMES = ("start", "first_arrival", "first_window", "last_window", "resolved_window", "time",
         "received", "end", "from_time", "to_time",
         "quarter", "run_start")
NINTHS = ("mass_kg", "gross_kg", "additive_kg", "estimated_kg")
SIXTHS = ("value", "converted", "minimum", "maximum", "volume_m3", "reported", "recomputed", "lower_limit",
          "limit_value", "ratio", "equivalents", "completeness", "estimated_share", "rate")
COLUMNS = {
    "outlet_window": (5, "park span start outlet factor phase state value converted minimum maximum samples "
                         "valid_minutes invalid_minutes converted_minutes volume_m3 mass_kg mass_state reported "
                         "recomputed source first_arrival"),
    "verdict": (6, "park span start outlet factor limit_id phase state_before_marks state value lower_limit "
                   "limit_value ratio leads unsure note"),
    "quality": (6, "park span start outlet factor finding detail"),
    "contribution": (5, "cluster span start factor park phase gross_kg additive_kg due present estimated_kg"),
    "cluster_window": (4, "cluster span start factor phase mass_kg additive_kg equivalents due present completeness "
                          "estimated_share parks"),
    "episode": (1, "id rule park outlet factor limit_id span severity state first_window last_window windows "
                   "resolved_window"),
    "document": (4, "park type source id received content"),
    "mark": (4, "park outlet source id scheme mark factor from_time to_time author received state"),
    "capture": (4, "park outlet factor quarter hours valid stopped gaps rate"),
    "substitution": (4, "park outlet factor start mass_kg method run_start"),
    "dead_letter": (2, "digest reason payload_bytes payload_sha256"),
    "violation": (4, "park rule subject start phase state end due severity mass_kg basis evidence"),
    "park": (1, "park time"),
}


def cell(table, column, value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if column in TIMES or (table, column) == ("violation", "due"):  # elsewhere `due` counts hours
        return time_text(value)
    if column in NINTHS:
        return units_text(value, 9)
    if column in SIXTHS:
        return units_text(value, 6)
    return str(value)


def table_text(name, rows):
    keys, columns = COLUMNS[name][0], COLUMNS[name][1].split()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in sorted(rows, key=lambda row: row[:keys]):
        writer.writerow([cell(name, column, value) for column, value in zip(columns, row, strict=True)])
    return out.getvalue()


class Oracle:
    def __init__(self, registry, rules):
        self.book = Book(registry, rules)
        self.sheets = Sheets(registry, rules, self.book.registry)
        self.ledger = Ledger(self.book, self.sheets)

    def consume(self, records):
        for record in records:
            self.ledger.consume(record)

    def until(self, time):
        """A tick for every park."""
        for park in {row["id"] for row in self.book.registry.parks}:
            self.ledger.tick(park, time)

    def compute(self):
        book, park_time = self.book, self.ledger.park_time
        self.values = Values(book, self.ledger)
        limits = Limits(book)
        self.hours = Hours(book, self.values, limits, park_time)
        self.marks = Marks(book, self.ledger)
        self.marks.apply(self.hours)
        self.masses = Masses(book, self.hours, self.marks)
        self.days = Days(book, self.values, self.hours, limits, park_time)
        Quality(book, self.values, self.hours, self.days)
        Suspicion(book, self.hours, self.days, limits)
        self.windows = [*self.hours.rows.values(), *self.days.rows.values()]
        self.judge = Judge(book, limits, self.marks, park_time, self.windows)
        self.lives = Lives(book, self.ledger, self.hours)
        self.operation = Operation(book, self.sheets, self.ledger, self.values, self.hours, self.marks,
                                   park_time)
        self.violations = self.lives.rows + self.operation.rows
        self.episodes = Episodes(book, self.values, self.hours, self.judge, self.violations)
        self.clusters = Clusters(book, self.hours, self.masses, park_time)

    def tables(self):
        """Table name -> rows of values in column order."""
        names = COLUMNS["outlet_window"][1].split()
        return {
            "outlet_window": [[getattr(row, name) for name in names] for row in self.windows],
            "verdict": [self.verdict_row(verdict) for verdict in self.judge.verdicts],
            "quality": [[*key, detail] for key, detail in self.hours.findings.items() if self.has_row(key)]
                       + self.operation.findings,
            "contribution": [[*key, part.phase, part.gross, part.additive, part.due, part.present,
                              part.estimated]
                             for key, part in self.clusters.contributions.items()],
            "cluster_window": [self.total_row(key, *total) for key, total in self.clusters.totals.items()],
            "episode": [list(vars(episode).values()) for episode in self.episodes.episodes],
            "violation": self.violations,
            "document": [[*key, *held] for key, held in self.ledger.documents.items()],
            "mark": self.marks.rows(),
            "capture": self.masses.capture_rows(),
            "substitution": [[*key, *found] for key, found in self.masses.estimates.items()],
            "dead_letter": [[*key, len(payload), hashlib.sha256(payload).hexdigest()]
                            for key, payload in self.ledger.dead.items()],
            "park": [list(item) for item in self.ledger.park_time.items()],
        }

    def has_row(self, finding):
        _, span, start, outlet, factor, _ = finding
        return (outlet, factor, start) in (self.hours.rows if span == "hour" else self.days.rows)

    def verdict_row(self, verdict):
        row = verdict.window
        return [row.park, row.span, row.start, row.outlet, row.factor, verdict.limit_id, row.phase,
                verdict.before_marks, verdict.state, verdict.value, verdict.lower, verdict.upper, verdict.ratio, verdict.leads,
                verdict.unsure, verdict.note]

    def total_row(self, key, whole, parks):
        split = ";".join(f"{park}={units_text(part.gross, 9)}" for park, part in sorted(parks.items()))
        return [*key, whole.phase, whole.gross, whole.additive, self.clusters.equivalents(key[3], whole), whole.due,
                whole.present, self.clusters.completeness(whole), self.clusters.estimated_share(whole), split]

    def counters(self):
        """Named as replay prints them."""
        ledger = self.ledger
        return {"ticks": ledger.records["ticks"], **{f"records_{name}": ledger.records[name] for name in ORDER},
                **{f"values_{name}": ledger.values[name] for name in ORDER}}

    def write(self, folder):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in self.tables().items():
            (folder / f"{name}.csv").write_text(table_text(name, rows), encoding="utf-8")
        (folder / "counters.json").write_text(json.dumps(self.counters(), indent=1) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("logs", nargs="+", metavar="LOG")
    parser.add_argument("--registry", required=True)
    parser.add_argument("--rules", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--until", type=parse_time)
    parser.add_argument("--received", type=parse_time)
    parser.add_argument("--coverage", action="store_true")
    options = parser.parse_args()
    oracle = Oracle(options.registry, options.rules)
    for log in options.logs:
        oracle.consume(read_log(log, options.received))
    if options.until is not None:
        oracle.until(options.until)
    oracle.compute()
    oracle.write(options.out)
    if options.coverage:
        print(coverage.report())


if __name__ == "__main__":
    main()
