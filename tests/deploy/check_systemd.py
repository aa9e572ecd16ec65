#!/usr/bin/env python3
"""The systemd units: systemd takes them, their sandbox is tight, and their numbers are those of the program.

Needs nothing but Python and the tree; what asks systemd itself is skipped where systemd-analyze is not installed.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from counted import ROOT, Tally, program, settings, text

FOLDER = "deploy/systemd"
ONE, MANY = f"{FOLDER}/parkwatch.service", f"{FOLDER}/parkwatch@.service"
EXPOSURE_MAX = 20  # tenths


def entries(path):
    """[(name, value)] of a unit, in order."""
    lines = [line for line in text(path).splitlines() if line and line[0] not in "#[;"]
    return [tuple(line.split("=", 1)) for line in lines]


def values(path, name):
    return [value for key, value in entries(path) if key == name]


def number(value):
    units = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
    digits, unit = re.fullmatch(r"(\d+)([KMG]?)", value).groups()
    return int(digits) * units[unit]


def twin_faults():
    """The template is the unit under other names."""
    one = [(key, value.replace("/parkwatch.toml", "/%i.toml")) for key, value in entries(ONE)]
    for key in ("StateDirectory", "WorkingDirectory", "Description"):
        one = [(k, v + (" %i" if k == "Description" else "-%i") if k == key else v) for k, v in one]
    many = entries(MANY)
    for left, right in zip(one, many):
        if left != right:
            yield f"{ONE} has {'='.join(left)}, {MANY} has {'='.join(right)}"
    if len(one) != len(many):
        yield f"{len(one)} settings against {len(many)}"


def drop_ins():
    return sorted((ROOT / FOLDER / "parkwatch.service.d").glob("*.conf"))


def secret_faults():
    """What a drop-in hands over under a name is what the program reads by a file's name."""
    known = settings()
    by_file = {"PARKWATCH_" + name.replace(".", "__").upper() + "_FILE"
               for name, (_, allowed) in known.items() if "secret" in allowed}
    by_file |= {"PARKWATCH_" + name.replace(".", "__").upper() for name in known if name.endswith("_file")}
    files = drop_ins()
    if not files:
        yield f"{FOLDER}: no drop-in"
    for file in files:
        path = file.relative_to(ROOT)
        handed = [value.split(":", 1)[0] for value in values(path, "LoadCredential")]
        for value in values(path, "Environment"):
            variable, place = value.split("=", 1)
            if variable not in by_file:
                yield f"{path}: {variable} names no file of a secret"
            if place.removeprefix("%d/") not in handed or not place.startswith("%d/"):
                yield f"{path}: {variable} is none of what LoadCredential hands over"
        if len(handed) != len(values(path, "Environment")) or not handed:
            yield f"{path}: as many credentials as variables are wanted, at least one"


def number_faults(path):
    known = settings()
    default = lambda name: int(known[name][0])
    measured = max(int(found) for found in re.findall(r"(\d+) MiB", text("docs/performance.md"))) << 20
    queues = (default("kafka.queue_kib") + default("kafka.produce_queue_kib")) << 10
    for name in ("MemoryHigh", "MemoryMax"):
        if number(values(path, name)[0]) < measured + queues:
            yield f"{path}: {name} is less than what was measured and full queues: {measured + queues} bytes"
    wanted = default("gateway.connections_max") + 256  # as `parkwatch doctor` advises
    if number(values(path, "LimitNOFILE")[0]) < wanted:
        yield f"{path}: LimitNOFILE is less than {wanted}"
    stop = int(values(path, "TimeoutStopSec")[0].removesuffix("s"))
    if stop * 1000 <= default("gateway.drain_timeout_ms"):
        yield f"{path}: TimeoutStopSec is shorter than gateway.drain_timeout_ms"
    if f"give it {stop} s" not in text("docs/operations.md"):
        yield f"{path}: docs/operations.md gives a drain another time than TimeoutStopSec"
    codes = set(re.findall(r"(?:Usage|Configuration) = (\d+)", text("app/exit_code.h")))
    if set(values(path, "RestartPreventExitStatus")[0].split()) != codes or len(codes) != 2:
        yield f"{path}: RestartPreventExitStatus is not {sorted(codes)} of app/exit_code.h"


