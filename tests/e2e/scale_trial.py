#!/usr/bin/env python3
"""Workers that join, die and restart over one growing log and one PostgreSQL store; see run_scale.sh.

A simulated population writes into a real Kafka topic at a steady rate, so that every partition always has records to
come. Whatever happens to the workers, every table then equals, byte for byte, a replay of the captured log into an empty
store. After each event the longest standstill of the partitions that changed hands and of the others is printed.
"""

import argparse
import collections
import datetime
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from kill_trial import ROOT, TABLES, check, checks, free_port, show_difference, wait_until
from process_trials import environment_of

INPUT = "parkwatch.input.v1"
POPULATION = ["--loggers-per-park", "10", "--clusters", "2", "--seed", "20260315"]
TROUBLE = ["--out-of-order", "2", "--late", "0.5", "--duplicates", "0.1", "--corrections", "0.1", "--broken", "0.05"]
MAY_BE_EMPTY = ("history", "quality", "dead_letter", "document")  # within one minute a row has one version


class Watch(threading.Thread):
    """Reads the store's progress fifty times a second and keeps when each partition moved, and under which epoch."""

    def __init__(self, url):
        super().__init__(daemon=True)
        query = f"select partition, next_offset, epoch from parkwatch.progress where topic = '{INPUT}'"
        self.client = subprocess.Popen(["psql", "-X", "-q", "-At", url], text=True, stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.client.stdin.write(query + " \\watch 0.02\n")
        self.client.stdin.flush()
        self.moves = collections.defaultdict(list)  # partition: (seconds, offset, epoch)
        self.guard = threading.Lock()

    def run(self):
        for line in self.client.stdout:
            cells = line.strip().split("|")
            if len(cells) != 3 or not cells[0].isdigit():
                continue
            partition, offset, epoch = map(int, cells)
            with self.guard:
                moves = self.moves[partition]
                if not moves or moves[-1][1] != offset:
                    moves.append((time.monotonic(), offset, epoch))

    def records(self):
        with self.guard:
            return sum(max(moves[-1][1], 0) for moves in self.moves.values())

    def offsets(self):
        with self.guard:
            return {partition: moves[-1][1] for partition, moves in self.moves.items()}

    def pauses(self, begin, end):
        """Seconds of the standstills that began between begin and end, of partitions that changed hands meanwhile
        (another epoch at the next move) and of the others."""
        moved, stayed = [0.0], [0.0]
        with self.guard:
            for moves in self.moves.values():
                for former, later in zip(moves, moves[1:]):
                    if former[1] >= 0 and later[0] > begin and former[0] < end:
                        (moved if later[2] != former[2] else stayed).append(later[0] - former[0])
        return max(moved), max(stayed)

    def end(self):
        self.client.kill()
        self.client.wait()


class Trial:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.program = str(options.program)
        self.workers = {}
        self.events = []  # name, seconds at which it began
        self.sender = None
        self.watch = None

    def call(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments)], text=True, capture_output=True)
        if done.returncode != 0:
            raise SystemExit(f"{arguments} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    def start_parts(self):
        self.folder.chmod(0o755)  # PostgreSQL runs as another user
        subprocess.run([ROOT / "tools/postgres-up", "start", self.folder / "pg"], check=True,
                       stdout=subprocess.DEVNULL)
        self.url = environment_of(self.folder / "pg/env")["POSTGRES_URL"]
        subprocess.run([ROOT / "tools/kafka-up", "start", self.folder / "broker", "--port", "0", "--timeout", "300"],
                       check=True, stdout=subprocess.DEVNULL)
        self.bootstrap = environment_of(self.folder / "broker/env")["KAFKA_BOOTSTRAP"]
        self.call("topics", "create", "--bootstrap", self.bootstrap, "--partitions", self.options.partitions,
                  "--input-only")
        self.call("store", "init", "--store", self.url)

    def send(self):
        o = self.options
        population = ["--loggers", o.loggers, *POPULATION]
        self.call("simulate", *population, "--registry-out", self.folder / "registry")
        start = time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(time.time() - 3600 * (o.hours + 1)))
        self.expected = o.loggers * o.hours * 62  # frames of a logger and hour, about
        with open(self.folder / "simulate.log", "w") as log:
            self.sender = subprocess.Popen(
                [self.program, "simulate", *map(str, population), "--kafka", self.bootstrap, "--from", start, "--hours",
                 str(o.hours), "--speed", str(o.speed), *TROUBLE], stdout=log, stderr=log)

    # Workers

    def start(self, name):
        """Those with a name in the group keep it when they are back."""
        settings = {"kafka.bootstrap": self.bootstrap, "registry.dir": self.folder / "registry",
                    "rules.dir": ROOT / "rules", "store.url": self.url, "web.port": free_port(),
                    "kafka.session_timeout_ms": 6000, "worker.batch_records_max": self.options.batch,
                    "kafka.queue_records": self.options.queue}
        if name.startswith("static"):
            settings["kafka.group_instance_id"] = name
        arguments = [self.program, "run", "--roles", "park,cluster"]
        for key, value in settings.items():
            arguments += ["--set", f"{key}={value}"]
        with open(self.folder / f"{name}.log", "a") as log:
            self.workers[name] = subprocess.Popen(arguments, stdout=log, stderr=log)

    def stop(self, name):
        self.workers[name].terminate()
        check(f"{name} drains on SIGTERM", self.workers.pop(name).wait(timeout=60) == 0)

    def kill(self, name):
        self.workers[name].kill()
        self.workers.pop(name).wait()

    def at(self, share, name):
        """Waits until about this share of the log is in the store; an event follows."""
        wait_until(f"{share:.0%} of the log", lambda: self.watch.records() >= self.expected * share
                   or self.sender.poll() is not None and self.caught_up(), self.options.patience)
        print(f"{self.watch.records()} records: {name}", flush=True)
        self.events.append((name, time.monotonic()))

    def trouble(self):
        self.watch = Watch(self.url)
        self.watch.start()
        self.send()
        for name in ("static-1", "static-2"):
            self.start(name)
        self.at(0.12, "nothing happens")
        for share, name in ((0.2, "other-1"), (0.3, "other-2")):
            self.at(share, f"{name} joins")
            self.start(name)
        for share, name in ((0.4, "static-1"), (0.52, "static-2")):
            self.at(share, f"kill -9 of {name}, back at once")
            self.kill(name)
            self.start(name)
        self.at(0.64, "planned restart of static-2")
        self.stop("static-2")
        self.start("static-2")
        self.at(0.76, "planned stop of other-1")
        self.stop("other-1")
        self.at(0.86, "other-3 joins")
        self.start("other-3")
        check("the simulator ends", self.sender.wait(timeout=self.options.patience) in (0, 3))
        wait_until("the end of the log", self.caught_up, self.options.patience)
        self.events.append(("", time.monotonic()))

    def ends(self):
        wanted = [word for p in range(self.options.partitions) for word in ("-t", f"{INPUT}:{p}:-1")]
        text = subprocess.run(["kcat", "-Q", "-b", self.bootstrap, *wanted], text=True, check=True,
                              capture_output=True).stdout
        return {int(line.split("[")[1].split("]")[0]): int(line.split("offset")[1]) for line in text.splitlines()}

    def caught_up(self):
        """Ticks go on being appended: a partition is read when the store has what was there a moment ago."""
        ends = self.ends()
        offsets = self.watch.offsets()
        return all(offsets.get(partition, 0) >= end - 10 for partition, end in ends.items() if end > 0)

    def print_pauses(self):
        """Figures, not checks: how fast this machine is proves nothing."""
        for (name, begin), (_, end) in zip(self.events, self.events[1:]):
            moved, stayed = self.watch.pauses(begin, end)
            print(f"pause after '{name}': partitions that changed hands {moved:.2f} s, the others {stayed:.2f} s",
                  flush=True)

    def print_divisions(self):
        """How long the broker waited for the members each time that it divided the group anew."""
        begun, spans = None, []
        for path in (self.folder / "broker").glob("b*/log/server.log"):
            for line in path.read_text(errors="replace").splitlines():
                stamp, word = line[:23], "Preparing to rebalance group parkwatch "
                if word not in line and "Stabilized group parkwatch " not in line:
                    continue
                moment = datetime.datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S,%f")
                if word in line:
                    begun = begun or moment
                elif begun:
                    spans.append((moment - begun).total_seconds())
                    begun = None
        print(f"the group was divided {len(spans)} times, within {max(spans, default=0):.2f} s", flush=True)

    def settle(self):
        wait_until("the cluster step", lambda: self.call("export", "dirty", "--store", self.url).count("\n") == 1, 300)
        for name in sorted(self.workers):
            self.stop(name)
        self.watch.end()
        logs = "".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))
        check("no worker gave up", "ended:" not in logs, logs[max(0, logs.find("ended:") - 200):][:600])
        for text in ("trying again", "has another owner now", "was changed by another worker"):
            print(f"workers said '{text}' {logs.count(text)} times", flush=True)

    def compare(self):
        """With one worker's: a replay, in one process, of exactly the records that the store has."""
        self.call("capture", "--bootstrap", self.bootstrap, "--until-end", "--output", self.folder / "all.jsonl")
        progress = {}
        for line in self.call("export", "progress", "--store", self.url, "--format", "jsonl").splitlines():
            row = json.loads(line)
            if row["topic"] == INPUT:
                progress[row["partition"]] = row["next_offset"]
        records = 0
        with open(self.folder / "all.jsonl") as lines, open(self.folder / "log.jsonl", "w") as out:
            for line in lines:
                record = json.loads(line)
                if record["offset"] < progress[record["partition"]]:
                    out.write(line)
                    records += 1
        (self.folder / "all.jsonl").unlink()
        print(f"{records} records in {len(progress)} partitions", flush=True)
        again = f"sqlite:{self.folder}/again.db"
        self.call("replay", self.folder / "log.jsonl", "--registry", self.folder / "registry", "--rules",
                  ROOT / "rules", "--store", again)
        for table in TABLES:
            live, one = (self.call("export", table, "--store", store) for store in (self.url, again))
            rows = live.count("\n") - 1
            check(f"{table} equals one worker's", live == one and (rows > 0 or table in MAY_BE_EMPTY), f"{rows} rows")
            if live != one:
                show_difference(live, one)
        check("the evidence is whole", "0 partitions with a bad entry" in
              self.call("audit", "verify", "--chain-only", "--store", self.url))

    def close(self):
        for process in [*self.workers.values(), *([self.sender] if self.sender else [])]:
            if process.poll() is None:
                process.kill()
                process.wait()
        if self.watch:
            self.watch.end()
        wipe = [] if self.options.keep else ["--wipe"]
        for tool, part in (("kafka-up", "broker"), ("postgres-up", "pg")):
            subprocess.run([ROOT / "tools" / tool, "stop", self.folder / part, *wipe],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--full", action="store_true", help="32 partitions, 10 million records, as fast as they come")
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--loggers", type=int, default=400)
    parser.add_argument("--hours", type=int, default=4)
    parser.add_argument("--speed", type=float, default=360, help="of the simulated clock; 0: no pace")
    parser.add_argument("--batch", type=int, default=1000, help="records of a commit")
    parser.add_argument("--queue", type=int, default=2000, help="records of a partition that are fetched ahead")
    parser.add_argument("--patience", type=float, default=180, help="seconds between two events")
    parser.add_argument("--keep", action="store_true", help="leave the folder for a look")
    options = parser.parse_args()
    if options.full:
        options.partitions, options.loggers, options.hours, options.batch = 32, 2000, 82, 5000
        options.speed, options.queue, options.patience = 0, 20000, 3600
    folder = pathlib.Path(tempfile.mkdtemp(prefix="parkwatch-scale-"))
    trial = Trial(options, folder)
    try:
        trial.start_parts()
        trial.trouble()
        trial.print_pauses()
        trial.print_divisions()
        trial.settle()
        trial.compare()
    finally:
        trial.close()
        if options.keep:
            print(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"scale: {checks['passed']} passed, {checks['failed']} failed, 0 skipped")
    return 1 if checks["failed"] or not checks["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
