#!/usr/bin/env python3
"""The whole path under fire: simulated loggers speak HJ 212 over TCP to a gateway, a real Kafka broker holds
the log, a worker writes a store; the worker is killed three times, once between its writes and their commit, the gateway once. With --postgres two workers share a PostgreSQL store; its
server crashes once and loses all connections once.

Then: every table equals, byte for byte, a replay of the captured topic into an empty store; both equal the
independent oracle; every frame that was answered is in the evidence, every other one is listed.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLES = ["outlet_window", "verdict", "quality", "contribution", "cluster_window", "episode",
          "episode_event", "history", "dead_letter", "document", "capture", "device_hour", "park"]
checks = collections.Counter()


def check(name, holds, detail=""):
    checks["passed" if holds else "failed"] += 1
    print(f"{'ok  ' if holds else 'FAIL'} {name} {detail}", flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(what, holds, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = holds()
        if value:
            return value
        time.sleep(0.1)
    raise SystemExit(f"gave up waiting for {what}")


class Trial:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.program = str(options.program)
        self.processes = {}
        self.random = random.Random(options.seed)
        self.port = free_port()
        self.rules = ROOT / "rules"
        self.live = f"sqlite:{folder}/live.db"
        self.workers = ["worker", "worker2"] if options.postgres else ["worker"]

    def start_postgres(self):
        subprocess.run([ROOT / "tools/postgres-up", "start", self.folder / "postgres"], check=True)
        for line in (self.folder / "postgres/env").read_text().splitlines():
            name, _, value = line.partition("=")
            if name == "POSTGRES_URL":
                self.live = value

    def run(self, *arguments, **more):
        return subprocess.run([self.program, *map(str, arguments)], check=True, text=True,
                              capture_output=True, **more).stdout

    def start_broker(self):
        subprocess.run([ROOT / "tools/kafka-up", "start", self.folder / "broker", "--port", "0"],
                       check=True, stdout=subprocess.DEVNULL)
        for line in (self.folder / "broker/env").read_text().splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            if name == "KAFKA_BOOTSTRAP":
                self.bootstrap = value.strip("'\"")
        self.run("topics", "create", "--bootstrap", self.bootstrap, "--partitions", 4, "--input-only")

    def start(self, name, roles, **environment):
        log = open(self.folder / f"{name}.log", "a")
        settings = {"kafka.bootstrap": self.bootstrap, "registry.dir": self.folder / "registry",
                    "rules.dir": self.rules, "store.url": self.live,
                    "gateway.listen": "127.0.0.1", "gateway.port": self.port,
                    "gateway.connections_per_address_max": 10000,
                    "gateway.spool_file": self.folder / "spool", "web.port": free_port(),
                    "kafka.session_timeout_ms": 6000, "worker.batch_records_max": 2000}
        arguments = [self.program, "run", "--roles", roles]
        for key, value in settings.items():
            arguments += ["--set", f"{key}={value}"]
        self.processes[name] = subprocess.Popen(arguments, stdout=log, stderr=log,
                                                env={**os.environ, **environment})

    def kill(self, name):
        process = self.processes[name]
        process.send_signal(signal.SIGKILL)
        process.wait()

    def end(self, name):
        process = self.processes[name]
        process.terminate()
        code = process.wait(timeout=60)
        check(f"{name} drains on SIGTERM", code == 0, f"exit {code}")

    def progress(self):
        try:
            text = self.run("export", "progress", "--store", self.live)
        except subprocess.CalledProcessError:
            return {}
        lines = text.splitlines()
        columns = lines[0].split(",")
        rows = [dict(zip(columns, line.split(","))) for line in lines[1:]]
        return {int(row["partition"]): int(row["next_offset"]) for row in rows
                if not row["topic"].startswith("parkwatch:")}

    def capture(self, name):
        self.run("capture", "--bootstrap", self.bootstrap, "--until-end", "--output", self.folder / name)

    def make_log(self):
        o = self.options
        self.run("simulate", "--loggers", o.loggers, "--loggers-per-park", 50, "--seed", o.seed,
                 "--share-encrypted", 0, "--registry-out", self.folder / "registry")
        start = time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(time.time() - 3600 * (o.hours + 1)))
        self.start("gateway", "gateway")
        for worker in self.workers:
            self.start(worker, "park,cluster")
        wait_until("the gateway", self.gateway_listens, 30)
        with open(self.folder / "simulate.log", "w") as log:
            sender = subprocess.Popen(
                [self.program, "simulate", "--loggers", str(o.loggers), "--loggers-per-park", "50",
                 "--seed", str(o.seed), "--share-encrypted", "0", "--to", f"127.0.0.1:{self.port}",
                 "--from", start, "--hours", str(o.hours), "--speed", str(o.speed),
                 "--out-of-order", "2", "--late", "0.5", "--duplicates", "0.1",
                 "--corrections", "0.1", "--broken", "0.05", "--patience", "5",
                 "--ledger", str(self.folder / "ledger.jsonl")], stdout=log, stderr=log)
        self.send_explanations()
        self.trouble(sender)
        check("the simulator ends", sender.wait(timeout=600) in (0, 3))

    def send_explanations(self):
        """Documents among the frames: repeated, corrected, and one for a park that nobody registered."""
        for park in ["park-001", "park-001", "nowhere"]:
            for text in ["fan failure", "fan failure", "filter change"]:
                said = {"type": "explanation", "source": "enterprise", "id": f"e{self.random.randrange(3)}",
                        "park": park, "text": text, "revoked": self.random.random() < 0.3}
                subprocess.run(["kcat", "-P", "-b", self.bootstrap, "-t", "parkwatch.input.v1", "-k", park,
                                "-X", "partitioner=murmur2_random", "-H", "content-type=application/json"],
                               input=json.dumps(said).encode(), check=True, timeout=30)

    def gateway_listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def trouble(self, sender):
        """Kills at random moments while frames flow; the second worker kills itself at a commit."""
        # Of two workers one may have little left to commit.
        commits = self.random.randint(1, 3) if self.options.postgres else self.random.randint(5, 20)
        moments = [("worker", {"PARKWATCH_TEST_KILL_AT_COMMIT": str(commits)}),
                   ("gateway", {}), (self.workers[-1], {}), ("worker", {})]
        if self.options.postgres:
            moments += [("postgres", {}), ("connections", {})]
        for name, environment in moments:
            before = sum(self.progress().values())
            wait_until("progress", lambda: sender.poll() is not None
                       or sum(self.progress().values()) > before + self.random.randint(500, 3000), 120)
            if name in ("postgres", "connections"):
                self.disturb_postgres(name)
                continue
            self.kill(name)
            print(f"killed the {name} at {sum(self.progress().values())} records", flush=True)
            self.start(name, "gateway" if name == "gateway" else "park,cluster", **environment)
            if environment:
                wait_until("the worker's own end", lambda: self.processes["worker"].poll() is not None, 120)
                print("the worker was killed between its writes and their commit", flush=True)
                self.start("worker", "park,cluster")

    def disturb_postgres(self, what):
        """The server stops as if its machine failed and comes back; or an operator ends every connection."""
        if what == "postgres":
            for action in ("crash", "start"):
                subprocess.run([ROOT / "tools/postgres-up", action, self.folder / "postgres"], check=True)
        else:
            subprocess.run(["psql", "-q", "-X", self.live, "-o", "/dev/null", "-c",
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            "WHERE application_name = 'parkwatch'"], check=True)
        print(f"disturbed: {what}", flush=True)

    def supervise(self):
        """A program that finds its store away when it starts ends with 75 and is started again."""
        for worker in self.workers:
            if self.processes[worker].poll() == 75:
                self.start(worker, "park,cluster")

    def caught_up(self, ends):
        self.supervise()
        progress = self.progress()
        return all(progress.get(partition, 0) >= end for partition, end in ends.items())

    def settle(self):
        self.capture("first.jsonl")
        ends = collections.Counter()
        with open(self.folder / "first.jsonl") as lines:
            for line in lines:
                record = json.loads(line)
                ends[record["partition"]] = max(ends[record["partition"]], record["offset"] + 1)
        wait_until("the worker to read all", lambda: self.caught_up(ends), 300)
        wait_until("the cluster step", lambda: len(self.run(
            "export", "dirty", "--store", self.live).splitlines()) == 1, 120)
        self.end("gateway")
        for worker in self.workers:
            self.end(worker)

    def cut_capture(self):
        """Exactly the records that the store has: ticks go on being appended until the worker ends."""
        self.capture("all.jsonl")
        progress = self.progress()
        kept = 0
        with open(self.folder / "all.jsonl") as lines, open(self.folder / "log.jsonl", "w") as out:
            for line in lines:
                record = json.loads(line)
                if record["offset"] < progress.get(record["partition"], 0):
                    out.write(line)
                    kept += 1
        return kept

    def compare_replay(self):
        self.run("replay", self.folder / "log.jsonl", "--registry", self.folder / "registry",
                 "--rules", self.rules, "--store", f"sqlite:{self.folder}/again.db")
        for table in TABLES:
            live, again = (self.run("export", table, "--store", store)
                           for store in (self.live, f"sqlite:{self.folder}/again.db"))
            rows = len(live.splitlines()) - 1
            same = live == again
            check(f"{table} equals the replay", same and (rows > 0 or table in self.options.may_be_empty), f"{rows} rows")
            if not same:
                show_difference(live, again)

    def compare_oracle(self):
        result = subprocess.run(
            [sys.executable, ROOT / "tests/oracle/compare.py", "--registry", self.folder / "registry",
             "--rules", self.rules, "--program", self.program, "--may-be-empty",
             # The simulated plants have no projects, meters, marks or gaps.
             ",".join([*self.options.may_be_empty, "mark", "substitution", "violation"]), self.folder / "log.jsonl"], text=True, capture_output=True)
        check("the oracle agrees", result.returncode == 0)
        if result.returncode != 0:
            print(result.stdout[-4000:], result.stderr[-2000:])

    def compare_ledger(self):
        stored = collections.Counter()
        text = self.run("export", "evidence", "--store", self.live)
        lines = text.splitlines()
        column = lines[0].split(",").index("digest")
        for line in lines[1:]:
            stored[line.split(",")[column]] += 1
        answered = missing = unanswered = 0
        for line in open(self.folder / "ledger.jsonl"):
            frame = json.loads(line)
            if frame["answered"]:
                answered += 1
                missing += stored[frame["sha256"]] == 0
            else:
                unanswered += 1
        check("every answered frame is in the store", missing == 0 and answered > 0,
              f"{answered} answered, {missing} missing, {unanswered} not answered")
        counters = collections.Counter()
        for line in self.run("export", "counter", "--store", self.live).splitlines()[1:]:
            _, _, name, value = line.split(",")
            counters[name] += int(value)
        for of in ("records", "values"):
            rest = counters[of + "_received"] - sum(counters[f"{of}_{fate}"] for fate in (
                "accepted", "corrected", "duplicate", "quarantined", "not_monitored"))
            check(f"{of} are conserved", rest == 0 and counters[of + "_received"] > 0,
                  f"{counters[of + '_received']} received")
        check("the evidence holds every record", sum(stored.values()) ==
              counters["records_received"] + counters["ticks"])

    def close(self):
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        if self.options.postgres:
            subprocess.run([ROOT / "tools/postgres-up", "stop", self.folder / "postgres"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run([ROOT / "tools/kafka-up", "stop", self.folder / "broker", "--wipe"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def show_difference(live, again):
    a, b = live.splitlines(), again.splitlines()
    only_a, only_b = sorted(set(a) - set(b)), sorted(set(b) - set(a))
    for name, lines in (("live", only_a), ("replay", only_b)):
        for line in lines[:4]:
            print(f"  only in {name}: {line[:300]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--loggers", type=int, default=100)
    parser.add_argument("--hours", type=int, default=3)
    parser.add_argument("--speed", type=float, default=600)
    parser.add_argument("--seed", type=int, default=20260315)
    parser.add_argument("--may-be-empty", type=lambda text: text.split(","), default=[], metavar="TABLE,…",
                        help="tables that a short trial may leave empty")
    parser.add_argument("--postgres", action="store_true",
                        help="two workers over a real PostgreSQL, which crashes once")
    parser.add_argument("--keep", action="store_true", help="leave the folder for a look")
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.loggers} loggers, {options.hours} hours", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="parkwatch-kill-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user
    trial = Trial(options, folder)
    try:
        if options.postgres:
            trial.start_postgres()
        trial.start_broker()
        trial.make_log()
        trial.settle()
        print(f"{trial.cut_capture()} records in the log")
        trial.compare_replay()
        trial.compare_ledger()
        trial.compare_oracle()
    finally:
        trial.close()
        if options.keep:
            print(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    name = "kill_postgres" if options.postgres else "kill"
    print(f"{name}: {checks['passed']} passed, {checks['failed']} failed, 0 skipped")
    return 1 if checks["failed"] or not checks["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
