"""What the trials with real processes share: a broker, a store and the built program; checks, waiting, comparing."""

import argparse
import collections
import contextlib
import csv
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
INPUT = "parkwatch.input.v1"
SESSION_SECONDS = 6  # without a word from a worker until others take its partitions over
TABLES = ("outlet_window", "verdict", "quality", "contribution", "cluster_window", "episode", "episode_event", "history",
          "dead_letter", "document", "mark", "violation", "capture", "substitution", "device_hour", "park")
checks = collections.Counter()


class Failed(SystemExit):
    """Why a trial cannot go on."""


def check(name, holds, detail=""):
    checks["passed" if holds else "failed"] += 1
    print(f"{'ok  ' if holds else 'FAIL'} {name} {detail}", flush=True)


def skip(name, why):
    checks["skipped"] += 1
    print(f"skipped {name}: {why}", flush=True)


def summary(name):
    """Prints the last line of a trial; its exit code."""
    print(f"{name}: {checks['passed']} passed, {checks['failed']} failed, {checks['skipped']} skipped")
    return 1 if checks["failed"] or not checks["passed"] else 0


def wait_until(what, holds, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = holds()
        if value:
            return value
        time.sleep(0.1)
    raise Failed(f"gave up waiting for {what}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def arguments_of(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--program", default=os.environ.get("PARKWATCH_BIN", ROOT / "build/parkwatch"))
    parser.add_argument("--keep", action="store_true", help="leave the folder for a look")
    return parser


@contextlib.contextmanager
def folder_of(name, options):
    """A new folder, removed in the end unless options.keep says otherwise by then."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"parkwatch-{name}-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user
    try:
        yield folder
    finally:
        if options.keep:
            print(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


# Brokers and databases: in folders named broker and pg

def tool(name, command, folder, *arguments):
    subprocess.run([ROOT / "tools" / name, command, folder, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def environment_of(folder):
    """What a tool wrote down of what it started."""
    lines = (folder / "env").read_text().splitlines()
    words = (line.removeprefix("export ").partition("=") for line in lines)
    return {name: value.strip("'\"") for name, _, value in words}


def start_broker(folder, *arguments):
    tool("kafka-up", "start", folder / "broker", "--port", 0, "--timeout", 300, *arguments)
    return environment_of(folder / "broker")["KAFKA_BOOTSTRAP"]


def start_postgres(folder, *arguments):
    tool("postgres-up", "start", folder / "pg", *arguments)
    return environment_of(folder / "pg")["POSTGRES_URL"]


def listens(process):
    """Whether the process has made its own arrangements for SIGTERM. While a thread waits for it, only the others hold it back."""
    def mask_of(status):
        try:
            return next(int(line.split()[1], 16) for line in status.read_text().splitlines() if line.startswith("SigBlk"))
        except (FileNotFoundError, ProcessLookupError):
            return 0  # that thread has just ended
    return any(mask_of(status) >> (signal.SIGTERM - 1) & 1
               for status in pathlib.Path(f"/proc/{process.pid}/task").glob("*/status"))


def stop_parts(folder, keep=False):
    for name, part in (("kafka-up", "broker"), ("postgres-up", "pg")):
        if (folder / part).exists():
            subprocess.run([ROOT / "tools" / name, "stop", folder / part, *([] if keep else ["--wipe"])],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def whole_hour(hours):
    """The begin of an hour so many hours ago, in seconds."""
    return (int(time.time()) // 3600 - hours) * 3600


def utc(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def read_sheet(file):
    with open(file, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def write_sheet(file, rows):
    with open(file, "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


class Stage:
    """One log, one store and the program that reads the one into the other; trials are stages with a plot."""

    def __init__(self, program, folder, topic=INPUT):
        self.program = str(program)
        self.folder = folder
        self.topic = topic
        self.registry = folder / "registry"
        self.url = f"sqlite:{folder}/live.db"
        self.bootstrap = ""
        self.spawned = []
        self.workers = {}

    def call(self, *arguments, code=0):
        done = subprocess.run([self.program, *map(str, arguments)], text=True, capture_output=True)
        if done.returncode != code:
            raise Failed(f"{' '.join(map(str, arguments))} ended with {done.returncode}: "
                         f"{done.stdout[-1000:]}{done.stderr[-2000:]}")
        return done.stdout

    def spawn(self, name, *arguments, **environment):
        """Runs beside us until close(); what it says is appended to NAME.log."""
        with open(self.folder / f"{name}.log", "a") as log:
            process = subprocess.Popen([self.program, *map(str, arguments)], stdout=log, stderr=log,
                                       env={**os.environ, **environment})
        self.spawned.append(process)
        return process

    def settings(self):
        return {"kafka.bootstrap": self.bootstrap, "kafka.input_topic": self.topic,
                "kafka.session_timeout_ms": SESSION_SECONDS * 1000, "registry.dir": self.registry,
                "rules.dir": ROOT / "rules", "store.url": self.url, "web.port": free_port()}

    def words(self, **more):
        """The settings as the program takes them, some of them changed."""
        return [word for key, value in {**self.settings(), **more}.items() for word in ("--set", f"{key}={value}")]

    def start(self, name, roles="park,cluster", settings=None, **environment):
        words = self.words(**(settings or {}))
        self.workers[name] = self.spawn(name, "run", "--roles", roles, *words, **environment)

    def kill(self, name):
        self.workers[name].kill()
        self.workers[name].wait()

    def end(self, name):
        """As an operator does it; the exit code."""
        worker = self.workers[name]
        wait_until(f"{name} to listen", lambda: worker.poll() is not None or listens(worker), 60)
        worker.terminate()
        return worker.wait(timeout=120)

    def rows(self, table, *options):
        text = self.call("export", table, "--store", self.url, "--format", "jsonl", *options)
        return [json.loads(line) for line in text.splitlines()]

    def progress(self):
        """Of each partition the next offset; nothing while the store is away."""
        try:
            return {row["partition"]: max(row["next_offset"], 0) for row in self.rows("progress")
                    if row["topic"] == self.topic}
        except Failed:
            return {}

    def has_all(self, ends):
        progress = self.progress()
        return all(progress.get(partition, 0) >= end for partition, end in ends.items())

    def simulated_registry(self, population):
        """That of `simulate`, and what its plants lack: a construction project of every enterprise, and a marking scheme
        for every other outlet."""
        self.call("simulate", *population, "--registry-out", self.registry)
        enterprises = read_sheet(self.registry / "enterprises.csv")
        write_sheet(self.registry / "projects.csv", [
            {"id": f"{row['id']}-project", "enterprise": row["id"], "name": "Extension"} for row in enterprises])
        outlets = read_sheet(self.registry / "outlets.csv")
        write_sheet(self.registry / "outlets.csv", [
            row | {"mark_scheme": "thermal-power" if number % 2 else ""} for number, row in enumerate(outlets)])

    def send_documents(self, begin, random):
        """What people say of these: a project built before its approval, hours that are marked and marked otherwise, and
        explanations that are repeated, corrected, taken back, and of a park that nobody registered."""
        park_of = {row["id"]: row["park"] for row in read_sheet(self.registry / "enterprises.csv")}
        said = []
        for name, park in park_of.items():
            for act, days in (("construction_start", 40), ("eia_approval", random.choice([50, 30, 30]))):
                said.append({"type": "milestone", "source": "permits", "id": f"{name}-{act}", "park": park, "act": act,
                             "project": f"{name}-project", "time": utc(begin - days * 86400)})
        for row in read_sheet(self.registry / "outlets.csv"):
            for mark in random.choices(["stop", "fault", "calibration"], k=2):
                said.append({"type": "mark", "source": "portal", "id": row["id"], "park": park_of[row["enterprise"]],
                             "outlet": row["id"], "scheme": "thermal-power", "mark": mark, "author": "Li",
                             "from": utc(begin + 3600), "to": utc(begin + 7200), "revoked": random.random() < 0.1})
        for park in [*sorted(set(park_of.values())), "nowhere"]:
            for text in ("fan failure", "fan failure", "filter change"):
                said.append({"type": "explanation", "source": "enterprise", "id": f"e{random.randrange(3)}", "park": park,
                             "text": text, "revoked": random.random() < 0.3})
        received = {"received": utc(begin + 60)}
        self.produce("".join(f"{one['park']}\t{json.dumps(one | received)}\n" for one in said), "application/json")

    def produce(self, lines, content_type):
        """Appends lines of a key, a tab and a payload to the log, as another system would."""
        subprocess.run(["kcat", "-P", "-q", "-b", self.bootstrap, "-t", self.topic, "-K", "\t", "-X",
                        "topic.partitioner=murmur2_random", "-H", f"content-type={content_type}"],
                       input=lines, text=True, check=True, timeout=60)

    def captured(self):
        """Each record of the log as it is now, with its line."""
        file = self.folder / "all.jsonl"
        self.call("capture", "--bootstrap", self.bootstrap, "--topic", self.topic, "--until-end", "--output", file)
        with open(file, encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line), line
        file.unlink()

    def log_ends(self):
        ends = collections.Counter()
        for record, _ in self.captured():
            ends[record["partition"]] = max(ends[record["partition"]], record["offset"] + 1)
        return ends

    def cut_log(self):
        """Leaves in log.jsonl exactly the records that the store has: ticks go on being appended until the workers end."""
        progress = self.progress()
        count = 0
        with open(self.folder / "log.jsonl", "w", encoding="utf-8") as out:
            for record, line in self.captured():
                if record["offset"] < progress.get(record["partition"], 0):
                    out.write(line)
                    count += 1
        return count

    def replayed(self, tables=TABLES, *options):
        """Replays the cut log into an empty store. Yields each table, its number of rows and whether both are equal; shows
        a few of the rows that differ."""
        again = f"sqlite:{self.folder}/again.db"
        self.call("replay", self.folder / "log.jsonl", "--registry", self.registry, "--rules", ROOT / "rules", "--store",
                  again, *options)
        for table in tables:
            live, other = (self.call("export", table, "--store", store) for store in (self.url, again))
            if live != other:
                show_difference(live, other)
            yield table, live.count("\n") - 1, live == other

    def oracle_faults(self, may_be_empty):
        """How the program's replay of the cut log differs from the independent oracle; an empty text when it does not."""
        done = subprocess.run(
            [sys.executable, ROOT / "tests/oracle/compare.py", "--registry", self.registry, "--rules", ROOT / "rules",
             "--program", self.program, "--may-be-empty", ",".join(may_be_empty), self.folder / "log.jsonl"],
            text=True, capture_output=True)
        return f"{done.stdout[-4000:]}{done.stderr[-2000:]}" if done.returncode else ""

    def close(self):
        for process in self.spawned:
            if process.poll() is None:
                process.kill()
                process.wait()


def show_difference(live, again):
    """Shows a few of the lines that only one of the two texts has, each whole: what differs often stands at the end."""
    a, b = set(live.splitlines()), set(again.splitlines())
    for name, lines in (("live", a - b), ("replay", b - a)):
        for line in sorted(lines)[:4]:
            print(f"  only in {name}: {line}")


class Watch(threading.Thread):
    """Reads a store's progress every few milliseconds and keeps when each partition moved, and under which epoch."""

    def __init__(self, url, seconds=0.02):
        super().__init__(daemon=True)
        self.url = url
        self.seconds = seconds
        self.moves = collections.defaultdict(list)  # partition: (seconds, offset, epoch)
        self.guard = threading.Lock()
        self.over = threading.Event()

    def read(self):
        query = f"select partition, next_offset, epoch from {{}}progress where topic = '{INPUT}'"
        if self.url.startswith("sqlite:"):
            base = sqlite3.connect(f"file:{self.url.removeprefix('sqlite:')}?mode=ro", uri=True)
            while not self.over.wait(self.seconds):
                yield from base.execute(query.format(""))
            return
        client = subprocess.Popen(["psql", "-X", "-q", "-At", self.url], text=True, stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        client.stdin.write(query.format("parkwatch.") + f" \\watch {self.seconds}\n")
        client.stdin.flush()
        for line in client.stdout:
            if self.over.is_set():
                break
            cells = line.strip().split("|")
            if len(cells) == 3 and cells[0].isdigit():
                yield map(int, cells)
        client.kill()
        client.wait()

    def run(self):
        for partition, offset, epoch in self.read():
            with self.guard:
                moves = self.moves[partition]
                if not moves or moves[-1][1] != offset:
                    moves.append((time.monotonic(), offset, epoch))

    def offsets(self):
        with self.guard:
            return {partition: moves[-1][1] for partition, moves in self.moves.items()}

    def records(self):
        return sum(max(offset, 0) for offset in self.offsets().values())

    def first_after(self, moment):
        """When a partition moved first after this moment; None as long as none has."""
        with self.guard:
            return min((at for moves in self.moves.values() for at, _, _ in moves if at > moment), default=None)

    def pauses(self, begin, end):
        """The longest standstills between begin and end in seconds, of partitions that changed hands meanwhile (another
        epoch at the next move) and of the others."""
        moved, stayed = [0.0], [0.0]
        with self.guard:
            for moves in self.moves.values():
                for former, later in zip(moves, moves[1:]):
                    if former[1] >= 0 and later[0] > begin and former[0] < end:
                        standstill = min(later[0], end) - max(former[0], begin)
                        (moved if later[2] != former[2] else stayed).append(standstill)
        return max(moved), max(stayed)

    def end(self):
        self.over.set()
        self.join(10)
