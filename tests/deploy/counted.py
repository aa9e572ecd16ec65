"""What the checks of this folder share: counting, and what the documents say the settings are."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Tally:
    """Counts tests and prints what was wrong; the last line is that of every stage."""

    def __init__(self, name):
        self.name, self.passed, self.failed, self.skipped = name, 0, 0, 0

    def check(self, what, faults):
        faults = list(faults)
        if not faults:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAILED {what}")
        for fault in faults:
            print(f"  {fault}")

    def skip(self, what, reason):
        self.skipped += 1
        print(f"skipped {what}: {reason}")

    def end(self):
        print(f"{self.name}: {self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def program():
    """The built program, or None."""
    path = Path(os.environ.get("PARKWATCH_BIN") or ROOT / "build" / "parkwatch")
    return path if path.exists() else None


def settings():
    """docs/configuration.md, which the program prints: {"section.key": (default, allowed)}."""
    found, section = {}, ""
    for line in text("docs/configuration.md").splitlines():
        if head := re.match(r"## \[(\w+)\]", line):
            section = head.group(1)
        elif row := re.match(r"\| `(\w+)` \| (.*?) \| (.*?) \|", line):
            found[f"{section}.{row.group(1)}"] = (row.group(2).strip("` "), row.group(3))
    return found
