"""Drives run_metrics.sh: runs the demo and looks at what it shows."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["PARKWATCH_BIN"]
PATIENCE_S = 60

PATHS = {
    "/": (200, "text/html", "园区排放监测"),
    "/metrics": (200, "text/plain", "parkwatch_build_info"),
    "/healthz": (200, "application/json", '"ok"'),
    "/readyz": (200, "application/json", '"ready"'),
    "/startupz": (200, "application/json", '"started"'),
    "/version": (200, "application/json", '"version"'),
    "/api/v1/parks": (200, "application/json", '"rows"'),
    "/api/v1/episodes?state=all": (200, "application/json", '"rows"'),
    "/api/v1/clusters": (200, "application/json", '"rows"'),
    "/api/v1/verdicts": (400, "application/json", "'outlet' or 'park'"),
    "/api/v1/verdicts?outlet=none": (404, "application/json", "unknown outlet"),
    "/nothing": (404, "application/json", "nothing at this path"),
}

results = {"passed": 0, "failed": 0}


def report(name, good, detail=""):
    results["passed" if good else "failed"] += 1
    print(("ok      " if good else "FAILED  ") + name + ("" if good else f": {detail}"), flush=True)


def get(address, path):
    try:
        with urllib.request.urlopen(address + path, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def address_of(log, process):
    """The address that the demo prints, once /readyz says it is ready."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text(errors="replace"))
        if found:
            try:
                if get(found.group(), "/readyz")[0] == 200:
                    return found.group()
            except OSError:
                pass
        time.sleep(0.2)
    return None


def documented():
    rows = {}
    for line in (ROOT / "docs/metrics.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `parkwatch_"):
            rows[cells[0].strip("`")] = (cells[1], set(filter(None, cells[2].split(", "))))
    return rows


def check_paths(address):
    for path, (status, kind, text) in PATHS.items():
        found, headers, body = get(address, path)
        good = (found == status and headers["Content-Type"].startswith(kind) and text in body
                and "default-src 'none'" in headers["Content-Security-Policy"])
        report(f"{path} answers {status}", good, f"{found} {headers['Content-Type']} {body[:200]}")


def check_families(text):
    known = documented()
    types = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.M))
    report("every family is documented with its type",
           all(known.get(name, ("",))[0] == kind for name, kind in types.items()),
           [name for name, kind in types.items() if known.get(name, ("",))[0] != kind])
    wrong = set()
    for name, labels in re.findall(r"^(\w+)\{(.*)\} \S+$", text, re.M):
        family = name if name in types else re.sub(r"_(bucket|sum|count)$", "", name)
        found = set(re.findall(r'(\w+)="', labels)) - ({"le"} if name.endswith("_bucket") else set())
        if known.get(family, ("", None))[1] != found:
            wrong.add(f"{family}: {sorted(found)}")
    report("every label is documented", not wrong, sorted(wrong))


def accepted(text):
    found = re.search(r'^parkwatch_records_total\{class="accepted"\} (\S+)$', text, re.M)
    return float(found.group(1)) if found else 0.0


def metrics_with_records(address):
    """The exposition once records were counted and a verdict is there, or after a while without."""
    end = time.monotonic() + PATIENCE_S
    text = get(address, "/metrics")[2]
    while time.monotonic() < end and not (accepted(text) > 0 and "parkwatch_verdicts{" in text):
        time.sleep(0.5)
        text = get(address, "/metrics")[2]
    return text


def check_metrics(address):
    text = metrics_with_records(address)
    done = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True, timeout=30)
    report("promtool check metrics", done.returncode == 0, (done.stdout + done.stderr).decode())
    check_families(text)
    lines = text.splitlines()
    report("the conservation difference is 0", "parkwatch_conservation_difference 0" in lines)
    report("records are counted", accepted(text) > 0, "0 accepted")
    report("verdicts are counted by state", "parkwatch_verdicts{" in text, "no parkwatch_verdicts")
    report("frames are counted by version", 'parkwatch_gateway_frames_total{outcome="answered",version="2025"}' in text,
           "none of 2025 answered")


def main():
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "demo.log"
        with open(log, "wb") as out:
            process = subprocess.Popen([PROGRAM, "demo", "--for", "90s", "--web-port", "0"], stdout=out, stderr=out, cwd=folder)
        try:
            address = address_of(log, process)
            report("the demo prints its address and becomes ready", address is not None,
                   log.read_text(errors="replace")[-2000:])
            if address:
                check_paths(address)
                check_metrics(address)
        finally:
            process.terminate()
            try:
                code = process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                code = process.wait()
        report("the demo drains when told to end", code == 0, f"exit code {code}")
    print(f"metrics: {results['passed']} passed, {results['failed']} failed, 0 skipped")
    return 1 if results["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
