#!/usr/bin/env python3
"""The whole path under fire: simulated loggers speak HJ 212 over TCP to a gateway, a real Kafka broker holds the log, a
worker writes a store; the worker is killed three times, once between its writes and their commit, the gateway once.
With --postgres two workers share a PostgreSQL store; its server crashes once and loses all connections once.

Then: every table equals, byte for byte, a replay of the captured topic into an empty store; both equal the
independent oracle; every frame that was answered is in the evidence, every other one is listed.
"""

import collections
import json
import random
import socket
import subprocess
import sys

from trial_parts import (Stage, arguments_of, check, folder_of, free_port, start_broker, start_postgres, stop_parts,
                         summary, tool, utc, wait_until, whole_hour)


class Trial(Stage):
    def __init__(self, options, folder):
        super().__init__(options.program, folder)
        self.options = options
        self.random = random.Random(options.seed)
        self.port = free_port()
        self.may_be_empty = {*options.may_be_empty, "substitution"}  # the simulated plants have no gaps
        self.names = ["worker", "worker2"] if options.postgres else ["worker"]

    def start_parts(self):
        if self.options.postgres:
            self.url = start_postgres(self.folder)
        self.bootstrap = start_broker(self.folder)
        self.call("topics", "create", "--bootstrap", self.bootstrap, "--partitions", 4, "--input-only")

    def settings(self):
        return {**super().settings(), "gateway.listen": "127.0.0.1", "gateway.port": self.port,
                "gateway.connections_per_address_max": 10000, "gateway.spool_file": self.folder / "spool",
                "worker.batch_records_max": 2000}

    def make_log(self):
        o = self.options
        population = ["--loggers", o.loggers, "--loggers-per-park", 50, "--seed", o.seed, "--share-encrypted", 0]
        begin = whole_hour(o.hours + 1)
        self.simulated_registry(population)
        self.start("gateway", "gateway")
        for name in self.names:
            self.start(name)
        wait_until("the gateway", self.gateway_listens, 30)
        sender = self.spawn("simulate", "simulate", *population, "--to", f"127.0.0.1:{self.port}", "--from", utc(begin),
                            "--hours", o.hours, "--speed", o.speed, "--out-of-order", 2, "--late", 0.5, "--duplicates",
                            0.1, "--corrections", 0.1, "--broken", 0.05, "--patience", 5, "--ledger", self.folder / "ledger.jsonl")
        self.send_documents(begin, self.random)
        self.trouble(sender)
        check("the simulator ends", sender.wait(timeout=600) in (0, 3))

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
                   ("gateway", {}), (self.names[-1], {}), ("worker", {})]
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
                wait_until("the worker's own end", lambda: self.workers["worker"].poll() is not None, 120)
                print("the worker was killed between its writes and their commit", flush=True)
                self.start("worker")

    def disturb_postgres(self, what):
        """The server stops as if its machine failed and comes back; or an operator ends every connection."""
        if what == "postgres":
            for action in ("crash", "start"):
                tool("postgres-up", action, self.folder / "pg")
        else:
            subprocess.run(["psql", "-q", "-X", self.url, "-o", "/dev/null", "-c",
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            "WHERE application_name = 'parkwatch'"], check=True)
        print(f"disturbed: {what}", flush=True)

    def supervise(self):
        """A program that finds its store away when it starts ends with 75 and is started again."""
        for name in self.names:
            if self.workers[name].poll() == 75:
                self.start(name)

    def caught_up(self, ends):
        self.supervise()
        return self.has_all(ends)

    def settle(self):
        ends = self.log_ends()
        wait_until("the worker to read all", lambda: self.caught_up(ends), 300)
        wait_until("the cluster step", lambda: not self.rows("dirty"), 120)
        for name in ("gateway", *self.names):
            code = self.end(name)
            check(f"{name} drains on SIGTERM", code == 0, f"exit {code}")

    def compare_replay(self):
        for table, rows, same in self.replayed():
            check(f"{table} equals the replay", same and (rows > 0 or table in self.may_be_empty), f"{rows} rows")

    def compare_oracle(self):
        faults = self.oracle_faults(self.may_be_empty)
        check("the oracle agrees", not faults, faults)

    def compare_ledger(self):
        stored = collections.Counter()
        text = self.call("export", "evidence", "--store", self.url)
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
        for line in self.call("export", "counter", "--store", self.url).splitlines()[1:]:
            _, _, name, value = line.split(",")
            counters[name] += int(value)
        for of in ("records", "values"):
            rest = counters[of + "_received"] - sum(counters[f"{of}_{fate}"] for fate in (
                "accepted", "corrected", "duplicate", "quarantined", "not_monitored"))
            check(f"{of} are conserved", rest == 0 and counters[of + "_received"] > 0,
                  f"{counters[of + '_received']} received")
        check("the evidence holds every record", sum(stored.values()) ==
              counters["records_received"] + counters["ticks"])


def main():
    parser = arguments_of(__doc__)
    parser.add_argument("--loggers", type=int, default=100)
    parser.add_argument("--hours", type=int, default=3)
    parser.add_argument("--speed", type=float, default=600)
    parser.add_argument("--seed", type=int, default=20260315)
    parser.add_argument("--may-be-empty", type=lambda text: text.split(","), default=[], metavar="TABLE,…",
                        help="tables that a short trial may leave empty")
    parser.add_argument("--postgres", action="store_true",
                        help="two workers over a real PostgreSQL, which crashes once")
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.loggers} loggers, {options.hours} hours", flush=True)
    with folder_of("kill", options) as folder:
        trial = Trial(options, folder)
        try:
            trial.start_parts()
            trial.make_log()
            trial.settle()
            print(f"{trial.cut_log()} records in the log")
            trial.compare_replay()
            trial.compare_ledger()
            trial.compare_oracle()
        finally:
            trial.close()
            stop_parts(folder)
    return summary("kill_postgres" if options.postgres else "kill")


if __name__ == "__main__":
    sys.exit(main())
