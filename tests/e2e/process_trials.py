#!/usr/bin/env python3
"""Trials with real processes: a log grows in a real Kafka cluster while workers, brokers and the database fail in ways
that a seed chooses. Whatever happened, every table then equals, byte for byte, a replay of the captured log into an
empty store; now and then both are also held against the independent oracle. Prints one line a trial, then the totals.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from kill_trial import ROOT, TABLES, free_port, show_difference, wait_until

LOGGERS = 12
POPULATION = ["--loggers", str(LOGGERS), "--loggers-per-park", "4", "--clusters", "2"]
TROUBLE = ["--out-of-order", "4", "--late", "2", "--duplicates", "1", "--corrections", "1", "--broken", "0.5"]
PARTITIONS = 4
SESSION_SECONDS = 6
DISK_MIB = 48


class Different(Exception):
    """What a trial found."""


def environment_of(file):
    words = (line.removeprefix("export ").partition("=") for line in file.read_text().splitlines())
    return {name: value.strip("'\"") for name, _, value in words}


class Parts:
    """The Kafka cluster and the database server that all trials share."""

    def __init__(self, options, folder):
        self.program = str(options.program)
        self.folder = folder
        folder.chmod(0o755)
        self.tool("kafka-up", "start", "broker", "--port", "0", "--brokers", str(options.brokers), "--timeout", "300",
                  "--set", "group.initial.rebalance.delay.ms=0")
        self.brokers = options.brokers
        self.bootstrap = environment_of(folder / "broker/env")["KAFKA_BOOTSTRAP"]
        self.database = None
        if "postgresql" in options.stores:
            self.tool("postgres-up", "start", "pg")
            self.database = environment_of(folder / "pg/env")["POSTGRES_URL"]

    def tool(self, name, command, part, *arguments):
        subprocess.run([ROOT / "tools" / name, command, self.folder / part, *arguments], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def broker(self, number, command):
        self.tool("kafka-up", "broker", "broker", str(number), command)

    def sql(self, text):
        subprocess.run(["psql", "-X", "-q", self.database, "-c", text], check=True, stdout=subprocess.DEVNULL)

    def close(self):
        for name, part in (("kafka-up", "broker"), ("postgres-up", "pg")):
            if (self.folder / part).exists():
                self.tool(name, "stop", part, "--wipe")


class Trial:
    def __init__(self, parts, options, seed):
        self.parts = parts
        self.options = options
        self.seed = seed
        self.random = random.Random(seed)
        self.store = options.stores[seed % len(options.stores)]
        self.topic = f"parkwatch.trial.{seed}"
        self.folder = parts.folder / f"trial-{seed}"
        self.folder.mkdir()
        self.workers = {}
        self.faults = []
        self.mounted = False
        self.url = self.make_store()

    def call(self, *arguments, **more):
        done = subprocess.run([self.parts.program, *map(str, arguments)], text=True, capture_output=True, **more)
        if done.returncode != 0:
            raise Different(f"`{' '.join(map(str, arguments))}` ended with {done.returncode}: {done.stderr[-600:]}")
        return done.stdout

    def make_store(self):
        if self.store == "postgresql":
            self.parts.sql(f"create database trial_{self.seed}")
            return self.parts.database.rsplit("/", 1)[0] + f"/trial_{self.seed}"
        disk = self.folder / "disk"
        disk.mkdir()
        if os.geteuid() == 0:
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "none", disk])
            self.mounted = done.returncode == 0
        return f"sqlite:{disk}/live.db"

    # Workers

    def start(self, name, **environment):
        settings = {"kafka.bootstrap": self.parts.bootstrap, "kafka.input_topic": self.topic,
                    "kafka.group_id": self.topic, "registry.dir": self.folder / "registry", "rules.dir": ROOT / "rules",
                    "store.url": self.url, "web.port": free_port(), "worker.batch_records_max": 25,
                    "kafka.session_timeout_ms": SESSION_SECONDS * 1000}
        arguments = [self.parts.program, "run", "--roles", "park,cluster"]
        for key, value in settings.items():
            arguments += ["--set", f"{key}={value}"]
        with open(self.folder / f"{name}.log", "a") as log:
            self.workers[name] = subprocess.Popen(arguments, stdout=log, stderr=log, env={**os.environ, **environment})

    def kill(self, name):
        self.workers[name].kill()
        self.workers[name].wait()

    def drain(self, name):
        self.workers[name].terminate()
        code = self.workers[name].wait(timeout=120)
        if code != 0:
            raise Different(f"{name} ended with {code} on SIGTERM")

    def any_worker(self):
        return self.random.choice(sorted(self.workers))

    def exported(self, table):
        done = subprocess.run([self.parts.program, "export", table, "--store", self.url, "--format", "jsonl"], text=True,
                              capture_output=True)
        return [json.loads(line) for line in done.stdout.splitlines()] if done.returncode == 0 else None

    def progress(self):
        rows = [row for row in self.exported("progress") or [] if row["topic"] == self.topic]
        return {row["partition"]: max(row["next_offset"], 0) for row in rows}

    def records(self):
        return sum(self.progress().values())

    # Faults: each leaves everything running again.

    def fault_kill(self):
        name = self.any_worker()
        self.kill(name)
        self.start(name)

    def fault_kill_between_writes_and_commit(self):
        name = self.any_worker()
        self.kill(name)
        self.start(name, PARKWATCH_TEST_KILL_AT_COMMIT=str(self.random.randint(1, 6)))
        here = self.records()
        # Its partitions may have ended, or belong to the other worker: then there is no commit to die in.
        wait_until("the worker's own end", lambda: self.workers[name].poll() is not None
                   or self.sender.poll() is not None or self.records() > here + 400, 120)
        self.kill(name)
        self.start(name)

    def fault_drain(self):
        name = self.any_worker()
        self.drain(name)
        self.start(name)

    def fault_freeze(self):
        worker = self.workers[self.any_worker()]
        worker.send_signal(signal.SIGSTOP)
        time.sleep(SESSION_SECONDS + 1)  # the fault itself: others take over meanwhile
        worker.send_signal(signal.SIGCONT)

    def fault_broker(self):
        number = self.random.randint(1, self.parts.brokers)
        self.parts.broker(number, "kill")
        self.parts.broker(number, "start")

    def fault_all_brokers(self):
        for command in ("kill", "start"):
            for number in range(1, self.parts.brokers + 1):
                self.parts.broker(number, command)

    def fault_disk_full(self):
        ballast = self.folder / "disk/ballast"
        try:
            with open(ballast, "wb", buffering=0) as file:
                while True:
                    file.write(b"\0" * 65536)
        except OSError:
            pass
        logs = sum(path.stat().st_size for path in self.folder.glob("*.log"))
        # Full until the worker has said so, or has nothing more to write.
        wait_until("a complaint", lambda: sum(path.stat().st_size for path in self.folder.glob("*.log")) > logs
                   or self.sender.poll() is not None, 120)
        ballast.unlink()

    def fault_database_crash(self):
        self.parts.tool("postgres-up", "crash", "pg")
        self.parts.tool("postgres-up", "start", "pg")

    def fault_connection_cuts(self):
        for _ in range(self.random.randint(1, 5)):
            self.parts.sql("select pg_terminate_backend(pid) from pg_stat_activity "
                           f"where datname = 'trial_{self.seed}' and pid <> pg_backend_pid()")

    def fault_rebalance_storm(self):
        for number in range(self.random.randint(2, 3)):
            name = f"visitor-{number}"
            log = self.folder / f"{name}.log"
            self.start(name)
            wait_until("a visitor", lambda: "active" in log.read_text(errors="replace")
                       or self.workers[name].poll() is not None, 120)
            self.random.choice([self.kill, self.drain])(name)
            del self.workers[name]

    def possible_faults(self):
        names = ["kill", "kill_between_writes_and_commit", "drain", "freeze", "broker", "all_brokers"]
        if self.store == "postgresql":
            names += ["database_crash", "connection_cuts", "rebalance_storm"]
        elif self.mounted:
            names.append("disk_full")
        return names

    # The trial

    def create_topic(self):
        self.call("topics", "create", "--bootstrap", self.parts.bootstrap, "--input", self.topic, "--input-only",
                  "--partitions", PARTITIONS, "--replication", self.parts.brokers)

        def known(broker):
            text = subprocess.run(["kcat", "-L", "-b", broker, "-t", self.topic], text=True, capture_output=True).stdout
            return len([line for line in text.splitlines() if " leader " in line and "leader -1" not in line]) >= PARTITIONS
        for broker in self.parts.bootstrap.split(","):  # each learns of it in its own time
            wait_until("the topic", lambda: known(broker), 60)

    def run(self):
        o = self.options
        self.create_topic()
        population = [*POPULATION, "--seed", str(self.seed)]
        self.call("simulate", *population, "--registry-out", self.folder / "registry")
        start = time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(time.time() - 3600 * (o.hours + 1)))
        for number in range(2 if self.store == "postgresql" else 1):
            self.start(f"worker-{number}")
        with open(self.folder / "simulate.log", "w") as log:
            self.sender = subprocess.Popen(
                [self.parts.program, "simulate", *population, *TROUBLE, "--kafka", self.parts.bootstrap, "--topic",
                 self.topic, "--from", start, "--hours", str(o.hours), "--speed", str(o.speed)], stdout=log, stderr=log)
        expected = LOGGERS * 62 * o.hours
        self.faults = self.random.sample(self.possible_faults(), self.random.randint(1, 3))
        moments = sorted(self.random.randint(1, expected * 3 // 4) for _ in self.faults)
        for name, moment in zip(self.faults, moments):
            wait_until(f"record {moment}", lambda: self.records() >= moment or self.sender.poll() is not None, 240)
            getattr(self, f"fault_{name}")()
        if self.sender.wait(timeout=300) not in (0, 3):  # 3: some were never acknowledged
            raise Different("the simulator gave up: " + (self.folder / "simulate.log").read_text()[-400:])
        self.settle()
        self.cut_capture()
        self.compare()

    def capture(self):
        file = self.folder / "all.jsonl"
        self.call("capture", "--bootstrap", self.parts.bootstrap, "--topic", self.topic, "--until-end", "--output", file)
        with open(file) as lines:
            return [(json.loads(line), line) for line in lines]

    def settle(self):
        ends = collections.Counter()
        for record, _ in self.capture():
            ends[record["partition"]] = max(ends[record["partition"]], record["offset"] + 1)

        def read():
            for name, worker in self.workers.items():
                if worker.poll() is not None:
                    tail = (self.folder / f"{name}.log").read_text(errors="replace")[-600:]
                    raise Different(f"{name} ended by itself with {worker.poll()}: {tail}")
            progress = self.progress()
            return all(progress.get(partition, 0) >= end for partition, end in ends.items())
        wait_until("the workers to read all", read, 300)
        wait_until("the cluster step", lambda: self.exported("dirty") == [], 120)
        for name in sorted(self.workers):
            self.drain(name)

    def cut_capture(self):
        """Exactly the records that the store has: ticks go on being appended until the workers end."""
        progress = self.progress()
        kept = [line for record, line in self.capture() if record["offset"] < progress[record["partition"]]]
        (self.folder / "log.jsonl").write_text("".join(kept))
        self.size = len(kept)

    def compare(self):
        again = f"sqlite:{self.folder}/again.db"
        registry = ["--registry", self.folder / "registry", "--rules", ROOT / "rules"]
        self.call("replay", self.folder / "log.jsonl", *registry, "--store", again)
        for table in TABLES:
            live, one = (self.call("export", table, "--store", url) for url in (self.url, again))
            if live != one:
                show_difference(live, one)
                raise Different(f"{table} differs from the replay")
        if self.options.oracle_every and self.seed % self.options.oracle_every == 0:
            done = subprocess.run(
                [sys.executable, ROOT / "tests/oracle/compare.py", *registry, "--program", self.parts.program,
                 "--may-be-empty", "quality,dead_letter,episode,document,mark,substitution,violation", self.folder / "log.jsonl"], text=True,
                capture_output=True)
            if done.returncode != 0:
                raise Different(f"the oracle differs: {done.stdout[-2000:]}{done.stderr[-500:]}")

    def close(self):
        for process in [*self.workers.values(), *([self.sender] if hasattr(self, "sender") else [])]:
            if process.poll() is None:
                process.kill()
                process.wait()
        if self.mounted:
            subprocess.run(["umount", self.folder / "disk"])
        if self.store == "postgresql":
            self.parts.sql(f"drop database trial_{self.seed} with (force)")


def run_trial(parts, options, seed, faults):
    trial = Trial(parts, options, seed)
    begin = time.monotonic()
    problem = ""
    try:
        trial.run()
    except (Different, SystemExit, subprocess.SubprocessError) as found:
        problem = str(found)
    finally:
        trial.close()
    faults.update((trial.store, fault) for fault in trial.faults)
    print(f"seed {seed} {trial.store} [{', '.join(trial.faults)}] {getattr(trial, 'size', 0)} records "
          f"{time.monotonic() - begin:.1f} s: {'DIFFERENT: ' + problem if problem else 'equal'}", flush=True)
    if not problem and not options.keep:
        shutil.rmtree(trial.folder, ignore_errors=True)
    return not problem


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--trials", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1, help="of the first trial; the others follow")
    parser.add_argument("--stores", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    parser.add_argument("--brokers", type=int, default=3, choices=(1, 3))
    parser.add_argument("--hours", type=int, default=3)
    parser.add_argument("--speed", type=float, default=3600)
    parser.add_argument("--oracle-every", type=int, default=5, metavar="N", help="0: never")
    parser.add_argument("--keep", action="store_true", help="leave the folders for a look")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="parkwatch-trials-"))
    faults, equal = collections.Counter(), 0
    parts = None
    try:
        parts = Parts(options, folder)
        for seed in range(options.seed, options.seed + options.trials):
            equal += run_trial(parts, options, seed, faults)
    finally:
        if parts is not None:
            parts.close()
        if options.keep or equal < options.trials:
            print(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    for (store, fault), count in sorted(faults.items()):
        print(f"{count:4} {store} {fault.replace('_', ' ')}")
    print(f"trials: {equal} passed, {options.trials - equal} failed, 0 skipped")
    return 0 if equal == options.trials and equal > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
