#!/usr/bin/env python3
"""Trials with real processes: a log grows in a real Kafka cluster while workers, brokers and the database fail in ways
that a seed chooses. Whatever happened, every table then equals, byte for byte, a replay of the captured log into an
empty store; now and then both are also held against the independent oracle. Prints one line a trial, then the totals.
"""

import collections
import os
import random
import shutil
import signal
import subprocess
import sys
import time

from trial_parts import (ROOT, SESSION_SECONDS, Failed, Stage, arguments_of, folder_of, start_broker, start_postgres,
                         stop_parts, tool, utc, wait_until, whole_hour)

LOGGERS = 12
POPULATION = ["--loggers", LOGGERS, "--loggers-per-park", 4, "--clusters", 2]
TROUBLE = ["--out-of-order", 4, "--late", 2, "--duplicates", 1, "--corrections", 1, "--broken", 0.5]
PARTITIONS = 4
DISK_MIB = 48
# Within one minute a row has one version; the simulated plants have no gaps.
MAY_BE_EMPTY = ("quality", "dead_letter", "history", "substitution")


class Parts:
    """The Kafka cluster and the database server that all trials share."""

    def __init__(self, options, folder):
        self.folder = folder
        self.brokers = options.brokers
        self.bootstrap = start_broker(folder, "--brokers", options.brokers, "--set",
                                      "group.initial.rebalance.delay.ms=0")
        self.database = start_postgres(folder) if "postgresql" in options.stores else None

    def broker(self, number, command):
        tool("kafka-up", "broker", self.folder / "broker", number, command)

    def start_brokers(self):
        tool("kafka-up", "start", self.folder / "broker")

    def heal(self):
        """What a trial that failed left down comes up again; brokers that run stay as they are."""
        if subprocess.run([ROOT / "tools/kafka-up", "status", self.folder / "broker"], stdout=subprocess.DEVNULL).returncode:
            self.start_brokers()
        if self.database and subprocess.run(["psql", "-X", "-q", self.database, "-c", ""], capture_output=True).returncode:
            tool("postgres-up", "start", self.folder / "pg")

    def sql(self, text):
        subprocess.run(["psql", "-X", "-q", self.database, "-c", text], check=True, stdout=subprocess.DEVNULL)


