#!/usr/bin/env python3
"""Writes a random but repeatable test case: DIR/registry, DIR/rules, DIR/log.jsonl and DIR/until.

    generate.py --seed N --out DIR
"""
import argparse
import pathlib
import shutil
from random import Random

from exact import HOUR, MINUTE, parse_time, time_text
from generate_log import Log
from generate_operation import Operation
from generate_registry import World
from generate_suspicion import Suspicion
from generate_unfinished import unfinished

PRODUCT_RULES = pathlib.Path(__file__).resolve().parent.parent.parent / "rules"


def generate(seed, folder):
    random = Random(seed)
    # Some periods hold the change to summer time of the one park zone that has it.
    start = parse_time(random.choice(["2026-03-15T00:00:00Z", "2026-03-28T10:00:00Z", "2026-07-01T13:00:00Z"]))
    hours = random.choice([5, 6, 9, 12, 30, 36, 60, 72])
    end = start + hours * HOUR
    summer_time = "Europe/Berlin" if start == parse_time("2026-03-28T10:00:00Z") else None
    world = World(random, start, end, summer_time)
    operation = Operation(world, seed)
    log = Log(world, plain=seed % 3 == 0, seed=seed)
    operation.send(log)
    unfinished(world, log)
    Suspicion(world, log, seed)
    folder = pathlib.Path(folder)
    shutil.rmtree(folder / "registry", ignore_errors=True)
    world.write(folder, PRODUCT_RULES)
    log.write(folder / "log.jsonl")
    until = random.choice([end + 10 * MINUTE, end - 30 * MINUTE, end + 13 * HOUR, end + 9 * MINUTE, start])
    (folder / "until").write_text(time_text(until) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    generate(options.seed, options.out)


if __name__ == "__main__":
    main()
