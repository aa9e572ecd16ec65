"""The dashboards under deploy/grafana as data: their panels, their queries, and the metrics and labels that a query names."""

import json
import re

from counted import ROOT, text

FOLDER = ROOT / "deploy/grafana/dashboards"
WORDS = {"by", "without", "on", "ignoring", "group_left", "group_right", "or", "and", "unless", "bool", "offset"}
OF_PROMETHEUS = {"instance", "job"}  # labels that scraping adds


def dashboards():
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def panels(dashboard):
    """Without the rows, which are headings."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def variables(dashboard):
    """Of queries: {name: query}."""
    return {v["name"]: v["query"]["query"] for v in dashboard["templating"]["list"] if v["type"] == "query"}


def queries(dashboard):
    """Each query with its panel, as Grafana would send it when everything is chosen."""
    for panel in panels(dashboard):
        for target in panel["targets"]:
            yield panel, target, chosen(target["expr"])


def chosen(expression):
    """With values instead of Grafana's variables: all of them, and the shortest interval of a rate."""
    return re.sub(r"\$\w+", ".*", expression.replace("$__rate_interval", "1m"))


def documented():
    """docs/metrics.md: {metric: (type, labels)}; of a histogram each of its three series."""
    found = {}
    for name, kind, labels in re.findall(r"^\| `(parkwatch_\w+)` \| (\w+) \| ([^|]*) \|", text("docs/metrics.md"), re.M):
        own = set(filter(None, labels.strip().split(", ")))
        if kind == "histogram":
            found |= {name + "_bucket": (kind, own | {"le"}), name + "_sum": (kind, own), name + "_count": (kind, own)}
        else:
            found[name] = (kind, own)
    return found | recorded()


def recorded():
    """The series that the rules record, where docs/metrics.md lists them; labels are those that the rule keeps."""
    listed = set(re.findall(r"^\| `(\w+:[\w:]+)`", text("docs/metrics.md"), re.M))
    rules = re.findall(r"- record: ([\w:]+)\n\s*expr:(.*?)(?=\n\s*- record:|\n\n)", text("deploy/prometheus/parkwatch.rules.yml"), re.S)
    return {name: ("gauge", set(re.findall(r"\w+", " ".join(re.findall(r"by \(([^)]*)\)", expression)))))
            for name, expression in rules if name in listed}


def names_of(query):
    """({metric: labels of its matchers}, labels that operators name)."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', query)
    metrics, grouped = {}, set()
    for match in re.finditer(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)", bare):
        grouped |= set(re.findall(r"\w+", match.group(1)))
    bare = re.sub(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", bare)
    bare = re.sub(r"\[[^\]]*\]", " ", bare)
    for match in re.finditer(r"([a-zA-Z_:][\w:]*)\s*(\{[^}]*\}|\()?", bare):
        name, after = match.group(1), match.group(2) or ""
        if after == "(" or name in WORDS or re.search(r"\{[^}]*$", bare[:match.start()]):
            continue  # a function, an operator, or a label inside braces
        metrics.setdefault(name, set()).update(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", after))
    return metrics, grouped
