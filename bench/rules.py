"""Drives run_rules.sh."""
import argparse
import csv
import json
import pathlib
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
BEGIN = 1_773_504_000_000  # 2026-03-15T00:00:00+08:00
RUNS = 3
ACTS = (("eia_approval", 400), ("design_chapter", 390), ("investment_estimate", 390), ("construction_start", 380),
        ("completion", 120), ("acceptance_report", 10), ("first_production", 5))


def text(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at / 1000))


def read_sheet(folder, name):
    with open(folder / f"{name}.csv", encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def write_sheet(folder, name, rows):
    with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


class Site:
    """An enterprise with a line, its treatment and a meter on both; it stops the treatment an hour a day."""

    def __init__(self, enterprise, outlet, number):
        self.enterprise, self.outlet, self.number = enterprise, outlet, number
        self.line, self.facility, self.mn = f"{enterprise}-line", f"{enterprise}-scrubber", f"PM-{enterprise}"

    def records(self, park, hours):
        """(received, document)"""
        for minute in range(hours * 60):
            at = BEGIN + minute * MINUTE
            off = (minute // 60 + self.number) % 24 == 3
            yield at + 2_000, {"type": "activity", "mn": self.mn, "kind": "realtime", "time": text(at),
                               "factors": {"line": {"value": 80 + minute % 7}, "fan": {"value": 0 if off else 8}}}
        for act, days in ACTS:
            yield BEGIN + HOUR, {"type": "milestone", "source": "bench", "id": f"{self.enterprise}-{act}", "park": park,
                                 "project": f"{self.enterprise}-project", "act": act, "time": text(BEGIN - days * DAY)}
        for hour in (6, 7):
            yield BEGIN + 12 * HOUR, {"type": "mark", "source": "bench", "id": f"{self.enterprise}-{hour}", "park": park,
                                      "outlet": self.outlet, "scheme": "thermal-power", "mark": "start_up", "author": "x",
                                      "from": text(BEGIN + hour * HOUR), "to": text(BEGIN + (hour + 1) * HOUR)}


def add_rules(plain, full):
    """A copy of the registry with all that the rules are about. Returns the sites with their parks."""
    shutil.copytree(plain, full)
    enterprises, outlets = read_sheet(plain, "enterprises"), read_sheet(plain, "outlets")
    of = {}
    for outlet in outlets:
        of.setdefault(outlet["enterprise"], outlet["id"])
    sites = [(Site(row["id"], of[row["id"]], i), row["park"]) for i, row in enumerate(enterprises)]
    write_sheet(full, "outlets", [{**row, "mark_scheme": "thermal-power" if row["medium"] == "air" else ""}
                                  for row in outlets])
    write_sheet(full, "lines", [{"id": s.line, "enterprise": s.enterprise, "name": "Line"} for s, _ in sites])
    columns = {"id": "", "enterprise": "", "name": "", "outlet": "", "hj212_code": ""}
    own = [{name: row.get(name, "") for name in columns} for row in read_sheet(plain, "facilities")]
    write_sheet(full, "facilities", own + [
        {"id": s.facility, "enterprise": s.enterprise, "name": "Scrubber", "outlet": s.outlet, "hj212_code": "SB9"}
        for s, _ in sites])
    write_sheet(full, "treatments", [{"line": s.line, "facility": s.facility} for s, _ in sites])
    write_sheet(full, "meters", [
        {"mn": s.mn, "factor": factor, "signal": "power", "of": kind, "unit": unit, "rated": rated} for s, _ in sites
        for factor, kind, unit, rated in (("line", "line", s.line, 100), ("fan", "facility", s.facility, 10))])
    write_sheet(full, "projects", [{"id": f"{s.enterprise}-project", "enterprise": s.enterprise, "name": "Project",
                                    "outlets": s.outlet} for s, _ in sites])
    return sites


def merge(capture, sites, hours, path):
    """One log in the order of arrival; offsets are given anew. Returns the number of records."""
    records = [json.loads(line) for line in open(capture, encoding="utf-8")]
    partitions = {record["key"]: record["partition"] for record in records}
    topic = records[0]["topic"]
    for site, park in sites:
        for received, said in site.records(park, hours):
            records.append({"topic": topic, "partition": partitions[park], "offset": 0, "timestamp": received,
                            "timestamp_type": "append", "key": park,
                            "headers": [["content-type", "application/json"], ["received", str(received)]],
                            "payload": json.dumps({**said, "received": text(received)})})
    records.sort(key=lambda record: record["timestamp"])
    offsets = {}
    with open(path, "w", encoding="utf-8") as file:
        for record in records:
            record["offset"] = offsets.get(record["partition"], 0)
            offsets[record["partition"]] = record["offset"] + 1
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return len(records)


def replay(options, folder, log, registry):
    """CPU and wall seconds."""
    store = folder / "store.db"
    store.unlink(missing_ok=True)
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([options.program, "replay", str(log), "--registry", str(registry), "--store", f"sqlite:{store}"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - begin


def violations(options, folder):
    done = subprocess.run([options.program, "export", "violation", "--store", f"sqlite:{folder}/store.db"], check=True,
                          capture_output=True, text=True)
    return len(done.stdout.splitlines()) - 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--loggers", type=int, required=True)
    parser.add_argument("--hours", type=int, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        plain, full = folder / "plain", folder / "full"
        subprocess.run([options.program, "simulate", "--loggers", str(options.loggers), "--loggers-per-park", "25",
                        "--seed", "20260315", "--from", text(BEGIN), "--hours", str(options.hours), "--speed", "0",
                        "--registry-out", str(plain), "--output", str(folder / "capture")], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        sites = add_rules(plain, full)
        records = merge(folder / "capture", sites, options.hours, folder / "log")
        print(f"{records} records, {options.loggers} loggers, {len(sites)} sites with a meter each", flush=True)
        spent = {"without": [], "with": []}
        for _ in range(RUNS):
            for rules, registry in (("without", plain), ("with", full)):
                cpu, wall = replay(options, folder, folder / "log", registry)
                spent[rules].append(cpu)
                print(f"{rules} rules: {cpu:.2f} CPU s, {records / cpu:,.0f} records a CPU second, {wall:.2f} s, "
                      f"{violations(options, folder)} violations", flush=True)
        median = {rules: statistics.median(times) for rules, times in spent.items()}
        print(f"with all rules on: {100 * median['without'] / median['with']:.1f} % of the throughput without them")


if __name__ == "__main__":
    main()
