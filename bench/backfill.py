#!/usr/bin/env python3
"""Thirty days of one device's minute reports arrive at once, after every window has closed: the time until all
windows, verdicts, cluster totals, episodes and former versions are in the store. Three runs, median."""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time
from datetime import datetime, timedelta, timezone

DAYS = 30
BEGIN = datetime(2026, 2, 1, tzinfo=timezone.utc)
END = BEGIN + timedelta(days=DAYS)
TABLES = ("outlet_window", "verdict", "cluster_window", "episode", "history")
REGISTRY = {
    "parks": "id,name,level,zone\np1,Park,national,Asia/Shanghai\n",
    "clusters": "id,name,zone\nc1,One,Asia/Shanghai\nc2,Two,Asia/Shanghai\n",
    "memberships": "cluster,of,member,share\nc1,enterprise,e1,0.5\nc2,enterprise,e1,0.5\n",
    "enterprises": "id,name,park\ne1,Enterprise,p1\n",
    "outlets": "id,enterprise,code,name,medium,concentration_basis,flow_basis,oxygen_basis,reference_oxygen_percent\n"
               "air1,e1,DA001,Stack,air,standard-dry,standard-dry,standard-dry,6\n",
    "devices": "mn,outlet,protocol_version,report_interval_s\nAIR1,air1,2017,60\n",
    "factors": "outlet,factor,unit\nair1,a21026,mg/m3\nair1,a21002,mg/m3\nair1,a34013,mg/m3\nair1,a00000,m3/s\n"
               "air1,a19001,%\n",
    "permits": "id,outlet,factor,limit,unit,span,source\nk1,air1,a21026,50,mg/m3,hour,bench\n"
               "k2,air1,a21002,50,mg/m3,hour,bench\nk3,air1,a34013,10,mg/m3,day,bench\n",
}


def text(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def report(minute, received):
    at = BEGIN + timedelta(minutes=minute)
    sulphur = 20 + minute // 60 * 7 % 45
    values = {"a21026": sulphur, "a21002": sulphur + 3, "a34013": "4.2", "a19001": "6.5", "a00000": "10.1"}
    factors = {code: {"value": str(value), "flag": "N"} for code, value in values.items()}
    return json.dumps({"mn": "AIR1", "kind": "minute", "time": text(at), "received": text(received), "factors": factors})


def write(folder):
    (folder / "registry").mkdir()
    for name, content in REGISTRY.items():
        (folder / "registry" / f"{name}.csv").write_text(content)
    tick = {"type": "tick", "park": "p1", "received": text(END + timedelta(hours=11))}
    (folder / "before.jsonl").write_text(report(0, BEGIN + timedelta(minutes=1)) + "\n" + json.dumps(tick) + "\n")
    late = END + timedelta(hours=12)
    (folder / "burst.jsonl").write_text("".join(report(i, late) + "\n" for i in range(1, DAYS * 1440)))


def run(options, folder, number):
    store = f"sqlite:{folder}/{number}.db"

    def replay(log):
        command = [options.program, "replay", folder / log, "--registry", folder / "registry", "--rules", options.rules,
                   "--store", store]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    replay("before.jsonl")
    begin = time.monotonic()
    replay("burst.jsonl")
    seconds = time.monotonic() - begin
    rows = {}
    for table in TABLES:
        out = subprocess.run([options.program, "export", table, "--store", store], check=True, capture_output=True)
        rows[table] = out.stdout.count(b"\n") - 1
    return seconds, rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--rules", default="rules")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(folder)
        runs = [run(options, folder, number) for number in range(3)]
    print(f"{DAYS * 1440 - 1} reports of one device, {DAYS} days late: "
          f"{statistics.median(seconds for seconds, _ in runs):.2f} s (of {', '.join(f'{s:.2f}' for s, _ in runs)})")
    print("rows: " + ", ".join(f"{table} {count}" for table, count in runs[0][1].items()))


if __name__ == "__main__":
    main()
