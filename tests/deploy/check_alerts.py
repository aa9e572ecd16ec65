#!/usr/bin/env python3
"""Alerts: each has a test that sees it fire and one that sees it quiet, a page that says what to do, and a receiver.

A real Alertmanager says what is held back while something else fires, and takes the silences that the pages show.
"""

import contextlib
import datetime
import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import yaml

from counted import ROOT, Tally, text

RULES = "deploy/prometheus/parkwatch.rules.yml"
ROUTING = "deploy/alertmanager/alertmanager.yml"
INDEXES = ("docs/runbooks/README.md", "docs/zh/runbooks.md")
HEADINGS = ["Meaning", "Impact", "What to look at", "What to do", "How to silence"]
TEAMS = {"operations", "data", "bureau", "enterprise"}
SEVERITIES = ("critical", "warning", "info", "none")

# (team, severity, park) -> who hears it; P1 has routes of its own, P2 has none.
RECEIVERS = {
    ("operations", "critical", ""): "on-call", ("operations", "critical", "P1"): "on-call",
    ("operations", "warning", ""): "operations", ("operations", "warning", "P1"): "operations",
    ("operations", "warning", "P2"): "operations",
    ("data", "critical", ""): "operations", ("data", "warning", ""): "operations",
    ("bureau", "critical", "P1"): "park-p1-urgent", ("bureau", "critical", "P2"): "bureau",
    ("bureau", "warning", "P1"): "park-p1", ("bureau", "warning", "P2"): "bureau",
    ("enterprise", "warning", "P1"): "park-p1", ("enterprise", "warning", "P2"): "bureau",
    ("enterprise", "info", ""): "bureau",
}
# Alerts that go elsewhere than their team and severity say.
OWN_RECEIVERS = {
    ("Watchdog", ""): "outside-watch",
    ("ParkwatchParkFeedDown", "P1"): "on-call,park-p1-urgent",
    ("ParkwatchParkFeedDown", "P2"): "on-call,bureau",
}

# What fires together, and which of it is held back.
TOGETHER = [
    ("a silent park stands for its outlets, not for those of others",
     [("ParkwatchParkFeedDown", "park=P1"), ("ParkwatchOutletSilent", "park=P1 outlet=a"),
      ("ParkwatchOutletSilent", "park=P2 outlet=b")], {"ParkwatchOutletSilent park=P1 outlet=a"}),
    ("a silent park hides no exceedance",
     [("ParkwatchParkFeedDown", "park=P1"), ("ParkwatchExceedance", "park=P1 outlet=a factor=a21026"),
      ("ParkwatchThreeSimultaneityBreach", "park=P1 outlet=b")], set()),
    ("frames that wait on our side explain a silent park",
     [("ParkwatchGatewaySpooling", "instance=g"), ("ParkwatchParkFeedDown", "park=P1")], {"ParkwatchParkFeedDown park=P1"}),
    ("none at all says more than one that is down",
     [("ParkwatchAbsent", ""), ("ParkwatchInstanceDown", "instance=w"), ("ParkwatchLagHigh", "topic=t")],
     {"ParkwatchInstanceDown instance=w"}),
    ("an outlet over its limit is not told that it nears it",
     [("ParkwatchExceedance", "outlet=a factor=a21026 park=P1"), ("ParkwatchNearLimit", "outlet=a factor=a21026"),
      ("ParkwatchNearLimit", "outlet=a factor=a21002")], {"ParkwatchNearLimit outlet=a factor=a21026"}),
]


def alerts():
    return {rule["alert"]: rule for group in yaml.safe_load(text(RULES))["groups"] for rule in group["rules"]
            if "alert" in rule}


def cases():
    """(alert, [expected labels of each firing one]) of every test of the rules."""
    for path in sorted((ROOT / "deploy/prometheus/tests").glob("*.yml")):
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
            for case in test.get("alert_rule_test", []):
                yield case["alertname"], [expected.get("exp_labels", {}) for expected in case["exp_alerts"]]


def labels_of_tests():
    """The labels that an alert is seen with."""
    found = {}
    for alert, fired in cases():
        for labels in fired:
            found.setdefault(alert, set()).update(labels, {"alertname"})
    return found


