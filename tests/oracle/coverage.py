"""Which branches of the arithmetic a run has taken: every place calls hit() with a literal name."""
import pathlib
import re
from collections import Counter

counts = Counter()

# Names that are put together where they are hit.
COMPOSED = [
    *("hour." + state for state in (
        "no_discharge", "valid:report", "valid:minutes", "missing", "invalid(report_contradicts_minutes)",
        "invalid(over_range)", "invalid(too_few_minutes)", "invalid(report)")),
    *("day." + state for state in (
        "no_discharge", "valid", "missing", "invalid(too_few_hours)", "invalid(flow_missing)")),
    *("mass." + state for state in ("no_flow", "basis_unknown", "flow_missing")),
    *("finding." + finding for finding in (
        "zero_band", "label_suspect", "cou_mismatch", "report_difference", "day_report_difference")),
    *("verdict." + state for state in (
        "over", "compliant", "no_limit", "exempt(no_discharge)", "invalid(missing)", "invalid(not_converted)",
        "invalid(over_range)", "invalid(too_few_minutes)", "invalid(too_few_hours)", "invalid(flow_missing)",
        "invalid(report)", "invalid(report_contradicts_minutes)")),
    *(f"episode.{rule}.{state}" for rule in ("exceedance", "over_range", "silent")
      for state in ("open", "resolved")),
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
