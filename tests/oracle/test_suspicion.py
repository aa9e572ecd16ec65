#!/usr/bin/env python3
"""The worked examples of docs/rules/suspicion.md against the oracle itself. Run: python3 tests/oracle/test_suspicion.py"""
import pathlib
import sys
import types
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from book import Rules  # noqa: E402
from exact import DAY, HOUR, parse_number, parse_time, to_units  # noqa: E402
from hours import Window  # noqa: E402
from limits import Limit  # noqa: E402
from suspicion import Suspicion  # noqa: E402

ROOT = HERE.parent.parent
MIDNIGHT = parse_time("2026-03-15T00:00:00Z")


def tables():
    """(heading, rows as lists of cells without the header) of each table under "Days"."""
    heading, found, rows = "", [], None
    page = (ROOT / "docs" / "rules" / "suspicion.md").read_text(encoding="utf-8")
    for line in page[page.index("## Days"):page.index("## Measured")].splitlines():
        if line.startswith("### "):
            heading = line[4:]
        elif not line.startswith("|"):
            rows = None
        elif rows is None:
            rows = []
            found.append((heading, rows))
        elif not line.startswith("|-"):
            rows.append([cell.strip() for cell in line[1:-1].split("|")])
    return found


def units(text):
    return to_units(parse_number(text))


class Hours:
    """The hours of a page's table, and what is found."""

    def __init__(self, table):
        self.rows, self.found = {}, []
        for hours, state, values, within, wholes in table:
            first, _, last = hours.partition("-")
            for i, hour in enumerate(range(int(first), int(last or first) + 1)):
                self.add("a21004", hour, state, values, within, i)
                if wholes:
                    self.add("a21002", hour, "valid", wholes, "", i)

    def add(self, code, hour, state, values, within, i):
        start = MIDNIGHT + hour * HOUR
        row = Window("park", "hour", start, start + HOUR, "DA001", code, "closed", state)
        row.value = units(values.split()[i % len(values.split())])
        if within:
            row.minimum, row.maximum = map(units, within.split()[i % len(within.split())].split("/"))
        else:
            row.reported = row.value
        self.rows[("DA001", code, start)] = row

    def find(self, row, finding, detail):
        if row.factor == "a21004":
            self.found.append([finding, detail])


class Page(unittest.TestCase):
    def test_examples_are_judged_as_written(self):
        rules, found = Rules(ROOT / "rules"), tables()
        book = types.SimpleNamespace(rules=rules, registry=None)
        limits = types.SimpleNamespace(in_force=lambda outlet, code, time: [Limit("P1", "hour", None, 50 * 10**6, None, True)])
        for (heading, days), (_, wanted) in zip(found[::2], found[1::2], strict=True):
            with self.subTest(heading):
                hours = Hours(days)
                row = Window("park", "day", MIDNIGHT, MIDNIGHT + DAY, "DA001", "a21004")
                row.extra["hours"] = [hour for (_, code, _), hour in sorted(hours.rows.items()) if code == row.factor]
                all_days = types.SimpleNamespace(
                    rows={0: row}, parameter=lambda name, _: rules.number(name, "", MIDNIGHT))
                Suspicion(book, hours, all_days, limits)
                self.assertEqual(hours.found or [["none", ""]], wanted)
        self.assertGreater(len(found), 60)


if __name__ == "__main__":
    unittest.main()
