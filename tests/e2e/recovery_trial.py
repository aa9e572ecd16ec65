#!/usr/bin/env python3
"""A store is lost and comes back: the drill on the live store, a backup while the worker commits, kill -9, the store's files
removed, a damaged backup refused, the good one restored, the rest read from Kafka. Then every table equals, byte for
byte, a replay of the whole log into an empty store. Prints what it took."""

import subprocess
import sys
import time

from trial_parts import ROOT, Stage, arguments_of, check, folder_of, start_broker, stop_parts, summary, utc, wait_until, whole_hour

MAY_BE_EMPTY = {"substitution", "quality", "dead_letter", "history", "document", "mark", "violation", "capture", "episode",
                "episode_event"}


class Trial(Stage):
    def __init__(self, options, folder):
        super().__init__(options.program, folder)
        self.options = options
        self.population = ["--loggers", options.loggers, "--loggers-per-park", 10, "--seed", 7, "--share-encrypted", 0]

    def send(self, begin, hours):
        self.call("simulate", *self.population, "--kafka", self.bootstrap, "--from", utc(begin), "--hours", hours, "--speed", 0,
                  "--late", 1, "--corrections", 0.5)

    def read_all(self, what):
        begun = time.monotonic()
        ends = self.log_ends()
        wait_until(what, lambda: self.has_all(ends), 120)
        return sum(ends.values()), time.monotonic() - begun

    def timed(self, what, command, file):
        begun = time.monotonic()
        self.call("store", command, "--store", self.url, file)
        print(f"{what}: {time.monotonic() - begun:.1f} s, {file.stat().st_size} bytes", flush=True)

    def drill(self):
        done = subprocess.run([ROOT / "tools/backup-drill", "--store", self.url, "--folder", self.folder, "--program", self.program],
                              capture_output=True, text=True, timeout=120)
        print(done.stdout, end="", flush=True)
        check("the drill on the live store", done.returncode == 0 and "the backup holds: " in done.stdout, done.stderr)

    def lose(self):
        self.kill("worker")
        for file in self.folder.glob("live.db*"):
            file.unlink()
        check("the store is gone", not list(self.folder.glob("live.db*")))

    def refuse_damage(self, good):
        data = bytearray(good.read_bytes())
        data[len(data) // 2] ^= 1
        bad = self.folder / "damaged"
        bad.write_bytes(data)
        done = subprocess.run([self.program, "store", "restore", "--store", f"sqlite:{self.folder}/none.db", bad],
                              capture_output=True, text=True, timeout=60)
        check("a damaged backup is refused", done.returncode != 0, f"exit {done.returncode}")

    def run(self):
        self.bootstrap = start_broker(self.folder)
        self.call("topics", "create", "--bootstrap", self.bootstrap, "--partitions", 4, "--input-only")
        self.simulated_registry(self.population)
        half = self.options.hours // 2
        begin = whole_hour(self.options.hours + 1)
        self.send(begin, half)
        self.start("worker")
        records, _ = self.read_all("the first half")
        self.drill()
        backup = self.folder / "backup"
        at_backup = self.progress()  # before it: the worker's ticks go on
        self.timed(f"backup of {records} records", "backup", backup)
        self.send(begin + half * 3600, self.options.hours - half)
        records, _ = self.read_all("the second half")
        check("the store is ahead of its backup", sum(self.progress().values()) > sum(at_backup.values()))
        self.lose()
        self.refuse_damage(backup)
        self.timed("restore", "restore", backup)
        check("it goes on where the backup was made", all(self.progress()[p] >= at for p, at in at_backup.items())
              and sum(self.progress().values()) < records)
        missing = records - sum(self.progress().values())
        self.start("worker")
        _, seconds = self.read_all("what came after the backup")
        print(f"read again from Kafka: {missing} records in {seconds:.1f} s, the start included", flush=True)
        wait_until("the cluster step", lambda: not self.rows("dirty"), 60)
        check("the worker drains", self.end("worker") == 0)
        self.cut_log()
        for table, rows, same in self.replayed():
            check(f"{table} equals the replay of the whole log", same and (rows > 0 or table in MAY_BE_EMPTY), f"{rows} rows")
        self.call("audit", "verify", "--store", self.url)
        check("all results follow from the evidence", True)


def main():
    parser = arguments_of(__doc__)
    parser.add_argument("--loggers", type=int, default=20)
    parser.add_argument("--hours", type=int, default=4)
    options = parser.parse_args()
    with folder_of("recovery", options) as folder:
        trial = Trial(options, folder)
        try:
            trial.run()
        finally:
            trial.close()
            stop_parts(folder)
    return summary("recovery")


if __name__ == "__main__":
    sys.exit(main())
