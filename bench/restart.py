#!/usr/bin/env python3
"""A population of loggers keeps a million windows open in one worker. It is killed while readings come in, and comes back
as the same static member, or another takes its place: seconds from the kill to the first new committed result. Also what
memory the worker needs, and what the store grows by. See run_restart.sh."""
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))
from trial_parts import (SESSION_SECONDS, Failed, Stage, Watch, arguments_of, folder_of, start_broker, start_postgres,
                         stop_parts)

QUEUE_KIB = 16384


class Bench(Stage):
    def __init__(self, options, folder):
        super().__init__(options.program, folder)
        self.options = options
        self.watch = None

    def start_parts(self):
        if self.options.store == "postgresql":
            self.url = start_postgres(self.folder, "--set", "shared_buffers=256MB", "--set", "max_wal_size=8GB")
        self.bootstrap = start_broker(self.folder)
        self.call("topics", "create", "--bootstrap", self.bootstrap, "--partitions", 8, "--input-only")
        self.call("store", "init", "--store", self.url)
        self.population = ["--loggers", self.options.loggers, "--loggers-per-park", self.options.per_park, "--seed", 7]
        self.call("simulate", *self.population, "--registry-out", self.registry)

    def send(self, begin, minutes, speed):
        start = time.strftime("%Y-%m-%dT%H:%M:00Z", time.gmtime(begin))
        return self.spawn("simulate", "simulate", *self.population, "--kafka", self.bootstrap, "--from", start, "--for",
                          minutes * 60, "--speed", speed, "--reports", "realtime")

    def start(self, name):
        super().start(name, settings={"kafka.queue_kib": QUEUE_KIB, "kafka.group_instance_id": name})
        self.name = name

    @property
    def worker(self):
        return self.workers[self.name]

    def memory(self):
        lines = pathlib.Path(f"/proc/{self.worker.pid}/status").read_text().splitlines()
        found = {line.split(":")[0]: int(line.split()[1]) // 1024 for line in lines if line.startswith(("VmRSS", "VmHWM"))}
        return found["VmRSS"], found["VmHWM"]

    def wait(self, what, holds, seconds=1800):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end or self.worker.poll() is not None:
                raise Failed(f"gave up waiting for {what}")
            time.sleep(0.05)

    def store_bytes(self):
        if self.options.store == "sqlite":
            return sum(path.stat().st_size for path in self.folder.glob("live.db*"))
        text = subprocess.run(["psql", "-X", "-At", self.url, "-c", "select pg_database_size(current_database())"],
                              check=True, text=True, capture_output=True).stdout
        return int(text)

    def windows(self):
        query = "select count(*) from {}outlet_window where phase = 'open'"
        if self.options.store == "sqlite":
            base = sqlite3.connect(f"file:{self.url.removeprefix('sqlite:')}?mode=ro", uri=True)
            return base.execute(query.format("")).fetchone()[0]
        return int(subprocess.run(["psql", "-X", "-At", self.url, "-c", query.format("parkwatch.")], check=True, text=True,
                                  capture_output=True).stdout)

    def fill(self):
        """One report of every logger opens all windows; a second one finds them open."""
        self.start("static-1")
        self.watch = Watch(self.url, 0.01)
        self.watch.start()
        now = time.time()
        begin = now - now % 3600  # one hour, so that none closes meanwhile
        self.hour = begin
        sizes = [self.store_bytes()]
        for minute in range(self.options.rounds):
            started = time.monotonic()
            wanted = self.options.loggers * (minute + 1)
            self.send(begin + 60 * minute, 1, 0).wait()
            self.wait("the worker", lambda: self.watch.records() >= wanted)
            sizes.append(self.store_bytes())
            rss, peak = self.memory()
            print(f"{self.options.loggers} reports in {time.monotonic() - started:.1f} s: memory {rss} MiB, at most {peak} "
                  f"MiB; the store grew by {(sizes[-1] - sizes[-2]) / 2**20:.0f} MiB", flush=True)
        print(f"{self.windows()} open windows", flush=True)

    def restart(self, name):
        """Readings go on coming in meanwhile, at the pace of the clock."""
        before = self.watch.records()
        self.wait("readings", lambda: self.watch.records() > before + 1000)
        killed = time.monotonic()
        self.kill(self.name)
        gone = time.monotonic()
        self.start(name)
        self.wait("a result", lambda: self.watch.first_after(gone))
        return self.watch.first_after(gone) - killed

    def measure(self):
        self.send(self.hour + 60 * self.options.rounds, 3600, self.options.speed)
        same = [self.restart("static-1") for _ in range(self.options.kills)]
        print(f"{self.options.store}: kill -9 to the first new result, same static member: "
              f"{statistics.median(same):.2f} s (of {', '.join(f'{s:.2f}' for s in same)})", flush=True)
        other = [self.restart(f"static-{number + 2}") for number in range(max(1, self.options.kills // 2))]
        print(f"{self.options.store}: another member, session of {SESSION_SECONDS} s: "
              f"{statistics.median(other):.2f} s (of {', '.join(f'{s:.2f}' for s in other)})", flush=True)


def main():
    parser = arguments_of(__doc__)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--loggers", type=int, default=106_000)
    parser.add_argument("--per-park", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--speed", type=float, default=1)
    options = parser.parse_args()
    with folder_of("restart", options) as folder:
        bench = Bench(options, folder)
        try:
            bench.start_parts()
            bench.fill()
            if options.kills > 0:
                bench.measure()
        finally:
            if bench.watch:
                bench.watch.end()
            bench.close()
            stop_parts(folder)


if __name__ == "__main__":
    sys.exit(main())
