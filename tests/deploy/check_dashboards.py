#!/usr/bin/env python3
"""The dashboards under deploy/grafana: form, places, and that every metric, label and threshold is a documented one.

Needs promtool. That the queries give something is asked of a running Prometheus in tests/e2e/alerting.py.
"""

import copy
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from counted import ROOT, Tally, settings, text
from dashboards import FOLDER, OF_PROMETHEUS, chosen, dashboards, documented, names_of, panels, queries, variables

METRICS = documented()
RULES = text("deploy/prometheus/parkwatch.rules.yml")

# Where a threshold comes from. 0 and 1 need no source: nothing, something, the whole.
THRESHOLDS = {
    0.9: ("docs/web.md", "compliant from 90 % of the limit on"),
    1.000001: ("docs/store.md", "decimals are whole counts of 10⁻⁶"),
    0.001: ("deploy/prometheus/parkwatch.rules.yml", "parkwatch:dead_letters:ratio1h > 0.001"),
    60: ("deploy/prometheus/parkwatch.rules.yml", "topic:parkwatch_kafka_lag:seconds > 60"),
    120: ("deploy/prometheus/parkwatch.rules.yml", "parkwatch_worker_checkpoint_age_seconds > 120"),
    900: ("deploy/prometheus/parkwatch.rules.yml", "park:parkwatch_park_time:age_seconds > 900"),
}


