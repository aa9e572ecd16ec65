"""Which branches of the arithmetic a run has taken: every place calls hit() with a literal name.

    coverage.py FILE     fails when the reports gathered in FILE leave a branch out
"""
import pathlib
import re
import sys
from collections import Counter

counts = Counter()

# Names that are put together where they are hit.
COMPOSED = [
    *("hour." + state for state in (
        "no_discharge", "valid:report", "valid:minutes", "missing", "invalid(report_contradicts_minutes)",
        "invalid(over_range)", "invalid(too_few_minutes)", "invalid(report)")),
    *("day." + state for state in (
        "no_discharge", "not_operating", "exempt", "valid", "missing", "invalid(too_few_hours)",
        "invalid(flow_missing)")),
    *("mass." + state for state in ("no_flow", "basis_unknown", "flow_missing")),
    *("finding." + finding for finding in (
        "zero_band", "label_suspect", "cou_mismatch", "report_difference",
        "over_range", "report_contradicts_minutes", "day_report_difference",
        "below_range", "spike", "stuck", "zero", "gap", "clock",
        "suspect_smooth", "suspect_recurring", "suspect_pinned", "suspect_contradiction")),
    *(f"suspicion.{suspicion}.{grade}" for suspicion in ("smooth", "recurring", "pinned", "contradiction")
      for grade in ("high", "medium", "low", "not")),
    *("quality." + name for name in ("zero_hours", "stuck_reports", "stuck_hours", "spike_of_hour", "spike_of_day")),
    *("verdict." + state for state in (
        "over", "compliant", "no_limit", "exempt(no_discharge)", "exempt(not_operating)", "exempt(marks)", "invalid(missing)", "invalid(not_converted)",
        "invalid(over_range)", "invalid(too_few_minutes)", "invalid(too_few_hours)", "invalid(flow_missing)",
        "invalid(report)", "invalid(report_contradicts_minutes)", "invalid(no_flow)", "invalid(basis_unknown)")),
    *(f"lifecycle.TS-L{number:02d}.{state}" for number in range(1, 16) for state in ("ongoing", "ended")),
    *(f"lifecycle.TS-L{number:02d}.due" for number in (2, 4, 7, 8, 9, 10, 11, 13, 14)),
    *(f"episode.{rule}.{state}" for rule in ("exceedance", "over_range", "silent")
      for state in ("open", "resolved")),
    *(f"operation.TS-O{number:02}" for number in range(1, 12)),
    *("operation." + what for what in ("negative_power", "counter_reset", "meter_gap", "ongoing", "ended")),
]


def hit(name):
    counts[name] += 1


def known():
    """Every name that some source file beside this one can hit."""
    names = set()
    for path in pathlib.Path(__file__).parent.glob("*.py"):
        names.update(re.findall(r'\bhit\("([^"]+)"\)', path.read_text(encoding="utf-8")))
    return sorted(names | set(COMPOSED))


def report():
    return "\n".join(f"{counts[name]:10d}  {name}" for name in known())


def main():
    reached = Counter()
    for line in pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        number, name = line.split(maxsplit=1)
        reached[name] += int(number)
    for name in sorted(known(), key=lambda name: reached[name]):
        print(f"{reached[name]:10d}  {name}")
    never = [name for name in known() if not reached[name]]
    if never:
        print("never reached: " + ", ".join(never))
    return 1 if never else 0


if __name__ == "__main__":
    sys.exit(main())