def test_faults():
    fires = {alert for alert, fired in cases() if fired}
    quiet = {alert for alert, fired in cases() if not fired}
    for name in alerts():
        if name not in fires:
            yield f"{name}: no test sees it fire"
        if name not in quiet and name != "Watchdog":
            yield f"{name}: no test sees it quiet"
    for name in sorted((fires | quiet) - set(alerts())):
        yield f"{name}: tested, and no alert"


def form_faults():
    for name, rule in alerts().items():
        if rule["labels"].get("team") not in TEAMS:
            yield f"{name}: team {rule['labels'].get('team')}"
        if rule["labels"].get("severity", "critical") not in SEVERITIES:
            yield f"{name}: severity {rule['labels']['severity']}"
        if set(rule["annotations"]) != {"summary", "description", "runbook_url"}:
            yield f"{name}: annotations are {sorted(rule['annotations'])}"
        for value in rule["labels"].values():
            if "$value" in value:
                yield f"{name}: a value in a label makes a new alert of every value"


def shown_silence(name):
    """The command on an alert's page as words, or None."""
    found = re.findall(r"^amtool silence add .*$", text(f"docs/runbooks/{name}.md"), re.M)
    return shlex.split(found[0]) if len(found) == 1 else None


def page_faults():
    known = labels_of_tests()
    for name in alerts():
        path = f"docs/runbooks/{name}.md"
        if not (ROOT / path).exists():
            yield f"{path}: no such page"
            continue
        page = text(path)
        if not page.startswith(f"# {name}\n"):
            yield f"{path}: its title is not {name}"
        if (headings := re.findall(r"^## (.*)$", page, re.M)) != HEADINGS:
            yield f"{path}: its parts are {headings}, not {HEADINGS}"
        words = shown_silence(name)
        if words is None:
            if name != "Watchdog":
                yield f"{path}: shows not one `amtool silence add`"
            continue
        matchers = dict(word.split("=", 1) for word in words[3:] if not word.startswith("--"))
        if matchers.get("alertname") != name:
            yield f"{path}: silences {matchers.get('alertname')}"
        for label in sorted(set(matchers) - known.get(name, set())):
            yield f"{path}: silences by {label}, which the alert has not"


def index_faults():
    for path in INDEXES:
        listed = re.findall(r"^\| \[(\w+)\]", text(path), re.M)
        if sorted(listed) != sorted(alerts()):
            yield f"{path}: {sorted(set(listed) ^ set(alerts()))}, or a line twice"


def receiver(labels):
    answer = subprocess.run(["amtool", "config", "routes", "test", f"--config.file={ROOT / ROUTING}",
                             *(f"{name}={value}" for name, value in labels.items() if value)],
                            capture_output=True, text=True, timeout=20)
    return answer.stdout.strip()