def written_faults():
    """The files are what the program beside them writes."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, ROOT / "deploy/grafana/write_dashboards.py", folder], check=True)
        for name in sorted({p.name for p in Path(folder).iterdir()} | {p.name for p in FOLDER.iterdir()}):
            made, kept = Path(folder, name), FOLDER / name
            if not made.exists() or not kept.exists() or made.read_bytes() != kept.read_bytes():
                yield f"{name}: not what deploy/grafana/write_dashboards.py writes; run it"


def identity_faults(found):
    seen = {}
    for name, dashboard in found.items():
        for key in ("uid", "title"):
            other = seen.setdefault((key, dashboard[key]), name)
            if other != name:
                yield f"{name}: the {key} {dashboard[key]!r} is that of {other} too"
        if name != dashboard["uid"] + ".json":
            yield f"{name}: its uid is {dashboard['uid']}"
        if dashboard["schemaVersion"] != 39:
            yield f"{name}: schemaVersion {dashboard['schemaVersion']}"
        ids = [panel["id"] for panel in dashboard["panels"]]
        if len(set(ids)) != len(ids):
            yield f"{name}: two panels of one id"


def place_faults(found):
    for name, dashboard in found.items():
        taken = {}
        for panel in dashboard["panels"]:
            place, title = panel["gridPos"], panel["title"]
            if place["x"] < 0 or place["x"] + place["w"] > 24 or place["w"] < 1 or place["h"] < 1:
                yield f"{name}: {title}: lies outside: {place}"
            for x in range(place["x"], place["x"] + place["w"]):
                for y in range(place["y"], place["y"] + place["h"]):
                    if (x, y) in taken:
                        yield f"{name}: {title} lies over {taken[x, y]}"
                        return
                    taken[x, y] = title


def panel_faults(found):
    for name, dashboard in found.items():
        for panel in panels(dashboard):
            where = f"{name}: {panel.get('title') or panel['id']}"
            for key in ("title", "description"):
                if not panel.get(key):
                    yield f"{where}: no {key}"
            if not panel["fieldConfig"]["defaults"].get("unit"):
                yield f"{where}: no unit"
            sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
            if any(source["uid"] != "${datasource}" for source in sources):
                yield f"{where}: another data source than the chosen one"
            if len({target["refId"] for target in panel["targets"]}) != len(panel["targets"]):
                yield f"{where}: two queries of one refId"


def query_faults(where, query, legend=""):
    metrics, grouped = names_of(query)
    if not metrics:
        yield f"{where}: names no metric: {query}"
    known = set(OF_PROMETHEUS)
    for metric, matched in metrics.items():
        if metric not in METRICS:
            yield f"{where}: {metric}: not in docs/metrics.md"
            continue
        own = METRICS[metric][1] | OF_PROMETHEUS
        known |= own
        for label in sorted(matched - own):
            yield f"{where}: {metric} has no label {label}"
    for label in sorted((grouped | set(re.findall(r"\{\{(\w+)\}\}", legend))) - known):
        yield f"{where}: none of {', '.join(metrics)} has a label {label}"


def metric_faults(found):
    for name, dashboard in found.items():
        for panel, target, query in queries(dashboard):
            yield from query_faults(f"{name}: {panel['title']}", query, target["legendFormat"])
        for variable, query in variables(dashboard).items():
            match = re.fullmatch(r"label_values\((.*), (\w+)\)", query)
            if not match:
                yield f"{name}: variable {variable}: {query}"
                continue
            yield from query_faults(f"{name}: variable {variable}", chosen(match.group(1)), "{{%s}}" % match.group(2))


def variable_faults(found):
    for name, dashboard in found.items():
        declared = {v["name"] for v in dashboard["templating"]["list"]}
        used = set(re.findall(r"\$\{?(\w+)", json.dumps(dashboard))) - {"__all", "__rate_interval"}
        for variable in sorted(declared ^ used):
            yield f"{name}: variable {variable} is {'not used' if variable in declared else 'not there'}"


def rate_faults(found):
    """Counters are looked at by their growth, and only they."""
    for name, dashboard in found.items():
        for panel, _, query in queries(dashboard):
            grown = set(re.findall(r"(?:rate|increase)\(([\w:]+)", query))
            for metric in names_of(query)[0]:
                kind = METRICS.get(metric, ("",))[0]
                if kind and (kind != "gauge") != (metric in grown):
                    yield f"{name}: {panel['title']}: {metric} is a {kind}"


def threshold_faults(found):
    for value, (path, place) in THRESHOLDS.items():
        if place not in text(path):
            yield f"{path} no longer says `{place}`, which the threshold {value} rests on"

    def steps(node):
        if isinstance(node, dict):
            if "steps" in node:
                yield from node["steps"]
            for value in node.values():
                yield from steps(value)
        elif isinstance(node, list):
            for value in node:
                yield from steps(value)

    for name, dashboard in found.items():
        for panel in panels(dashboard):
            for step in steps(panel["fieldConfig"]):
                if step["value"] not in {None, 0, 1, *THRESHOLDS}:
                    yield f"{name}: {panel['title']}: where does the threshold {step['value']} come from?"


def name_faults(found):
    """Alerts, settings and documents that descriptions name."""
    known, alerts = settings(), set(re.findall(r"- alert: (\w+)", RULES))
    for name, dashboard in found.items():
        for said in [dashboard["description"], *(panel["description"] for panel in panels(dashboard))]:
            for alert in re.findall(r"\bParkwatch[A-Z]\w+", said):
                if alert not in alerts:
                    yield f"{name}: no alert {alert}"
            for key in re.findall(r"\b[a-z]+\.[a-z]+_[a-z_]+\b", said):
                if key not in known:
                    yield f"{name}: no setting {key}"
            for path in re.findall(r"\bdocs/[\w./]*\w", said):
                if not (ROOT / path).exists():
                    yield f"{name}: no {path}"


def syntax_faults(found):
    """Prometheus itself reads every query, as the expression of a recording rule."""
    rules = [{"record": "checked", "expr": query, "labels": {"number": str(number)}} for number, query in enumerate(
        query for dashboard in found.values() for _, _, query in queries(dashboard))]
    with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as file:
        json.dump({"groups": [{"name": "dashboards", "rules": rules}]}, file)
        file.flush()
        done = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True, check=False)
    if done.returncode or f"{len(rules)} rules found" not in done.stdout:
        yield done.stdout + done.stderr


def broken(found):
    """Each check with a dashboard that it must refuse."""
    def with_change(change):
        made = copy.deepcopy(found)
        change(panels(made["parkwatch-emissions.json"]))
        return made

    def query(to):
        return lambda shown: shown[0]["targets"][0].update(expr=to)

    yield "a metric that is none", metric_faults, with_change(query("parkwatch_cluster_mass"))
    yield "a label that is none", metric_faults, with_change(query('parkwatch_cluster_mass_kg{park="x"}'))
    yield "a grouping by no label", metric_faults, with_change(query("sum by (park) (parkwatch_cluster_mass_kg)"))
    yield "a counter as it is", rate_faults, with_change(query("parkwatch_ticks_total"))
    yield "a query that is none", syntax_faults, with_change(query("sum by (park (parkwatch_ready)"))
    yield "a variable that is none", variable_faults, with_change(query('parkwatch_ready{instance="$place"}'))
    yield "no unit", panel_faults, with_change(lambda shown: shown[0]["fieldConfig"]["defaults"].pop("unit"))
    yield "no description", panel_faults, with_change(lambda shown: shown[0].pop("description"))
    yield "two of one id", identity_faults, with_change(lambda shown: shown[0].update(id=shown[1]["id"]))
    yield "one over the other", place_faults, with_change(lambda shown: shown[1]["gridPos"].update(shown[0]["gridPos"]))
    yield "a threshold from nowhere", threshold_faults, with_change(
        lambda shown: shown[0]["fieldConfig"]["defaults"]["thresholds"]["steps"].append({"value": 0.7, "color": "red"}))
    yield "an alert that is none", name_faults, with_change(lambda shown: shown[0].update(description="ParkwatchNothing"))


def main():
    tally, found = Tally("dashboards"), dashboards()
    tally.check("they are there", [] if len(found) >= 4 else [f"only {sorted(found)}"])
    tally.check("the files are what the program writes", written_faults())
    tally.check("names and numbers are unique", identity_faults(found))
    tally.check("no panel lies over another", place_faults(found))
    tally.check("every panel has a title, a description and a unit", panel_faults(found))
    tally.check("every metric and label is documented", metric_faults(found))
    tally.check("counters are looked at by their growth", rate_faults(found))
    tally.check("variables are declared and used", variable_faults(found))
    tally.check("every threshold has a source", threshold_faults(found))
    tally.check("what descriptions name exists", name_faults(found))
    tally.check("Prometheus reads every query", syntax_faults(found))
    for what, check, made in broken(found):
        tally.check(f"refused: {what}", [] if list(check(made)) else ["it was taken"])
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
