"""Drives run_alerting.sh: FOLDER is for files of this run; KAFKA_BOOTSTRAP and PARKWATCH_BIN come from there."""
import contextlib
import csv
import datetime
import http.server
import io
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from fractions import Fraction

from trial_parts import INPUT, ROOT, check, checks, free_port, summary

sys.path.insert(0, str(ROOT / "tests/deploy"))
from dashboards import dashboards, names_of, queries  # noqa: E402

PROGRAM = os.environ["PARKWATCH_BIN"]
BOOTSTRAP = os.environ["KAFKA_BOOTSTRAP"]
PATIENCE_S = 90
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)

REGISTRY = {
    "parks": "id,name,level\npark-a,东港化工园,municipal\n",
    "enterprises": "id,name,park\nworks-a,某化工有限公司,park-a\n",
    "outlets": "id,enterprise,code,name,medium,concentration_basis\nstack-a,works-a,DA001,一号排口,air,standard-dry\n",
    "devices": "mn,outlet,protocol_version\n88888880000001,stack-a,2017\n",
    "factors": "outlet,factor,unit\nstack-a,a21002,mg/m3\n",
    "projects": "id,enterprise,name\nproject-a,works-a,扩建项目\n",
    "permits": "id,outlet,factor,limit,unit,span,source\nnox-80,stack-a,a21002,80,mg/m3,hour,test permit\n",
}

ALERTMANAGER = """
route: {{receiver: hook, group_by: [alertname, outlet], group_wait: 0s, group_interval: 1s}}
receivers:
  - name: hook
    webhook_configs: [{{url: "http://127.0.0.1:{port}/hook", send_resolved: true}}]
"""

PROMETHEUS = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{alertmanager}"]}}]}}]}}
scrape_configs: [{{job_name: parkwatch, static_configs: [{{targets: ["127.0.0.1:{parkwatch}", "127.0.0.1:{demo}"]}}]}}]
"""


def report(name, good, fault=""):
    check(name, good, "" if good else fault)


def eventually(what, ask):
    """The first true answer within PATIENCE_S, or None."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError):
            answer = ask()
            if answer:
                report(what, True)
                return answer
        time.sleep(0.2)
    report(what, False, f"not within {PATIENCE_S} s")
    return None


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return answer.read().decode()


