"""Drives compose_trial.sh: what deploy/compose/compose.yml starts, is and survives. DOCKER_HOST comes from there."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request

from trial_parts import ROOT, check, checks, summary

sys.path.insert(0, str(ROOT / "tests/deploy"))
from dashboards import dashboards, names_of, queries  # noqa: E402

FILE = ROOT / "deploy/compose/compose.yml"
LASTING = ("kafka", "postgres", "gateway", "worker-1", "worker-2", "prometheus", "alertmanager")
TASKS = ("topics", "migrations", "roles", "setup")
PATIENCE_S = 240

# Metrics and panels of what does not happen in the trial: their queries may find nothing.
MAY_BE_EMPTY = {
    "parkwatch_log_gap_records_total",
    "parkwatch_gateway_connections_refused_total",
    "parkwatch_gateway_findings_total",
    "parkwatch_dead_letters_total",
    "parkwatch_config_reload_success",
    "parkwatch_config_reload_timestamp_seconds",
    "parkwatch_outlet_silent",
    "Verdicts without valid data",
    "Open episodes about emissions",
}


def run(*command, code=0):
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if code is not None and done.returncode != code:
        print(done.stdout[-2000:], done.stderr[-4000:])
    return done


def compose(*words, **how):
    return run("docker-compose", "-f", str(FILE), "--profile", "demo", *words, **how)


def container(service):
    name = compose("ps", "-a", "-q", service).stdout.split() or compose("ps", "-q", service).stdout.split()
    return json.loads(run("docker", "inspect", name[0]).stdout)[0] if name else None


def health(service):
    found = container(service)
    return found["State"].get("Health", {}).get("Status") if found else None


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.read().decode()


def values(query):
    answer = json.loads(get(9090, "/api/v1/query?" + urllib.parse.urlencode({"query": query})))
    return {tuple(sorted(series["metric"].items())): float(series["value"][1]) for series in answer["data"]["result"]}


def eventually(what, holds, seconds=PATIENCE_S):
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        try:
            if holds():
                check(what, True, f"after {time.monotonic() - began:.0f} s")
                return
        except OSError:
            pass
        time.sleep(1)
    check(what, False, f"not within {seconds} s")


def check_start():
    began = time.monotonic()
    # Not grafana: there is no stand-in for it.
    done = compose("up", "-d", "--no-build", *LASTING, "demo")
    check("up", done.returncode == 0, f"{time.monotonic() - began:.0f} s")
    if done.returncode:
        return
    for service in LASTING:
        eventually(f"{service} is healthy", lambda: health(service) == "healthy")
    for service in TASKS:
        state = container(service)["State"]
        check(f"{service} has done its work", (state["Status"], state["ExitCode"]) == ("exited", 0), state["Status"])


def check_rights():
    said = "".join(json.dumps(container(service)) for service in (*LASTING, *TASKS))
    folder = FILE.parent / "secrets"
    check("no password in what docker tells", not any(p.read_text() in said for p in folder.iterdir()))
    for service in LASTING:
        found = container(service)
        with open(f"/proc/{found['State']['Pid']}/status", encoding="utf-8") as lines:
            status = dict(line.split(":", 1) for line in lines)
        host = found["HostConfig"]
        check(f"{service}: user, capabilities, privileges",
              status["Uid"].split()[0] != "0" and int(status["CapEff"], 16) == 0 and int(status["CapPrm"], 16) == 0
              and status["NoNewPrivs"].strip() == "1", status["Uid"].split()[0])
        check(f"{service}: limits", host["Memory"] > 0 and host["PidsLimit"] > 0 and host["NanoCpus"] > 0)
    for service in (name for name in LASTING if name != "kafka"):
        done = run("docker", "exec", container(service)["Id"], "sh", "-c", "echo >/usr/local/x || echo >/etc/x", code=None)
        check(f"{service}: its root is only read", done.returncode != 0 and "Read-only" in done.stderr, done.stderr.strip())
    statement = "CREATE TABLE parkwatch.x (x int)"
    done = subprocess.run(["docker", "exec", "-i", container("postgres")["Id"], "bash", "-c",
                           f"PGPASSWORD=$(cat) psql -h 127.0.0.1 -U monitor -d parkwatch -c '{statement}'"], text=True,
                          input=(folder / "store_password").read_text(), capture_output=True, check=False)
    check("the program's user makes no tables", "permission denied" in done.stderr, done.stderr.strip())
    networks = {service: sorted(container(service)["NetworkSettings"]["Networks"]) for service in LASTING}
    check("Kafka, store and workers are in one network",
          all(len(networks[s]) == 1 and networks[s] == networks["kafka"] for s in ("postgres", "worker-1", "worker-2")))


def check_work():
    eventually("records are accepted", lambda: sum(values('parkwatch_records_total{class="accepted"}').values()) > 20_000)
    eventually("both workers have partitions",
               lambda: len(values("count by (instance) (parkwatch_kafka_lag_records)")) == 2)
    eventually("nothing waits", lambda: sum(values("parkwatch_kafka_lag_records").values()) == 0)
    eventually("what the store tells is taken from one process",
               lambda: [dict(labels)["instance"] for labels in values("count by (instance) (parkwatch_verdicts)")]
               == ["gateway:9464"])
    eventually("nothing is lost or counted twice",
               lambda: set(values("parkwatch_conservation_difference").values()) == {0.0})
    eventually("the broken rule raises one alert",
               lambda: len([a for a in json.loads(get(9093, "/api/v2/alerts"))
                            if a["labels"]["alertname"] == "ParkwatchThreeSimultaneityBreach"]) == 1)
    page = get(9464, "/")
    check("the first page shows the plants", "Simulated" in page or "outlet-0" in page)


def check_queries():
    asked = [(f"{dashboard['title']}: {panel['title']} {target['refId']}", {panel["title"], *names_of(query)[0]}, query)
             for dashboard in dashboards().values() for panel, target, query in queries(dashboard)]
    waiting = asked
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        waiting = [one for one in waiting if not any(value == value for value in values(one[2]).values())]
        if all(names & MAY_BE_EMPTY for _, names, _ in waiting):
            break
        time.sleep(3)
    for one in asked:
        what, names, query = one
        excused = one in waiting and names & MAY_BE_EMPTY
        check(f"dashboard: {what}{' is empty, as it may be' if excused else ''}", one not in waiting or excused,
              query if one in waiting and not excused else "")


def check_kill():
    """A worker that is killed is started again, under its name, and nothing is lost."""
    before = container("worker-1")
    os.kill(before["State"]["Pid"], signal.SIGKILL)
    eventually("a killed worker is started again",
               lambda: container("worker-1")["RestartCount"] > before["RestartCount"] and health("worker-1") == "healthy")
    eventually("and has partitions again",
               lambda: len(values("count by (instance) (parkwatch_kafka_lag_records)")) == 2)
    eventually("nothing is lost or counted twice afterwards",
               lambda: set(values("parkwatch_conservation_difference").values()) == {0.0})


def main():
    check_start()
    if not checks["failed"]:
        check_rights()
        check_work()
        check_queries()
        check_kill()
    if checks["failed"]:
        for service in (*LASTING, *TASKS, "demo"):
            print(f"--- {service}\n" + compose("logs", "--no-color", "--tail=25", service).stdout)
    return summary("compose_trial")


if __name__ == "__main__":
    sys.exit(main())