def sandbox_faults(path):
    """What docs/security.md counts on."""
    wanted = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "CapabilityBoundingSet": "", "User": "parkwatch",
              "UMask": "0077", "StateDirectoryMode": "0700", "LimitCORE": "0", "MemoryDenyWriteExecute": "yes",
              "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX", "ExecReload": "/bin/kill -HUP $MAINPID"}
    for name, value in wanted.items():
        if values(path, name) != [value]:
            yield f"{path}: {name} is {values(path, name)}, not {value}"
    if "@system-service" not in values(path, "SystemCallFilter"):
        yield f"{path}: SystemCallFilter does not begin with @system-service"
    if values(path, "User")[0] not in text(f"{FOLDER}/parkwatch.sysusers"):
        yield f"{FOLDER}/parkwatch.sysusers does not make the user of {path}"


def install_faults():
    """What the document copies is there."""
    named = re.findall(rf"(?<![\w/]){FOLDER}[\w./@-]*", text("docs/operations.md"))
    if len(named) < 3:
        yield "docs/operations.md names hardly any file of deploy/systemd"
    for name in named:
        if not (ROOT / name.rstrip(".")).exists():
            yield f"docs/operations.md: {name}: no such file"


def command_faults(path):
    words = values(path, "ExecStart")[0].split()
    shown = subprocess.run([program(), words[1], "--help"], capture_output=True, text=True, timeout=20)
    if shown.returncode != 0:
        yield f"{path}: parkwatch {words[1]}: {shown.stderr.strip()}"
    for word in words[2:]:
        if word.startswith("--") and not re.search(rf"{word}(?![a-z-])", shown.stdout):
            yield f"{path}: parkwatch {words[1]} has no option {word}"


def ask_systemd(folder, name, *command):
    answer = subprocess.run(["systemd-analyze", *command, str(folder / name)], capture_output=True, text=True, timeout=60)
    said = answer.stdout + answer.stderr
    # verify says what it does not know as a warning, with status 0
    if answer.returncode != 0 or (command[0] == "verify" and name.split(".")[0].split("@")[0] in said):
        yield from said.strip().splitlines()[-12:] or [f"systemd-analyze {command[0]} ended with {answer.returncode}"]


def copy_units(folder):
    """As installed, but for the program, which need not be there; and a copy with a mistake."""
    stub = folder / "parkwatch"
    stub.write_text("#!/bin/sh\n")
    stub.chmod(0o755)
    for path, name in ((ONE, "parkwatch.service"), (MANY, "parkwatch@worker-1.service")):
        unit = text(path).replace("ExecStart=parkwatch ", f"ExecStart={stub} ")
        (folder / name).write_text(unit)
        (folder / f"{name}.d").mkdir()
        for file in drop_ins():
            shutil.copy(file, folder / f"{name}.d")
    (folder / "parkwatch-wrong.service").write_text(text(ONE).replace("ProtectSystem=", "ProtectSystems="))


def main():
    tally = Tally("systemd")
    tally.check("the template is the unit under other names", twin_faults())
    tally.check("secrets reach the settings", secret_faults())
    tally.check("what the document installs is there", install_faults())
    for path in (ONE, MANY):
        tally.check(f"{path}: numbers", number_faults(path))
        tally.check(f"{path}: sandbox", sandbox_faults(path))
        if program():
            tally.check(f"{path}: command", command_faults(path))
        else:
            tally.skip(f"{path}: command", "build/parkwatch is not built")
    if not shutil.which("systemd-analyze"):
        tally.skip("systemd takes the units", "systemd-analyze is not installed")
        return tally.end()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        copy_units(folder)
        for name in ("parkwatch.service", "parkwatch@worker-1.service"):
            tally.check(f"{name}: systemd takes it", ask_systemd(folder, name, "verify", "--man=no", "--recursive-errors=no"))
            tally.check(f"{name}: exposure",
                        ask_systemd(folder, name, "security", "--offline=true", f"--threshold={EXPOSURE_MAX}"))
        wrong = list(ask_systemd(folder, "parkwatch-wrong.service", "verify", "--man=no", "--recursive-errors=no"))
        tally.check("a mistake in a unit is found", [] if wrong else ["systemd-analyze verify found none"])
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
