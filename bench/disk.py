#!/usr/bin/env python3
"""What a store grows by: simulated loggers that report each minute, hour and day, into stores whose commits have so many
records. One day and several days are compared, so that registry, rules and empty tables do not count. What is
committed together is compressed together, so the bytes of evidence fall as commits grow."""
import argparse
import os
import pathlib
import sqlite3
import subprocess
import tempfile

BEGIN = "2026-03-02T00:00:00+08:00"
END = "2026-03-{:02}T06:00:00+08:00"  # six hours after the last day: its windows have closed


def call(*arguments):
    done = subprocess.run([str(word) for word in arguments], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, arguments))}: {done.stderr[-2000:]}")
    return done.stdout


def sqlite_tables(file):
    """Bytes by table, indexes counted with theirs, after the log beside the file is empty."""
    base = sqlite3.connect(file)
    base.execute("pragma wal_checkpoint(truncate)")
    owner = dict(base.execute("select name, tbl_name from sqlite_schema"))
    found = {}
    for name, size in base.execute("select name, sum(pgsize) from dbstat group by name"):
        found[owner.get(name, name)] = found.get(owner.get(name, name), 0) + size
    base.close()
    return found


def postgres_tables(url):
    call("psql", "-X", "-q", url, "-c", "vacuum full")
    lines = call("psql", "-X", "-At", url, "-c", "select c.relname, pg_total_relation_size(c.oid) from pg_class c join "
                 "pg_namespace n on n.oid = c.relnamespace where n.nspname = 'parkwatch' and c.relkind = 'r'")
    return {name: int(size) for name, size in (line.split("|") for line in lines.splitlines())}


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.population = ["--loggers", options.loggers, "--loggers-per-park", options.loggers, "--seed", 1, "--share-encrypted", 0]
        call(options.program, "simulate", *self.population, "--registry-out", folder / "registry")

    def log(self, days):
        file = self.folder / f"log-{days}"
        if not file.exists():
            call(self.options.program, "simulate", *self.population, "--from", BEGIN, "--hours", days * 24, "--speed", 0,
                 "--partitions", 1, "--output", file)
        return file

    def tables(self, days, batch, postgres):
        """Bytes by table, and of a backup, after so many days."""
        name = f"{'pg' if postgres else 'lite'}-{days}-{batch}"
        store = f"sqlite:{self.folder}/{name}.db"
        if postgres:
            database = name.replace("-", "_")
            call("psql", "-X", "-q", postgres, "-c", f"create database {database} template template0 encoding 'UTF8'")
            store = postgres.rsplit("/", 1)[0] + f"/{database}"
        call(self.options.program, "replay", self.log(days), "--registry", self.folder / "registry", "--store", store,
             "--batch-records", batch, "--until", END.format(2 + days))
        found = postgres_tables(store) if postgres else sqlite_tables(self.folder / f"{name}.db")
        call(self.options.program, "store", "backup", "--store", store, self.folder / "backup")
        found["(backup)"] = (self.folder / "backup").stat().st_size
        (self.folder / "backup").unlink()
        return found

    def show(self, kind, batch, postgres=None):
        first, last = (self.tables(days, batch, postgres) for days in (1, self.options.days))
        grown = {name: (last[name] - first.get(name, 0)) / (self.options.days - 1) / self.options.loggers for name in last}
        backup = grown.pop("(backup)")
        total = sum(grown.values())
        print(f"{kind}, {batch} records a commit: {total / 1000:.0f} kB a device and day, {total * 365 / 1e9:.2f} GB a device and year; "
              f"backup {backup * 365 / 1e9:.2f} GB a device and year")
        for name, size in sorted(grown.items(), key=lambda one: -one[1]):
            if size >= total / 200:
                print(f"  {name}: {size / 1000:.1f} kB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--loggers", type=int, default=20)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--batches", default="20000,200,20")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        bench = Bench(options, folder)
        frames = sum(1 for _ in open(bench.log(options.days), encoding="utf-8")) / options.days / options.loggers
        size = bench.log(options.days).stat().st_size / options.days / options.loggers
        print(f"{options.loggers} loggers, {frames:.0f} frames a device and day; as lines of a capture {size / 1000:.0f} kB")
        for batch in options.batches.split(","):
            bench.show("SQLite", batch)
        if url := os.environ.get("POSTGRES_URL"):
            bench.show("PostgreSQL", options.batches.split(",")[1 if "," in options.batches else 0], url)


if __name__ == "__main__":
    main()
