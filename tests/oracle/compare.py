#!/usr/bin/env python3
"""Replays logs with the program, computes them with the oracle, and prints the first differences.

    compare.py LOG... --registry DIR --rules DIR [--until TIME] [--received TIME] [--program FILE]
               [--shuffled SEED] [--tables NAME,...] [--may-be-empty NAME,...]
               [--keep DIR] [--coverage-file FILE]

Exit code 1 on any difference; an empty table counts as one unless it is named.
"""
import argparse
import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from random import Random

import coverage
from exact import parse_time
from intake import read_log
from oracle import COLUMNS, Oracle, table_text

SHOWN = 12


class ProgramFailed(Exception):
    """The program ended with an error."""


def call(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ProgramFailed(f"{program} {' '.join(arguments)}: exit {done.returncode}\n{done.stderr[-4000:]}")
    return done.stdout


def shuffle(logs, seed, folder):
    """The same records in another order. Captures get new offsets; each file keeps its form."""
    shuffled = []
    for i, log in enumerate(logs):
        lines = [line for line in pathlib.Path(log).read_text(encoding="utf-8").split("\n") if line.strip()]
        Random(seed).shuffle(lines)
        if lines[0].startswith('{"topic":'):
            lines = [renumber(line, offset) for offset, line in enumerate(lines)]
        else:  # the first line tells what the file is
            lines.sort(key=lambda line: not line.startswith("{"))
        path = pathlib.Path(folder) / f"shuffled-{i}.jsonl"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        shuffled.append(str(path))
    return shuffled


def renumber(line, offset):
    return json.dumps({**json.loads(line), "offset": offset}, ensure_ascii=False, separators=(",", ":"))


def rows_by_key(name, text):
    """The lines of an exported table by key."""
    keys = COLUMNS[name][0]
    lines = list(csv.reader(io.StringIO(text)))
    return lines[0], {tuple(line[:keys]): line for line in lines[1:]}


def differences(name, ours, theirs):
    """Readable lines, one per difference; empty when the texts are equal."""
    if ours == theirs:
        return []
    our_names, our_rows = rows_by_key(name, ours)
    names, their_rows = rows_by_key(name, theirs)
    if our_names != names:
        return [f"{name}: columns differ: {our_names} | oracle {names}"]
    found = []
    for key in sorted(set(our_rows) | set(their_rows)):
        shown = f"{name} {' '.join(key)}"
        if key not in our_rows:
            found.append(f"{shown}: missing; oracle has {','.join(their_rows[key][len(key):])}")
        elif key not in their_rows:
            found.append(f"{shown}: not in the oracle: {','.join(our_rows[key][len(key):])}")
        else:
            found += [f"{shown}: {column}: {our} | oracle {their}"
                      for column, our, their in zip(names, our_rows[key], their_rows[key]) if our != their]
    return found or [f"{name}: same rows, but another order or form"]


def summary(found):
    """How many differences of each sort, then the first few."""
    if not found:
        return ""
    more = f"\n  and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return "\n".join("  " + line for line in found[:SHOWN]) + more


class Comparison:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.found = []

    def program_tables(self, names):
        options = self.options
        logs = options.logs
        if options.shuffled is not None:
            logs = shuffle(logs, options.shuffled, self.folder)
        store = f"sqlite:{self.folder}/store.db"
        extra = ["--until", options.until] if options.until else []
        extra += ["--received", options.received] if options.received else []
        self.replay_output = call(options.program, "replay", *logs, "--registry", options.registry, "--rules",
                                  options.rules, "--store", store, *extra)
        return {name: call(options.program, "export", name, "--store", store) for name in names}

    def oracle_tables(self, names):
        options = self.options
        oracle = Oracle(options.registry, options.rules)
        for log in options.logs:
            oracle.consume(read_log(log, parse_time(options.received) if options.received else None))
        if options.until:
            oracle.until(parse_time(options.until))
        oracle.compute()
        self.oracle = oracle
        tables = oracle.tables()
        return {name: table_text(name, tables[name]) for name in names}

    def run(self):
        names = self.options.tables.split(",")
        theirs = self.oracle_tables(names)
        ours = self.program_tables(names)
        self.keep(ours)
        for name in names:
            found = differences(name, ours[name], theirs[name])
            if theirs[name].count("\n") <= 1 and name not in self.options.may_be_empty.split(","):
                found.append(f"{name}: empty, so nothing was compared")
            print(f"{name}: {theirs[name].count(chr(10)) - 1} rows, {len(found)} differences")
            if found:
                print(summary(found))
            self.found += found
        if self.options.shuffled is None:
            self.compare_counters()

    def keep(self, tables):
        if self.options.keep:
            folder = pathlib.Path(self.options.keep)
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in tables.items():
                (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        if self.options.coverage_file:
            with open(self.options.coverage_file, "a", encoding="utf-8") as file:
                file.write(coverage.report() + "\n")

    def compare_counters(self):
        """What became of records and values depends on their order, so only the same order is compared."""
        ours, theirs = json.loads(self.replay_output.strip().splitlines()[-1]), self.oracle.counters()
        for name, wanted in theirs.items():
            got = ours.get(name, 0)
            if got != wanted:
                line = f"counter {name}: {got} | oracle {wanted}"
                self.found.append(line)
                print(line)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("logs", nargs="+", metavar="LOG")
    parser.add_argument("--registry", required=True)
    parser.add_argument("--rules", required=True)
    parser.add_argument("--until")
    parser.add_argument("--received")
    parser.add_argument("--program", default=os.environ.get("PARKWATCH_BIN", "build/parkwatch"))
    parser.add_argument("--shuffled", type=int)
    parser.add_argument("--tables", default=",".join(COLUMNS))
    parser.add_argument("--may-be-empty", default="")
    parser.add_argument("--keep", help="write the program's tables into this folder")
    parser.add_argument("--coverage-file", help="add the branches that the oracle took to this file")
    return parser.parse_args()


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        comparison = Comparison(options, folder)
        try:
            comparison.run()
        except ProgramFailed as failure:
            print(failure)
            return 1
    return 1 if comparison.found else 0


if __name__ == "__main__":
    sys.exit(main())
