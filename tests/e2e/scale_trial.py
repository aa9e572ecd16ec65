#!/usr/bin/env python3
"""Workers that come, go, die and freeze over one log and one PostgreSQL store; see run_scale.sh."""

import argparse
import collections
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from kill_trial import ROOT, TABLES, check, checks, free_port, show_difference, wait_until

INPUT = "parkwatch.input.v1"
POPULATION = ["--loggers-per-park", "25", "--clusters", "2", "--seed", "20260315"]


def environment_of(file):
    values = {}
    for line in file.read_text().splitlines():
        name, _, value = line.removeprefix("export ").partition("=")
        values[name] = value.strip("'\"")
    return values


class Watch(threading.Thread):
    """Looks at the store's progress many times a second and keeps when each partition moved, and under which epoch."""

    def __init__(self, url):
        super().__init__(daemon=True)
        query = f"select partition, next_offset, epoch from progress where topic = '{INPUT}' order by 1"
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

    def offsets(self):
        with self.guard:
            return {partition: moves[-1][1] for partition, moves in self.moves.items()}

    def pauses(self, begin, end, ends):
        """Longest standstill between begin and end of each partition with records left: those that changed hands
        (another epoch at its end), and the others."""
        moved, stayed = [], []
        with self.guard:
            for partition, moves in self.moves.items():
                for former, later in zip(moves, moves[1:]):
                    if later[0] < begin or former[0] > end or former[1] >= ends[partition]:
                        continue
                    (moved if later[2] != former[2] else stayed).append(later[0] - former[0])
        return moved, stayed

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

    def call(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments)], text=True, capture_output=True)
        if done.returncode != 0:
            raise SystemExit(f"{arguments} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    def start_parts(self):
        self.folder.chmod(0o755)
        subprocess.run([ROOT / "tools/postgres-up", "start", self.folder / "pg"], check=True,
                       stdout=subprocess.DEVNULL)
        self.url = environment_of(self.folder / "pg/env")["POSTGRES_URL"]
        subprocess.run([ROOT / "tools/kafka-up", "start", self.folder / "broker", "--port", "0", "--timeout", "300",
                        "--set", "group.initial.rebalance.delay.ms=0"], check=True, stdout=subprocess.DEVNULL)
        self.bootstrap = environment_of(self.folder / "broker/env")["KAFKA_BOOTSTRAP"]
        self.call("topics", "create", "--bootstrap", self.bootstrap, "--partitions", self.options.partitions,
                  "--input-only")

    def fill_topic(self):
        o = self.options
        population = ["--loggers", o.loggers, *POPULATION]
        self.call("simulate", *population, "--registry-out", self.folder / "registry")
        start = time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(time.time() - 3600 * (o.hours + 1)))
        self.call("simulate", *population, "--kafka", self.bootstrap, "--from", start, "--hours", o.hours,
                  "--speed", 0, "--out-of-order", 2, "--late", 0.5, "--duplicates", 0.1, "--corrections", 0.1,
                  "--broken", 0.05)
        self.ends = collections.Counter()
        text = subprocess.run(["kcat", "-Q", "-b", self.bootstrap, *[word for p in range(o.partitions) for word in
                               ("-t", f"{INPUT}:{p}:-1")]], text=True, check=True, capture_output=True).stdout
        for line in text.splitlines():
            partition = int(line.split("[")[1].split("]")[0])
            self.ends[partition] = int(line.split("offset")[1])
        print(f"{sum(self.ends.values())} records in {o.partitions} partitions", flush=True)

    def start(self, name, static):
        settings = {"kafka.bootstrap": self.bootstrap, "registry.dir": self.folder / "registry",
                    "rules.dir": ROOT / "rules", "store.url": self.url, "web.port": free_port(),
                    "kafka.session_timeout_ms": 6000, "worker.batch_records_max": self.options.batch,
                    "kafka.queue_records": 50000, "kafka.queue_kib": 32768}
        if static:
            settings["kafka.group_instance_id"] = name
        arguments = [self.program, "run", "--roles", "park,cluster"]
        for key, value in settings.items():
            arguments += ["--set", f"{key}={value}"]
        with open(self.folder / f"{name}.log", "a") as log:
            self.workers[name] = subprocess.Popen(arguments, stdout=log, stderr=log)

    def at(self, share, name):
        """Waits until this share of the log is in the store; an event follows."""
        whole = sum(self.ends.values())

        def reached():
            offsets = self.watch.offsets()
            read = {partition: min(offsets.get(partition, 0), end) for partition, end in self.ends.items()}
            return sum(read.values()) >= whole * share
        wait_until(f"{share:.0%} of the log", reached, 1800)
        print(f"{sum(self.watch.offsets().values()) / whole:.0%}: {name}", flush=True)
        self.events.append((name, time.monotonic()))

    def stop(self, name):
        self.workers[name].terminate()
        check(f"{name} drains on SIGTERM", self.workers[name].wait(timeout=60) == 0)

    def kill(self, name):
        self.workers[name].kill()
        self.workers[name].wait()

    def trouble(self):
        names = [f"worker-{i + 1}" for i in range(self.options.workers)]
        self.start(names[0], True)
        self.start(names[1], True)
        self.watch = Watch(self.url)
        self.watch.start()
        self.at(0.05, "a worker joins")
        for name in names[2:] or ["worker-3"]:
            self.start(name, False)
        joined = (names + ["worker-3"])[2]
        self.at(0.2, "kill -9 of a static member, back at once")
        self.kill(names[0])
        self.start(names[0], True)
        self.at(0.35, "kill -9 of another one, back at once")
        self.kill(names[1])
        self.start(names[1], True)
        self.at(0.5, "a worker is frozen beyond its session")
        self.workers[joined].send_signal(signal.SIGSTOP)
        time.sleep(8)  # beyond its session of 6 s: a frozen process sees no clock of ours
        self.workers[joined].send_signal(signal.SIGCONT)
        self.at(0.65, "planned stop of a member without a name")
        self.stop(joined)
        self.at(0.75, "it joins again")
        self.start(joined, False)
        self.at(0.85, "planned restart of a static member")
        self.stop(names[0])
        self.start(names[0], True)
        self.at(1.0, "all is read")

    def print_pauses(self):
        """Figures, not checks: how fast this machine is proves nothing."""
        for (name, begin), (_, end) in zip(self.events, self.events[1:]):
            moved, stayed = self.watch.pauses(begin, end, self.ends)
            longest = [f"{max(spans):.2f} s" if spans else "none" for spans in (moved, stayed)]
            print(f"pause after '{name}': partitions that changed hands {longest[0]}, the others {longest[1]}",
                  flush=True)
        self.watch.end()

    def rows(self, table):
        return len(self.call("export", table, "--store", self.url).splitlines()) - 1

    def settle(self):
        wait_until("the cluster step", lambda: self.rows("dirty") == 0, 300)
        for name in sorted(self.workers):
            if self.workers[name].poll() is None:
                self.stop(name)
        logs = "".join((self.folder / f"{name}.log").read_text(errors="replace") for name in self.workers)
        check("no worker gave up", "ended:" not in logs, logs[logs.find("ended:") - 200:][:600])
        # A commit in the wind when the process froze is refused; between two batches there is none to refuse.
        print(f"refused commits of former owners: {logs.count('has another owner now')}", flush=True)

    def compare(self):
        self.call("capture", "--bootstrap", self.bootstrap, "--until-end", "--output", self.folder / "all.jsonl")
        progress = {}
        for line in self.call("export", "progress", "--store", self.url, "--format", "jsonl").splitlines():
            row = json.loads(line)
            if row["topic"] == INPUT:
                progress[row["partition"]] = row["next_offset"]
        with open(self.folder / "all.jsonl") as lines, open(self.folder / "log.jsonl", "w") as out:
            for line in lines:
                record = json.loads(line)
                if record["offset"] < progress[record["partition"]]:
                    out.write(line)
        (self.folder / "all.jsonl").unlink()
        again = f"sqlite:{self.folder}/again.db"
        self.call("replay", self.folder / "log.jsonl", "--registry", self.folder / "registry", "--rules",
                  ROOT / "rules", "--store", again)
        for table in TABLES:
            live, one = (self.call("export", table, "--store", store) for store in (self.url, again))
            rows = live.count("\n") - 1
            check(f"{table} equals one worker's", live == one and (rows > 0 or table in ("episode", "quality")),
                  f"{rows} rows")
            if live != one:
                show_difference(live, one)
        check("the evidence is whole", "0 partitions with a bad entry" in
              self.call("audit", "verify", "--chain-only", "--store", self.url))

    def close(self):
        for process in self.workers.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        for tool, part in (("kafka-up", "broker"), ("postgres-up", "pg")):
            subprocess.run([ROOT / "tools" / tool, "stop", self.folder / part, "--wipe"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--full", action="store_true", help="4 workers, 32 partitions, 10 million records")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--loggers", type=int, default=200)
    parser.add_argument("--hours", type=int, default=12)
    parser.add_argument("--batch", type=int, default=1000)
    parser.add_argument("--keep", action="store_true", help="leave the folder for a look")
    options = parser.parse_args()
    if options.full:
        options.workers, options.partitions, options.loggers, options.hours, options.batch = 4, 32, 2000, 41, 5000
    folder = pathlib.Path(tempfile.mkdtemp(prefix="parkwatch-scale-"))
    trial = Trial(options, folder)
    try:
        trial.start_parts()
        trial.fill_topic()
        trial.trouble()
        trial.print_pauses()
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
