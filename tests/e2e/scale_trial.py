#!/usr/bin/env python3
"""Workers that join, die and restart over one growing log and one PostgreSQL store; see run_scale.sh.

A simulated population writes into a real Kafka topic at a steady rate, so that every partition always has records to
come. Whatever happens to the workers, every table then equals, byte for byte, a replay of the captured log into an empty
store. After each event the longest standstill of the partitions that changed hands and of the others is printed.
"""

import datetime
import random
import subprocess
import sys
import time

from trial_parts import (INPUT, Stage, Watch, arguments_of, check, folder_of, start_broker, start_postgres, stop_parts,
                         summary, utc, wait_until, whole_hour)

SEED = 20260315
POPULATION = ["--loggers-per-park", 10, "--clusters", 2, "--seed", SEED]
TROUBLE = ["--out-of-order", 2, "--late", 0.5, "--duplicates", 0.1, "--corrections", 0.1, "--broken", 0.05]
# Within one minute a row has one version; the simulated plants have no gaps.
MAY_BE_EMPTY = ("history", "quality", "dead_letter", "substitution")


class Trial(Stage):
    def __init__(self, options, folder):
        super().__init__(options.program, folder)
        self.options = options
        self.events = []  # name, seconds at which it began
        self.watch = None

    def start_parts(self):
        self.url = start_postgres(self.folder)
        self.bootstrap = start_broker(self.folder)
        self.call("topics", "create", "--bootstrap", self.bootstrap, "--partitions", self.options.partitions,
                  "--input-only")
        self.call("store", "init", "--store", self.url)

    def send(self):
        o = self.options
        population = ["--loggers", o.loggers, *POPULATION]
        begin = whole_hour(o.hours + 1)
        self.simulated_registry(population)
        self.expected = o.loggers * o.hours * 62  # frames of a logger and hour, about
        self.sender = self.spawn("simulate", "simulate", *population, "--kafka", self.bootstrap, "--from", utc(begin),
                                 "--hours", o.hours, "--speed", o.speed, *TROUBLE)
        self.send_documents(begin, random.Random(SEED))

    # Workers

    def settings(self):
        return {**super().settings(), "worker.batch_records_max": self.options.batch,
                "kafka.queue_records": self.options.queue}

    def start(self, name):
        """Those with a name in the group keep it when they are back."""
        super().start(name, settings={"kafka.group_instance_id": name} if name.startswith("static") else {})

    def stop(self, name):
        check(f"{name} drains on SIGTERM", self.end(name) == 0)
        del self.workers[name]

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
        self.at(0.97, "the end: little comes but late frames")
        check("the simulator ends", self.sender.wait(timeout=self.options.patience) in (0, 3))
        wait_until("the end of the log", self.caught_up, self.options.patience)

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
        wait_until("the cluster step", lambda: not self.rows("dirty"), 300)
        for name in sorted(self.workers):
            self.stop(name)
        self.watch.end()
        logs = "".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))
        check("no worker gave up", "ended:" not in logs, logs[max(0, logs.find("ended:") - 200):][:600])
        for text in ("trying again", "has another owner now", "was changed by another worker"):
            print(f"workers said '{text}' {logs.count(text)} times", flush=True)

    def compare(self):
        """With one worker's: a replay, in one process, of exactly the records that the store has."""
        print(f"{self.cut_log()} records in {self.options.partitions} partitions", flush=True)
        for table, rows, same in self.replayed():
            check(f"{table} equals one worker's", same and (rows > 0 or table in MAY_BE_EMPTY), f"{rows} rows")
        check("the evidence is whole", "0 partitions with a bad entry" in
              self.call("audit", "verify", "--chain-only", "--store", self.url))


def main():
    parser = arguments_of(__doc__)
    parser.add_argument("--full", action="store_true", help="32 partitions, 10 million records, as fast as they come")
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--loggers", type=int, default=400)
    parser.add_argument("--hours", type=int, default=4)
    parser.add_argument("--speed", type=float, default=360, help="of the simulated clock; 0: no pace")
    parser.add_argument("--batch", type=int, default=1000, help="records of a commit")
    parser.add_argument("--queue", type=int, default=2000, help="records of a partition that are fetched ahead")
    parser.add_argument("--patience", type=float, default=180, help="seconds between two events")
    options = parser.parse_args()
    if options.full:
        options.partitions, options.loggers, options.hours, options.batch = 32, 2000, 82, 5000
        options.speed, options.queue, options.patience = 0, 20000, 3600
    with folder_of("scale", options) as folder:
        trial = Trial(options, folder)
        try:
            trial.start_parts()
            trial.trouble()
            trial.print_pauses()
            trial.print_divisions()
            trial.settle()
            trial.compare()
        finally:
            if trial.watch:
                trial.watch.end()
            trial.close()
            stop_parts(folder, options.keep)
    return summary("scale")


if __name__ == "__main__":
    sys.exit(main())