class Trial(Stage):
    def __init__(self, parts, options, seed):
        super().__init__(options.program, parts.folder / f"trial-{seed}", f"parkwatch.trial.{seed}")
        self.parts = parts
        self.options = options
        self.seed = seed
        self.random = random.Random(seed)
        self.store = options.stores[seed % len(options.stores)]
        self.bootstrap = parts.bootstrap
        self.folder.mkdir()
        self.faults = []
        self.mounted = False
        self.url = self.make_store()

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

    def settings(self):
        return {**super().settings(), "kafka.group_id": self.topic, "worker.batch_records_max": 25}

    def drain(self, name):
        code = self.end(name)
        if code != 0:
            raise Failed(f"{name} ended with {code} on SIGTERM")

    def any_worker(self):
        return self.random.choice(sorted(self.workers))

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

    def fault_clock_jumps(self):
        """A worker's wall clock leaps ahead or back and comes back."""
        clock = self.folder / "clock"
        clock.write_text("0")
        name = self.any_worker()
        self.drain(name)
        self.start(name, PARKWATCH_TEST_CLOCK=str(clock))
        for hours in self.random.sample([2, -2, 30, -10000], 2):
            clock.write_text(str(hours * 3600))
            here = self.records()
            wait_until("records", lambda: self.records() > here + 100 or self.sender.poll() is not None, 120)
        clock.write_text("0")

    def fault_broker(self):
        number = self.random.randint(1, self.parts.brokers)
        self.parts.broker(number, "kill")
        self.parts.broker(number, "start")

    def fault_all_brokers(self):
        for number in range(1, self.parts.brokers + 1):
            self.parts.broker(number, "kill")
        self.parts.start_brokers()  # one alone would wait for its quorum

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
        for action in ("crash", "start"):
            tool("postgres-up", action, self.parts.folder / "pg")

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
        names = ["kill", "kill_between_writes_and_commit", "drain", "freeze", "clock_jumps", "broker", "all_brokers"]
        if self.store == "postgresql":
            names += ["database_crash", "connection_cuts", "rebalance_storm"]
        elif self.mounted:
            names.append("disk_full")
        return names

    # The trial

    def create_topic(self):
        self.call("topics", "create", "--bootstrap", self.bootstrap, "--input", self.topic, "--input-only",
                  "--partitions", PARTITIONS, "--replication", self.parts.brokers)

        def known(broker):
            text = subprocess.run(["kcat", "-L", "-b", broker, "-t", self.topic], text=True, capture_output=True).stdout
            return len([line for line in text.splitlines() if " leader " in line and "leader -1" not in line]) >= PARTITIONS
        for broker in self.bootstrap.split(","):  # each learns of it in its own time
            wait_until("the topic", lambda: known(broker), 60)

    def run(self):
        o = self.options
        self.create_topic()
        population = [*POPULATION, "--seed", self.seed]
        begin = whole_hour(o.hours + 1)
        self.simulated_registry(population)
        for number in range(2 if self.store == "postgresql" else 1):
            self.start(f"worker-{number}")
        self.sender = self.spawn("simulate", "simulate", *population, *TROUBLE, "--kafka", self.bootstrap, "--topic",
                                 self.topic, "--from", utc(begin), "--hours", o.hours, "--speed", o.speed)
        self.send_documents(begin, self.random)
        expected = LOGGERS * 62 * o.hours
        self.faults = self.random.sample(self.possible_faults(), self.random.randint(1, 3))
        moments = sorted(self.random.randint(1, expected * 3 // 4) for _ in self.faults)
        for name, moment in zip(self.faults, moments):
            wait_until(f"record {moment}", lambda: self.records() >= moment or self.sender.poll() is not None, 240)
            getattr(self, f"fault_{name}")()
        if self.sender.wait(timeout=300) not in (0, 3):  # 3: some were never acknowledged
            raise Failed("the simulator gave up: " + (self.folder / "simulate.log").read_text()[-400:])
        self.settle()
        self.size = self.cut_log()
        self.compare()

    def settle(self):
        ends = self.log_ends()

        def read():
            for name, worker in self.workers.items():
                if worker.poll() is not None:
                    tail = (self.folder / f"{name}.log").read_text(errors="replace")[-600:]
                    raise Failed(f"{name} ended by itself with {worker.poll()}: {tail}")
            return self.has_all(ends)
        wait_until("the workers to read all", read, 300)
        wait_until("the cluster step", lambda: not self.rows("dirty"), 120)
        for name in sorted(self.workers):
            self.drain(name)

    def compare(self):
        for table, rows, same in self.replayed():
            if not same or (rows == 0 and table not in MAY_BE_EMPTY):
                raise Failed(f"{table} {'is empty' if same else 'differs from the replay'}")
        if self.options.oracle_every and self.seed % self.options.oracle_every == 0:
            faults = self.oracle_faults(MAY_BE_EMPTY)
            if faults:
                raise Failed(f"the oracle differs: {faults}")

    def last_words(self):
        """What the workers said last: a trial that waited in vain is seldom seen again."""
        text = ""
        for name in sorted(self.workers):
            lines = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()
            text += "".join(f"\n  {name}: {line[:300]}" for line in lines[-12:])
        return text

    def close(self):
        super().close()
        if self.mounted:
            subprocess.run(["umount", self.folder / "disk"])
        if self.store == "postgresql":
            self.parts.sql(f"drop database trial_{self.seed} with (force)")


def run_trial(parts, options, seed, faults):
    parts.heal()
    trial = Trial(parts, options, seed)
    begin = time.monotonic()
    problem = ""
    try:
        trial.run()
    except (Failed, subprocess.SubprocessError) as found:
        problem = str(found) + trial.last_words()
    finally:
        trial.close()
    faults.update((trial.store, fault) for fault in trial.faults)
    print(f"seed {seed} {trial.store} [{', '.join(trial.faults)}] {getattr(trial, 'size', 0)} records "
          f"{time.monotonic() - begin:.1f} s: {'DIFFERENT: ' + problem if problem else 'equal'}", flush=True)
    if not problem and not options.keep:
        shutil.rmtree(trial.folder, ignore_errors=True)
    return not problem


def main():
    parser = arguments_of(__doc__)
    parser.add_argument("--trials", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1, help="of the first trial; the others follow")
    parser.add_argument("--stores", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    parser.add_argument("--brokers", type=int, default=3, choices=(1, 3))
    parser.add_argument("--hours", type=int, default=3)
    parser.add_argument("--speed", type=float, default=3600)
    parser.add_argument("--oracle-every", type=int, default=5, metavar="N", help="0: never")
    options = parser.parse_args()
    faults, equal = collections.Counter(), 0
    with folder_of("trials", options) as folder:
        try:
            parts = Parts(options, folder)
            for seed in range(options.seed, options.seed + options.trials):
                equal += run_trial(parts, options, seed, faults)
        finally:
            stop_parts(folder)
            options.keep = options.keep or equal < options.trials
    for (store, fault), count in sorted(faults.items()):
        print(f"{count:4} {store} {fault.replace('_', ' ')}")
    print(f"trials: {equal} passed, {options.trials - equal} failed, 0 skipped")
    return 0 if equal == options.trials and equal > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
