#!/usr/bin/env python3
"""Replays real hourly series with the program and shows what its sensor findings flag.

    real_series.py FOLDER [--program FILE] [--shown N] [--seed S]

FOLDER holds public series: beijing-prsa/*.csv (air stations), uci-gas-turbine/gt_*.csv (a gas turbine) and
industrial-wastewater-au/final_effluent.csv (waste water; its rows, a sub-sample, are taken as consecutive hours). Each
column becomes a factor of an outlet of its own that sends hour reports; each pollutant has a limit that a tenth of its hours
exceeds. Prints the counts and N flagged ones, drawn at
random, with the values around them for a check by hand.
"""
import argparse
import csv
import json
import pathlib
import random
import subprocess
import tempfile
from collections import Counter
from datetime import datetime, timedelta, timezone
from decimal import Decimal

CHINA = timezone(timedelta(hours=8))
STATIONS = {"PM2.5": ("a34004", "ug/m3", 0, 1000), "PM10": ("a34002", "ug/m3", 0, 1000), "SO2": ("a21026", "ug/m3", 0, 500),
            "NO2": ("a21004", "ug/m3", 0, 400), "CO": ("a21005", "ug/m3", 0, 10000)}
TURBINE = {"NOX": ("a21002", "", 0, 200), "CO": ("a21005", "", 0, 100), "TAT": ("a01012", "", 0, 700)}
EFFLUENT = {"F-COD (mg/L)": ("w01018", "", 0, 2000), "F-SS (mg/L)": ("w01012", "", 0, 2000),
            "F-BOD (mg/L)": ("w01017", "", 0, 1500), "F-NO3 (mg/L)": ("w21007", "", 0, 500),
            "Flow (L/s)": ("w00000", "", 0, 1000), "Temperature (C)": ("w01010", "", 0, 60)}
AUXILIARIES = ("a01012", "w00000", "w01010")


def series(folder):
    """Name, medium, factors and (time, {code: text}) of each series."""
    for path in sorted(folder.glob("beijing-prsa/*.csv")):
        rows = []
        for row in csv.DictReader(path.open(encoding="utf-8")):
            time = datetime(*(int(row[name]) for name in ("year", "month", "day", "hour")), tzinfo=CHINA)
            rows.append((time, {code: row[name] for name, (code, *_) in STATIONS.items() if row[name] != "NA"}))
        yield path.stem.split("_")[2].lower(), "air", STATIONS, rows
    for path in sorted(folder.glob("uci-gas-turbine/gt_*.csv")):
        yield path.stem, "air", TURBINE, counted(path, TURBINE, int(path.stem[3:]))
    path = folder / "industrial-wastewater-au/final_effluent.csv"
    if path.exists():
        yield "effluent", "water", EFFLUENT, counted(path, EFFLUENT, 2015)


def counted(path, factors, year):
    first = datetime(year, 1, 1, tzinfo=CHINA)
    return [(first + timedelta(hours=i), {code: row[name] for name, (code, *_) in factors.items() if row[name]})
            for i, row in enumerate(csv.DictReader(path.open(encoding="utf-8")))]


def ninth_decile(rows, code):
    """A limit near which many hours lie."""
    numbers = sorted(Decimal(values[code]) for _, values in rows if code in values)
    return numbers[len(numbers) * 9 // 10]


def write_registry(folder, name, medium, factors, rows):
    folder.mkdir()
    basis = ",standard-dry,standard-dry" if medium == "air" else ",,"
    texts = {"parks.csv": "id,name,level,zone\np,Park,other,Asia/Shanghai\n",
             "enterprises.csv": "id,name,park\ne,Plant,p\n",
             "outlets.csv": "id,enterprise,code,name,medium,concentration_basis,flow_basis\n"
                            f"{name},e,{'DA001' if medium == 'air' else 'DW001'},Outlet,{medium}{basis}\n",
             "devices.csv": f"mn,outlet,protocol_version\n{name},{name},2017\n",
             "factors.csv": "outlet,factor,unit,range_min,range_max\n" + "".join(
                 f"{name},{code},{unit},{least},{most}\n" for code, unit, least, most in factors.values()),
             "permits.csv": "id,outlet,factor,limit,unit,span,source\n" + "".join(
                 f"{code},{name},{code},{ninth_decile(rows, code)},{unit},hour,series\n" for code, unit, *_ in factors.values()
                 if code not in AUXILIARIES)}
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")


def findings_of(program, name, medium, factors, rows):
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        write_registry(folder / "registry", name, medium, factors, rows)
        with (folder / "log.jsonl").open("w", encoding="utf-8") as log:
            for time, values in rows:
                if values:
                    said = {code: {"value": text, "flag": "N"} for code, text in values.items()}
                    log.write(json.dumps({"mn": name, "kind": "hour", "time": time.isoformat(), "factors": said}) + "\n")
        store = f"sqlite:{folder}/store.db"
        subprocess.run([program, "replay", str(folder / "log.jsonl"), "--registry", str(folder / "registry"), "--store", store],
                       check=True, capture_output=True)
        text = subprocess.run([program, "export", "quality", "--store", store], check=True, capture_output=True, text=True).stdout
    return list(csv.DictReader(text.splitlines()))


def around(finding, rows):
    """The finding's day as it was sent."""
    start = datetime.fromisoformat(finding["start"].replace("Z", "+00:00"))
    end = start + timedelta(hours=24 if finding["span"] == "day" else 1)
    if finding["span"] == "hour":
        start, end = start - timedelta(hours=3), end + timedelta(hours=3)
    return " ".join(values.get(finding["factor"], "-") for time, values in rows if start <= time < end)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--program", default="build/parkwatch")
    parser.add_argument("--shown", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts, hours, flagged = Counter(), Counter(), []
    for name, medium, factors, rows in series(options.folder):
        hours[name] += len(rows)
        for finding in findings_of(options.program, name, medium, factors, rows):
            counts[(name, finding["finding"])] += 1
            flagged.append((finding, rows))
    print("series: hours, findings")
    for name, number in hours.items():
        found = ", ".join(f"{finding} {count}" for (of, finding), count in sorted(counts.items()) if of == name)
        print(f"  {name}: {number}, {found or 'none'}")
    random.Random(options.seed).shuffle(flagged)
    # As many of each sort as there are, in turn.
    by_sort = {}
    for finding, rows in flagged:
        by_sort.setdefault(finding["finding"], []).append((finding, rows))
    shown = [pair for turn in range(options.shown) for pairs in by_sort.values() for pair in pairs[turn:turn + 1]]
    for finding, rows in shown[:options.shown]:
        print(f"{finding['outlet']} {finding['factor']} {finding['finding']} {finding['start']} {finding['detail']}")
        print("    " + around(finding, rows))


if __name__ == "__main__":
    main()
