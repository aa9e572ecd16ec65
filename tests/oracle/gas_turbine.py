#!/usr/bin/env python3
"""Turns the gas-turbine data set into a log of HJ 212 hour reports with a registry, and counts verdicts.

    gas_turbine.py prepare CSV --out DIR      writes DIR/registry, DIR/rules, DIR/log.hj212 and DIR/until
    gas_turbine.py count TABLE                counts an exported verdict table by limit and state

Rows are hours from 1 January 2014 on, local time. NOX is at reference oxygen already, so it is sent as the converted
value (`ZsAvg`); a report needs an `Avg` to be valid, and the data set has no other, so it is sent there too.
"""
import argparse
import csv
import pathlib
import shutil
from collections import Counter

from exact import DAY, HOUR, MINUTE, parse_time, time_text
from generate import PRODUCT_RULES
from generate_log import china_text
from intake import frame

STANDARD = "gb13223-2011/gas-turbine-natural-gas/a21002/hour"
MN = "UCI2014000000000000000001"
REGISTRY = {
    "parks.csv": "id,name,level,zone\nturbine-park,Turbine park,other,Asia/Shanghai\n",
    "enterprises.csv": "id,name,park\nturbine,Combined cycle plant,turbine-park\n",
    "clusters.csv": "id,name\npower,Power\n",
    "memberships.csv": "cluster,of,member,share\npower,enterprise,turbine,1\n",
    "outlets.csv": "id,enterprise,code,name,medium,concentration_basis,flow_basis,reference_oxygen_percent,limits\n"
                   f"turbine-1,turbine,DA001,Stack,air,standard-dry,standard-dry,15,{STANDARD}\n",
    "devices.csv": f"mn,outlet,protocol_version\n{MN},turbine-1,2017\n",
    "factors.csv": "outlet,factor\nturbine-1,a21002\n",
    "permits.csv": "id,outlet,factor,limit,span,reference_oxygen_percent,source,sure\n"
                   "invented-80,turbine-1,a21002,80,hour,15,invented for this test,no\n",
}


def prepare(source, folder):
    folder = pathlib.Path(folder)
    (folder / "registry").mkdir(parents=True, exist_ok=True)
    for name, text in REGISTRY.items():
        (folder / "registry" / name).write_text(text, encoding="utf-8")
    shutil.copytree(PRODUCT_RULES, folder / "rules", dirs_exist_ok=True)
    first = parse_time("2014-01-01T00:00:00+08:00")
    with open(source, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with open(folder / "log.hj212", "wb") as log:
        for i, row in enumerate(rows):
            time = first + (int(row.get("row", i + 1)) - 1) * HOUR
            factor = f"a21002-Avg={row['NOX']},a21002-ZsAvg={row['NOX']},a21002-Flag=N"
            log.write(frame(f"QN={china_text(time + HOUR)}000;ST=31;CN=2061;PW=123456;MN={MN};Flag=4;"
                            f"CP=&&DataTime={china_text(time)};{factor}&&".encode()))
    # A day without reports after the last one, so that missing hours are judged too.
    (folder / "until").write_text(time_text(time + HOUR + DAY + 10 * MINUTE) + "\n", encoding="utf-8")


def count(table):
    """Lines `limit span state: count`."""
    counts = Counter()
    with open(table, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            counts[f"{row['limit_id']} {row['span']} {row['state']}"] += 1
    return [f"{what}: {number}" for what, number in sorted(counts.items())]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    preparing = commands.add_parser("prepare")
    preparing.add_argument("source")
    preparing.add_argument("--out", required=True)
    counting = commands.add_parser("count")
    counting.add_argument("table")
    options = parser.parse_args()
    if options.command == "prepare":
        prepare(options.source, options.out)
    else:
        print("\n".join(count(options.table)))


if __name__ == "__main__":
    main()
