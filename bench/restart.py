#!/usr/bin/env python3
"""A population of loggers keeps a million windows open in one worker. It is killed while readings come in, and comes back
as the same static member, or another takes its place: seconds from the kill to the first new committed result. Also what
memory the worker needs, and what the store grows by. See run_restart.sh."""
import argparse
import pathlib
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
TOPIC = "parkwatch.input.v1"
SESSION_MS = 6000
QUEUE_KIB = 16384


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment_of(file):
    words = (line.removeprefix("export ").partition("=") for line in file.read_text().splitlines())
    return {name: value.strip("'\"") for name, _, value in words}


class Watch(threading.Thread):
    """Every committed move of a partition: (seconds, sum of the offsets)."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url = url
        self.moves = []
        self.over = False

    def read(self):
        if self.url.startswith("sqlite:"):
            file = self.url.removeprefix("sqlite:")
            base = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
            query = f"select sum(next_offset) from progress where topic = '{TOPIC}' and next_offset > 0"
            while not self.over:
                yield base.execute(query).fetchone()[0] or 0
                time.sleep(0.01)
            return
        query = f"select coalesce(sum(next_offset), 0) from parkwatch.progress where topic = '{TOPIC}' and next_offset > 0"
        client = subprocess.Popen(["psql", "-X", "-q", "-At", self.url], text=True, stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        client.stdin.write(query + " \\watch 0.01\n")
        client.stdin.flush()
        for line in client.stdout:
            if self.over:
                break
            if line.strip().isdigit():
                yield int(line)
        client.kill()
        client.wait()

    def run(self):
        for records in self.read():
            if not self.moves or records != self.moves[-1][1]:
                self.moves.append((time.monotonic(), records))

    def records(self):
        return self.moves[-1][1] if self.moves else 0

    def first_after(self, moment):
        return next((at for at, _ in self.moves if at > moment), None)


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.program = options.program
        self.worker = None
        self.sender = None
        self.watch = None

    def call(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments)], text=True, capture_output=True)
        if done.returncode != 0:
            raise SystemExit(f"{arguments} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    def start_parts(self):
        self.folder.chmod(0o755)  # PostgreSQL runs as another user
        self.url = f"sqlite:{self.folder}/store.db"
        if self.options.store == "postgresql":
            subprocess.run([ROOT / "tools/postgres-up", "start", self.folder / "pg", "--set", "shared_buffers=256MB",
                            "--set", "max_wal_size=8GB"], check=True, stdout=subprocess.DEVNULL)
            self.url = environment_of(self.folder / "pg/env")["POSTGRES_URL"]
        subprocess.run([ROOT / "tools/kafka-up", "start", self.folder / "broker", "--port", "0"], check=True,
                       stdout=subprocess.DEVNULL)
        self.bootstrap = environment_of(self.folder / "broker/env")["KAFKA_BOOTSTRAP"]
        self.call("topics", "create", "--bootstrap", self.bootstrap, "--partitions", 8, "--input-only")
        self.call("store", "init", "--store", self.url)
        self.population = ["--loggers", self.options.loggers, "--loggers-per-park", self.options.per_park, "--seed", 7]
        self.call("simulate", *self.population, "--registry-out", self.folder / "registry")

    def send(self, begin, minutes, speed):
        start = time.strftime("%Y-%m-%dT%H:%M:00Z", time.gmtime(begin))
        arguments = [self.program, "simulate", *self.population, "--kafka", self.bootstrap, "--from", start, "--for",
                     minutes * 60, "--speed", speed, "--reports", "realtime"]
        return subprocess.Popen(list(map(str, arguments)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self, name):
        settings = {"kafka.bootstrap": self.bootstrap, "registry.dir": self.folder / "registry", "rules.dir": ROOT / "rules",
                    "store.url": self.url, "web.port": free_port(), "kafka.session_timeout_ms": SESSION_MS,
                    "kafka.queue_kib": QUEUE_KIB, "kafka.group_instance_id": name}
        arguments = [self.program, "run", "--roles", "park,cluster"]
        for key, value in settings.items():
            arguments += ["--set", f"{key}={value}"]
        with open(self.folder / f"{name}.log", "a") as log:
            self.worker = subprocess.Popen(list(map(str, arguments)), stdout=log, stderr=log)

    def memory(self):
        lines = pathlib.Path(f"/proc/{self.worker.pid}/status").read_text().splitlines()
        found = {line.split(":")[0]: int(line.split()[1]) // 1024 for line in lines if line.startswith(("VmRSS", "VmHWM"))}
        return found["VmRSS"], found["VmHWM"]

    def wait(self, what, holds, seconds=1800):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end or self.worker.poll() is not None:
                raise SystemExit(f"gave up waiting for {what}")
            time.sleep(0.05)

    def store_bytes(self):
        if self.options.store == "sqlite":
            return sum(path.stat().st_size for path in self.folder.glob("store.db*"))
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
        self.watch = Watch(self.url)
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
        self.worker.send_signal(signal.SIGKILL)
        self.worker.wait()
        gone = time.monotonic()
        self.start(name)
        self.wait("a result", lambda: self.watch.first_after(gone))
        return self.watch.first_after(gone) - killed

    def measure(self):
        self.sender = self.send(self.hour + 60 * self.options.rounds, 3600, self.options.speed)
        same = [self.restart("static-1") for _ in range(self.options.kills)]
        print(f"{self.options.store}: kill -9 to the first new result, same static member: "
              f"{statistics.median(same):.2f} s (of {', '.join(f'{s:.2f}' for s in same)})", flush=True)
        other = [self.restart(f"static-{number + 2}") for number in range(max(1, self.options.kills // 2))]
        print(f"{self.options.store}: another member, session of {SESSION_MS / 1000:.0f} s: "
              f"{statistics.median(other):.2f} s (of {', '.join(f'{s:.2f}' for s in other)})", flush=True)

    def close(self):
        for process in (self.worker, self.sender):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        if self.watch:
            self.watch.over = True
        for tool, part in (("kafka-up", "broker"), ("postgres-up", "pg")):
            if (self.folder / part).exists():
                subprocess.run([ROOT / "tools" / tool, "stop", self.folder / part, "--wipe"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--loggers", type=int, default=106_000)
    parser.add_argument("--per-park", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--speed", type=float, default=1)
    parser.add_argument("--keep", action="store_true", help="leave the folder for a look")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="parkwatch-restart-"))
    bench = Bench(options, folder)
    try:
        bench.start_parts()
        bench.fill()
        if options.kills > 0:
            bench.measure()
    finally:
        bench.close()
        if options.keep:
            print(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