def route_faults():
    known = labels_of_tests()
    for name, rule in alerts().items():
        team = rule["labels"]["team"]
        # Of episodes the rules say how grave they are, in the label of the series.
        own = re.findall(r'severity="(\w+)"', rule["expr"]) or ["critical", "warning"]
        for severity in [rule["labels"]["severity"]] if "severity" in rule["labels"] else own:
            for park in ["P1", "P2"] if "park" in known[name] else [""]:
                wanted = OWN_RECEIVERS.get((name, park)) or RECEIVERS.get((team, severity, park))
                heard = receiver({"alertname": name, "team": team, "severity": severity, "park": park})
                if heard != wanted:
                    yield f"{name} of {park or 'no park'}, {severity}: goes to {heard}, not to {wanted}"
    named = {entry["name"] for entry in yaml.safe_load(text(ROUTING))["receivers"]}
    heard = {name for group in (*RECEIVERS.values(), *OWN_RECEIVERS.values()) for name in group.split(",")}
    for name in sorted(named - heard):
        yield f"{name}: a receiver that nothing goes to"


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Alertmanager:
    """The one of the example, but its receivers are a port that nobody listens on."""

    def __init__(self, folder):
        routing = re.sub(r"http://127\.0\.0\.1:8080/", "http://127.0.0.1:1/", text(ROUTING))
        (folder / "alertmanager.yml").write_text(routing, encoding="utf-8")
        self.url = f"http://127.0.0.1:{free_port()}"
        with open(folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus-alertmanager", f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/data",
                 f"--web.listen-address={self.url.removeprefix('http://')}", "--cluster.listen-address="],
                stdout=log, stderr=log)

    def ask(self, path, body=None):
        request = urllib.request.Request(self.url + path, headers={"Content-Type": "application/json"},
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.read()

    def wait(self):
        until(lambda: self.ask("/-/ready"))

    def tell(self, firing, ends):
        self.ask("/api/v2/alerts", [{"labels": labels, "endsAt": ends.isoformat()} for labels in firing])

    def held_back(self):
        """{alert and its labels: whether something else holds it back} of all that fire."""
        found = {}
        for alert in json.loads(self.ask("/api/v2/alerts")):
            labels = " ".join(f"{k}={v}" for k, v in sorted(alert["labels"].items()) if k != "alertname")
            found[f"{alert['labels']['alertname']} {labels}".strip()] = bool(alert["status"]["inhibitedBy"])
        return found

    def end(self):
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()


def until(ask, seconds=10):
    """The first true answer, or the last one."""
    end = time.monotonic() + seconds
    while True:
        answer = None
        with contextlib.suppress(OSError):
            answer = ask()
        if answer or time.monotonic() > end:
            return answer
        time.sleep(0.05)


def spelled(alert):
    """Labels in the order of Alertmanager.held_back."""
    name, *labels = alert.split()
    return " ".join([name, *sorted(labels)])


def together_faults(manager, firing, wanted):
    now = datetime.datetime.now(datetime.timezone.utc)
    labels = [{"alertname": name, **dict(pair.split("=") for pair in rest.split())} for name, rest in firing]
    manager.tell(labels, now + datetime.timedelta(hours=1))
    expected = {spelled(f"{name} {rest}"): spelled(f"{name} {rest}") in {spelled(w) for w in wanted} for name, rest in firing}
    until(lambda: manager.held_back() == expected)
    if (seen := manager.held_back()) != expected:
        yield f"{seen}, not {expected}"
    manager.tell(labels, datetime.datetime.now(datetime.timezone.utc))
    if not until(lambda: not manager.held_back()):
        yield "the alerts do not end"


def silence_faults(manager):
    """Each page's command is taken, and what it silences is the page's alert."""
    for name in alerts():
        words = shown_silence(name)
        if words is None:
            continue
        done = subprocess.run([*words, f"--alertmanager.url={manager.url}", "--author=test"], capture_output=True,
                              text=True, timeout=20)
        if done.returncode != 0:
            yield f"docs/runbooks/{name}.md: {done.stderr.strip()}"
            continue
        made = json.loads(manager.ask(f"/api/v2/silence/{done.stdout.strip()}"))
        matchers = {m["name"]: m["value"] for m in made["matchers"] if m["isEqual"] and not m["isRegex"]}
        if matchers != dict(word.split("=", 1) for word in words[3:] if not word.startswith("--")):
            yield f"docs/runbooks/{name}.md: Alertmanager understood {matchers}"


def main():
    tally = Tally("alerts")
    tally.check("every alert is seen to fire and to be quiet", test_faults())
    tally.check("teams, severities, annotations", form_faults())
    tally.check("every alert has a page in the same parts", page_faults())
    tally.check("the indexes list every alert", index_faults())
    if not shutil.which("amtool") or not shutil.which("prometheus-alertmanager"):
        tally.skip("routes, inhibition and silences", "Alertmanager is not installed")
        return tally.end()
    tally.check("every alert reaches whom it should", route_faults())
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as stack:
        manager = Alertmanager(Path(place))
        stack.callback(manager.end)
        manager.wait()
        for name, firing, wanted in TOGETHER:
            tally.check(name, together_faults(manager, firing, wanted))
        tally.check("Alertmanager takes the silences of the pages", silence_faults(manager))
        # The pages say so of ParkwatchParkFeedDown: what is silenced still holds back.
        tally.check("a silenced alert holds back too", together_faults(
            manager, [("ParkwatchParkFeedDown", "park=lyg"), ("ParkwatchOutletSilent", "park=lyg outlet=a")],
            {"ParkwatchOutletSilent park=lyg outlet=a"}))
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