class Hook(http.server.BaseHTTPRequestHandler):
    """Keeps every alert that Alertmanager sends."""
    alerts = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Hook.alerts.extend(body["alerts"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


BREACH = "ParkwatchThreeSimultaneityBreach"


def hooked(status, name="ParkwatchExceedance", rule="exceedance", **wanted):
    for alert in list(Hook.alerts):
        labels = alert["labels"]
        if ((labels.get("alertname"), labels.get("rule"), alert["status"]) == (name, rule, status)
                and all(labels.get(label) == value for label, value in wanted.items())):
            return alert
    return None


def utc(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def parsed(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def send_hour(hour, value, received):
    """One hour report of the logger, as another system would produce it."""
    send({"mn": "88888880000001", "kind": "hour", "time": utc(hour), "received": utc(received),
          "factors": {"a21002": {"value": value, "flag": "N"}}})


def send_act(name, act, time, received):
    """A milestone of the park's construction project."""
    send({"type": "milestone", "source": "test", "id": name, "park": "park-a", "project": "project-a", "act": act,
          "time": utc(time), "received": utc(received)})


def send(said):
    """Keyed by the park's id."""
    send_text(json.dumps(said))


def send_text(text):
    subprocess.run(["kcat", "-P", "-b", BOOTSTRAP, "-t", INPUT, "-k", "park-a", "-H", "content-type=application/json"],
                   input=text.encode(), check=True, timeout=30)


def write_files(folder, ports):
    registry = folder / "registry"
    registry.mkdir()
    for name, text in REGISTRY.items():
        (registry / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "parkwatch.toml").write_text(f"""
[kafka]
bootstrap = "{BOOTSTRAP}"
[store]
url = "sqlite:{folder}/store.db"
[registry]
dir = "{registry}"
[rules]
dir = "{ROOT}/rules"
[gateway]
listen = "127.0.0.1"
port = {ports["gateway"]}
spool_file = "{folder}/spool"
[web]
port = {ports["parkwatch"]}
[topics]
publish = "all"
[alerts]
outlet_series = true
""", encoding="utf-8")
    # The rules keep an alert firing for a while so that a restart does not resolve it; the shipped
    # times have their own tests (promtool test rules), here they would only be waited for.
    rules = (ROOT / "deploy/prometheus/parkwatch.rules.yml").read_text(encoding="utf-8")
    (folder / "rules.yml").write_text(re.sub(r"keep_firing_for: \w+", "keep_firing_for: 1s", rules), encoding="utf-8")
    (folder / "prometheus.yml").write_text(PROMETHEUS.format(**ports), encoding="utf-8")
    (folder / "alertmanager.yml").write_text(ALERTMANAGER.format(port=ports["hook"]), encoding="utf-8")


def start(stack, folder, name, *command):
    log = stack.enter_context(open(folder / f"{name}.log", "wb"))
    process = subprocess.Popen(command, stdout=log, stderr=log)

    def end():
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    stack.callback(end)
    return process


def start_all(stack, folder, ports):
    """The program's process, and the others beside it."""
    hook = http.server.ThreadingHTTPServer(("127.0.0.1", ports["hook"]), Hook)
    stack.callback(hook.shutdown)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    program = start(stack, folder, "parkwatch", PROGRAM, "run", "--config", str(folder / "parkwatch.toml"))
    start(stack, folder, "alertmanager", "prometheus-alertmanager", f"--config.file={folder}/alertmanager.yml",
          f"--storage.path={folder}/am", f"--web.listen-address=127.0.0.1:{ports['alertmanager']}",
          "--cluster.listen-address=")
    start(stack, folder, "prometheus", "prometheus", f"--config.file={folder}/prometheus.yml",
          f"--storage.tsdb.path={folder}/tsdb", f"--web.listen-address=127.0.0.1:{ports['prometheus']}")
    return program


def check_doctor(folder):
    """Beside the running program: its ports are taken, all else is well (a clock without a service may be noted)."""
    done = subprocess.run([PROGRAM, "doctor", "--config", str(folder / "parkwatch.toml")], capture_output=True,
                          text=True, timeout=60)
    lines = done.stdout.splitlines()
    for subject in ("config", "registry", "store", "records", "kafka", "topic"):
        line = next((line for line in lines if line.split()[1:2] == [subject]), "no line")
        report(f"doctor: {subject}", line.startswith("ok") or line.startswith("note"), line)
    web = next((line for line in lines if line.split()[1:2] == ["web"]), "no line")
    report("doctor: web port is in use", web.startswith("WARNING") and done.returncode == 3, f"{done.returncode} {web}")


def check_alert(alert, window):
    labels = alert["labels"]
    for label, value in {"outlet": "stack-a", "limit": "permit/nox-80", "window": window, "enterprise": "works-a",
                         "park": "park-a", "factor": "a21002", "severity": "critical"}.items():
        report(f"webhook names the {label}", labels.get(label) == value, f"{labels.get(label)!r}, not {value!r}")
    text = alert["annotations"].get("description", "") + alert["annotations"].get("summary", "")
    report("its text names outlet, limit and window",
           all(word in text for word in ("stack-a", "permit/nox-80", window)), text)


def check_exposition(port):
    done = subprocess.run(["promtool", "check", "metrics"], input=get(port, "/metrics").encode(), capture_output=True,
                          timeout=30)
    report("promtool check metrics", done.returncode == 0, (done.stdout + done.stderr).decode())


def exercise(folder, ports):
    port = ports["parkwatch"]
    if not eventually("the program is ready", lambda: "ready" in get(port, "/readyz")):
        return
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    hour = now.replace(minute=0, second=0) - datetime.timedelta(hours=3)
    china = hour + datetime.timedelta(hours=8)
    window = f"hour {china.strftime('%Y-%m-%dT%H:00:00')}+08:00"
    send_hour(hour, "100", now - datetime.timedelta(minutes=2))
    eventually("the episode shows in /metrics", lambda: 'parkwatch_episode_open{rule="exceedance",outlet="stack-a"'
               in get(port, "/metrics"))
    fired = eventually("ParkwatchExceedance reaches the webhook", lambda: hooked("firing"))
    if fired:
        check_alert(fired, window)
    check_exposition(port)
    page = get(port, "/")
    report("the first page names the outlet", "一号排口" in page and "超标" in page, "not found")
    check_doctor(folder)
    send_hour(hour, "50", now - datetime.timedelta(minutes=1))
    eventually("a late correction ends the episode", lambda: 'rule="exceedance",outlet="stack-a"'
               not in get(port, "/metrics"))
    resolved = eventually("the webhook hears that it is resolved", lambda: hooked("resolved"))
    if resolved and fired:
        report("it is the same alert", resolved["fingerprint"] == fired["fingerprint"], "another fingerprint")
    verdicts = json.loads(get(port, f"/api/v1/verdicts?outlet=stack-a&from={utc(hour)}"))["rows"]
    states = [row["state"] for row in verdicts if row["start"] == utc(hour)]
    report("the verdict is corrected", states == ["compliant"], states)
    exercise_project(now)
    report("nothing is lost or counted twice", "\nparkwatch_conservation_difference 0\n" in get(port, "/metrics"))


def exercise_project(now):
    """A project begun without approval, and production that is tolerated for a day; the approval comes late."""
    hour, day = now.replace(minute=0, second=0), datetime.timedelta(days=1)
    breach = (BREACH, "TS-L01")
    send_act("m1", "construction_start", hour - 10 * day, now)
    send_act("m2", "first_production", hour - datetime.timedelta(hours=1), now)
    fired = eventually("a breach of TS-L01 reaches the webhook", lambda: hooked("firing", *breach))
    if fired:
        labels = fired["labels"]
        report("it names project, park and severity", (labels.get("outlet"), labels.get("park"), labels.get("severity"))
               == ("project-a", "park-a", "critical"), labels)
    due = eventually("a due date of TS-L11 reaches the webhook",
                     lambda: hooked("firing", "ParkwatchThreeSimultaneityDueSoon", "TS-L11"))
    if due:
        wanted = utc(hour + 23 * datetime.timedelta(hours=1)).replace("T", " ").replace("Z", "")
        report("it says when", wanted in due["annotations"].get("description", ""), due["annotations"])
    send_act("m3", "eia_approval", hour - 30 * day, now)
    eventually("the late approval resolves the breach", lambda: hooked("resolved", *breach))


# What the demonstration breaks of the three simultaneities: rule, park, subject, severity.
DEMO_BREACHES = [("TS-L09", "lyg-harbour", "lyg-refinery-2026", "warning"),
                 ("TS-L11", "lyg-harbour", "lyg-refinery-2026", "critical"),
                 ("TS-O01", "xz-equipment", "xz-cement-mf0001/xz-cement-ta002", "critical")]


def exported(table, store):
    done = subprocess.run([PROGRAM, "export", table, "--store", f"sqlite:{store}"], capture_output=True, text=True,
                          timeout=60, check=True)
    return list(csv.DictReader(io.StringIO(done.stdout)))


# Metrics and panels that only a fault gives something to show, so that their queries may find nothing.
MAY_BE_EMPTY = {
    "parkwatch_log_gap_records_total",  # retention removed records before they were read
    "parkwatch_gateway_connections_refused_total",  # more connections than the gateway takes
    "parkwatch_gateway_findings_total",  # a logger does what none should
    "parkwatch_outlet_silent",  # loggers are silent; those of the demonstration are again heard when it has caught up
    "Verdicts without valid data",  # an hour of an outlet is missing or invalid
}


def numbers(port, query):
    """What Prometheus answers, without what is no number."""
    answer = json.loads(get(port, "/api/v1/query?" + urllib.parse.urlencode({"query": query})))
    return [value for value in (float(series["value"][1]) for series in answer["data"]["result"]) if value == value]


def check_dashboards(program, ports):
    """Every query of the dashboards finds something. The program is made to show what it shows seldom: a dead letter, that it
    has read its registry again, a connection that ended, and the share of a limit in the newest closed hour."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    for ago in (2, 1):  # the last hour closes ten minutes after its end
        send_hour(now.replace(minute=0, second=0) - ago * HOUR, "60", now)
    send_text("{")
    program.send_signal(signal.SIGHUP)
    socket.create_connection(("127.0.0.1", ports["gateway"]), 5).close()
    asked = [(f"{dashboard['title']}: {panel['title']} {target['refId']}", {panel["title"], *names_of(query)[0]}, query)
             for dashboard in dashboards().values() for panel, target, query in queries(dashboard)]
    waiting = asked
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        waiting = [one for one in waiting if not numbers(ports["prometheus"], one[2])]
        if all(names & MAY_BE_EMPTY for _, names, _ in waiting):
            break
        time.sleep(1)
    for one in asked:
        what, names, query = one
        excused = one in waiting and names & MAY_BE_EMPTY
        report(f"dashboard: {what}{' is empty, as it may be' if excused else ''}", one not in waiting or excused,
               f"finds nothing: {query}")


def exercise_demo(stack, folder, program, ports):
    """The demonstration, as anybody starts it: its late project, and its plant that stops the scrubber at night."""
    store, summary = folder / "demo.db", folder / "demo.json"
    process = start(stack, folder, "demo", PROGRAM, "demo", "--web-port", str(ports["demo"]), "--store", str(store),
                    "--summary", str(summary))
    for rule, park, subject, severity in DEMO_BREACHES:
        eventually(f"the demo's {rule} of {subject} reaches the webhook",
                   lambda: hooked("firing", BREACH, rule, outlet=subject, park=park, severity=severity))
    check_dashboards(program, ports)
    process.terminate()
    report("the demo ends well", process.wait(30) == 0, f"exit code {process.returncode}")
    rows, episodes = exported("violation", store), exported("episode", store)
    for rule, park, subject, severity in DEMO_BREACHES:
        own = [row for row in rows if (row["rule"], row["subject"]) == (rule, subject) and row["state"] != "due"]
        report(f"{rule} is a row of violation", severity in {row["severity"] for row in own}, own)
        starts = {row["start"] for row in own}
        told = [row for row in episodes if (row["rule"], row["outlet"], row["severity"]) == (rule, subject, severity)]
        report(f"{rule} is an episode", told and {row["first_window"] for row in told} <= starts, told)
    check_nights([row for row in rows if row["rule"] == "TS-O01"], exported("outlet_window", store))
    report("nothing of the demo is lost or counted twice",
           json.loads(summary.read_text(encoding="utf-8"))["difference"] == 0, summary)


def check_nights(breaches, windows):
    """Each night without treatment, and the mass emitted meanwhile, added up anew from the outlet's hours."""
    masses = [(parsed(row["start"]), Fraction(row["mass_kg"])) for row in windows
              if row["outlet"] == "xz-cement-da001" and row["span"] == "hour" and row["phase"] == "closed"
              and row["mass_kg"]]
    last = max((start for start, _ in masses), default=None)
    for row in breaches:
        start = parsed(row["start"])
        end = parsed(row["end"]) if row["end"] else last + HOUR
        emitted = sum(mass * max(0, (min(end, hour + HOUR) - max(start, hour)) // MINUTE) / 60 for hour, mass in masses)
        report(f"mass emitted since {row['start']}",
               emitted > 0 and abs(Fraction(row["mass_kg"]) - emitted) <= Fraction(1, 10**9),
               f"{row['mass_kg']}, not {float(emitted)}")


def main():
    folder = pathlib.Path(sys.argv[1])
    ports = {name: free_port() for name in ("parkwatch", "gateway", "prometheus", "alertmanager", "hook", "demo")}
    write_files(folder, ports)
    subprocess.run([PROGRAM, "topics", "create", "--bootstrap", BOOTSTRAP, "--partitions", "2"], check=True, timeout=60,
                   stdout=subprocess.DEVNULL)
    with contextlib.ExitStack() as stack:
        program = start_all(stack, folder, ports)
        exercise(folder, ports)
        exercise_demo(stack, folder, program, ports)
    if checks["failed"]:
        for name in ("parkwatch", "demo", "prometheus", "alertmanager"):
            print(f"--- {name}\n" + "\n".join((folder / f"{name}.log").read_text(errors="replace").splitlines()[-20:]))
    return summary("alerting")


if __name__ == "__main__":
    sys.exit(main())
