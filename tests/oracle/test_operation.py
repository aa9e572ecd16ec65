#!/usr/bin/env python3
"""The worked examples of docs/rules/TS-O*.md against the oracle itself. Run: python3 tests/oracle/test_operation.py"""
import json
import pathlib
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import intake  # noqa: E402
from exact import DAY, MINUTE, parse_time, time_text, units_text  # noqa: E402
from oracle import Oracle  # noqa: E402

PAGES = HERE.parent.parent / "docs" / "rules"
RULES = HERE.parent.parent / "rules"
MIDNIGHT = parse_time("2026-03-15T00:00:00+08:00")
REGISTRY = {
    "parks.csv": "id,name,level\np1,Park,national\n",
    "enterprises.csv": "id,name,park\ne1,Works,p1\n",
    "outlets.csv": "id,enterprise,name,medium,concentration_basis,flow_basis,oxygen_basis\n"
                   "air1,e1,Stack,air,standard-dry,standard-dry,standard-dry\n",
    "devices.csv": "mn,outlet,protocol_version\nAIR1,air1,2017\n",
    "factors.csv": "outlet,factor,range_min,range_max,zero_band\n"
                   "air1,a21026,0,500,2\nair1,a00000,0,1000,\nair1,a19001,0,25,\n",
    "lines.csv": "id,enterprise,name\nl1,e1,Line\n",
    "facilities.csv": "id,enterprise,name,outlet,hj212_code\nf1,e1,Scrubber,air1,SB1\n",
    "meters.csv": "mn,factor,signal,of,unit,rated\nLINE1,p,power,line,l1,100\nFAN1,p,power,facility,f1,10\n",
    "treatments.csv": "line,facility\nl1,f1\n",
}
NAMES = {"line": ("LINE1", "p"), "fan": ("FAN1", "p"), "spare": ("FAN2", "p"), "amp": ("FAN1", "i"),
         "damper": ("FAN1", "d"), "so2": ("AIR1", "a21026"), "flow": ("AIR1", "a00000"), "oxygen": ("AIR1", "a19001")}


def examples(page):
    """(registry files, cells) of each row."""
    files, fence, found = {}, None, []
    for line in (PAGES / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fence = line[7:] if line.startswith("```csv ") else None
            if fence:
                files[fence] = ""
        elif fence:
            files[fence] += line + "\n"
        elif line.startswith("|") and not line.startswith(("|---", "| case |")):
            found.append((dict(files), [cell.strip() for cell in line[1:].split("|")][:5]))
    return found


def clock(text):
    return MIDNIGHT + (int(text[:2]) * 60 + int(text[3:])) * MINUTE


def documents(text, later):
    for piece in filter(None, (piece.strip() for piece in text.split(";"))):
        when, what = piece.split()
        name, value = what.split("=")
        start, _, end = when.partition("-")
        times = range(clock(start), clock(end) if end else clock(start) + MINUTE, MINUTE)
        for i, time in enumerate(times):
            said = value.split("~")[i % 2 if "~" in value else 0]
            yield document(name, said, time, later)


def document(name, value, time, later):
    received = time + (DAY + 5 * MINUTE if name == "run" else MINUTE)
    said = {"type": "activity", "time": time_text(time), "received": time_text(MIDNIGHT + 3 * DAY if later else received)}
    if name in ("state", "run"):
        member = "run_hours" if name == "run" else "state"
        return {**said, "mn": "AIR1", "kind": "day" if name == "run" else "status",
                "facilities": {"SB1": {member: float(value) if "." in value else int(value)}}}
    mn, factor = NAMES[name]
    return {**said, "mn": mn, "kind": "minute", "factors": {factor: {"value": value}}}


def violations(files, logs, rule):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**REGISTRY, **files}.items():
            (pathlib.Path(folder) / name).write_text(text, encoding="utf-8")
        oracle = Oracle(folder, RULES)
    for log in logs:
        oracle.consume(intake.Record(json.dumps(said).encode(), "json", None, None) for said in log)
    oracle.until(MIDNIGHT + 3 * DAY + 13 * 60 * MINUTE)
    oracle.compute()
    return "; ".join(map(shown, sorted(row for row in oracle.operation.rows if row[1] == rule))) or "none"


def shown(row):
    start, end = ((at - MIDNIGHT) // MINUTE for at in (row[3], row[6]))
    text = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02} {row[8]}"
    return text if row[9] is None else f"{text} {units_text(row[9], 9)} kg"


class Pages(unittest.TestCase):
    def test_say_what_the_oracle_finds(self):
        for page in sorted(PAGES.glob("TS-O*.md")):
            for files, (case, sent, sent_later, before, in_the_end) in examples(page.name):
                with self.subTest(f"{page.stem}: {case}"):
                    log, later = list(documents(sent, False)), list(documents(sent_later, True))
                    self.assertEqual(violations(files, [log], page.stem), before)
                    if later:
                        self.assertEqual(violations(files, [log, later], page.stem), in_the_end)


if __name__ == "__main__":
    unittest.main()
