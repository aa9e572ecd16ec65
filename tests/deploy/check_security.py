#!/usr/bin/env python3
"""docs/security.md says nothing that is not in the repository: every name in code on that page is looked up.

Needs nothing but Python and the tree; the built program, where there is one, is looked at for its hardening.
"""

import re
import shutil
import subprocess
import sys

from counted import ROOT, Tally, program, settings, text

PAGE = "docs/security.md"
SOURCES = ("alerts", "app", "ingest", "model", "processors", "storage", "web")

# Names of other programs, which no file of ours need hold.
FOREIGN = {"ssl.certificate.location", "ssl.key.location", "ssl.key.password",
           "?sslmode=verify-full&sslrootcert=FILE", "systemd-analyze security", "[kafka.client]"}


def program_text():
    return "".join(path.read_text(encoding="utf-8", errors="replace")
                   for folder in SOURCES for path in sorted((ROOT / folder).rglob("*.[ch]*")))


def test_names():
    found = set()
    for path in sorted((ROOT / "tests").rglob("*.cc")):
        for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", path.read_text(encoding="utf-8"), re.M):
            found.add(f"{suite}.{name}")
    return found


class Names:
    """Looks up one name in code: what is wrong with it, or None."""

    def __init__(self):
        self.tests, self.settings, self.code = test_names(), settings(), program_text()
        self.metrics = set(re.findall(r"^\| `(parkwatch_\w+)`", text("docs/metrics.md"), re.M))
        self.roles = set(re.findall(r"\"(parkwatch_\w+)\"", text("storage/postgres_roles.cc")))
        self.alerts = set(re.findall(r"- alert: (\w+)", text("deploy/prometheus/parkwatch.rules.yml")))
        self.units = text("deploy/systemd/parkwatch.service") + text("CMakeLists.txt")
        self.parameters = text("rules/parameters.csv")

    def fault(self, name):
        if name in FOREIGN:
            return None
        if re.fullmatch(r"[A-Z]\w+\.[A-Z]\w+", name):
            return None if name in self.tests else "no such test"
        if re.fullmatch(r"[\w.@-]+(/[\w.@-]+)+", name) or name == "CMakeLists.txt":
            return None if (ROOT / name).exists() else "no such file"
        if name.startswith("parkwatch "):
            return self.command_fault(name.split()[1:])
        if name.startswith("parkwatch_"):
            return None if name in self.metrics | self.roles else "no such metric or role"
        if name.startswith("PARKWATCH_"):
            return self.variable_fault(name)
        if name in self.alerts:
            return None
        section = name.split(".")[0]
        if re.fullmatch(r"\w+\.\w+", name) and any(key.startswith(section + ".") for key in self.settings):
            return None if name in self.settings else "no such setting"
        if "=" in name:
            return None if name in self.units else "neither in the systemd unit nor in CMakeLists.txt"
        # A table, column, reason, finding, cause, parameter, header or option of the program.
        bare = name.lstrip("-")
        if f'"{bare}"' in self.code or f'"{name}"' in self.code or f"\n{name}," in self.parameters:
            return None
        if name.startswith("--"):
            return None if re.search(rf'"{name}\b', self.code) else "no such option"
        allowed = {word for _, words in self.settings.values() for word in words.split(", ")}
        return None if name in allowed else "found nowhere in the program"

    def command_fault(self, words):
        for word in words:
            if not re.search(rf'"{re.escape(word)}"', self.code):
                return f"the program has no `{word}`"
        return None

    def variable_fault(self, name):
        for key, (_, allowed) in self.settings.items():
            own = "PARKWATCH_" + key.replace(".", "__").upper()
            if name == own or (name == own + "_FILE" and "secret" in allowed):
                return None
        return "no such variable"


def spans(page):
    body = re.sub(r"```.*?```", "", page, flags=re.S)
    for number, line in enumerate(body.splitlines(), 1):
        for span in re.findall(r"`([^`]+)`", line):
            yield number, span


def name_faults(page):
    names, seen = Names(), 0
    for _, span in spans(page):
        seen += 1
        if fault := names.fault(span):
            yield f"{PAGE}: `{span}`: {fault}"
    if seen < 100:
        yield f"{PAGE}: only {seen} names found: has its form changed?"


def rows(page, columns):
    """Cells of the tables with so many columns, without their heads."""
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == columns and not set(line) <= set("|- "):
            yield cells


def threat_faults(page):
    """Each threat names a test, or says that there is none."""
    part = page.split("## Threats")[1].split("\n## ")[0]
    found = [cells for cells in rows(part, 4) if cells[0] != "Threat"]
    if len(found) < 20:
        yield f"only {len(found)} threats found: has the table's form changed?"
    for threat, held, tested, _ in found:
        if not held:
            yield f"{threat}: says not what holds it, nor that nothing does"
        if tested != "not tested" and "`" not in tested:
            yield f"{threat}: names no test and does not say `not tested`"


def port_faults(page):
    known = settings()
    for section in ("gateway", "web"):
        port, address = known[f"{section}.port"][0], known[f"{section}.listen"][0].strip('"')
        if not re.search(rf"\| {port} \| {re.escape(address)},", page):
            yield f"{PAGE}: the table of ports does not say {section} listens on {address}:{port}"
    shown = text("deploy/compose/compose.yml")
    for port in re.findall(r'- "([\d.:]*\d+):\d+"', shown):
        local = port.startswith("127.0.0.1:")
        if port.split(":")[-1] not in page or (not local and port != "9212"):
            yield f"deploy/compose/compose.yml publishes {port}, which {PAGE} does not say"


def bound_faults(page):
    """Numbers of the page that are not settings, against the code."""
    numbers = (("120 a minute of one MN, 12,000 of all", "ingest/gateway_options.h", ".per_key = 120, .in_all = 12'000"),
               ("given up at 16 KiB", "ingest/hj212/frame.h", "frame_bytes_max = 16 * 1024"),
               ("At most 1 MiB, 32 levels, 4,096 values", "ingest/json_reader.h",
                "bytes_max = 1024 * 1024;\n    int depth_max = 32;\n    std::size_t values_max = 4096"),
               ("within 10 minutes", "ingest/twin_watch.h", "window{10}"),
               ("64 waiting connections, 10,000 rows", "web/server.h", "waiting_max = 64"),
               ("time limits of 5 and 10 s", "web/server.h", "read_timeout{5};\n    std::chrono::seconds write_timeout{10}"),
               ("The spool has 0640", "ingest/spool.cc", "0640"),
               ("`_FORTIFY_SOURCE=2`", "CMakeLists.txt", "-D_FORTIFY_SOURCE=2"),
               ("user 10001", "Dockerfile", "USER 10001:10001"))
    for words, path, place in numbers:
        if words not in page:
            yield f"{PAGE} no longer says `{words}`: take it out of this table too"
        if place not in text(path):
            yield f"{PAGE} says `{words}`, but {path} has no `{place}`"


def policy_faults():
    policy = text("SECURITY.md")
    if re.search(r"[\w.+-]+@[\w-]+\.\w", policy):
        yield "SECURITY.md names an address; reports go through the forge"
    version = re.search(r"project\(parkwatch VERSION (\d+\.\d+)", text("CMakeLists.txt")).group(1)
    if f"| {version}" not in policy:
        yield f"SECURITY.md does not say whether {version} is supported"


def hardening_faults():
    """What can be seen in the file; a fortified call that the compiler has proved safe leaves no trace."""
    read = lambda *how: subprocess.run(["readelf", "-W", *how, str(program())], capture_output=True, text=True).stdout
    head, parts, dynamic, symbols = read("-h"), read("-l"), read("-d"), read("--dyn-syms")
    if "DYN (Position-Independent" not in head:
        yield "not position independent"
    if "GNU_RELRO" not in parts or "BIND_NOW" not in dynamic:
        yield "no full RELRO"
    if re.search(r"GNU_STACK.*E +0x", parts):
        yield "an executable stack"
    if "__stack_chk_fail" not in symbols:
        yield "no stack protector"


def main():
    tally = Tally("security")
    page = text(PAGE)
    tally.check("every name on the page exists", name_faults(page))
    tally.check("every threat says how it is tested", threat_faults(page))
    tally.check("ports", port_faults(page))
    tally.check("bounds", bound_faults(page))
    tally.check("SECURITY.md", policy_faults())
    made_up = "`NoSuch.Test` `tests/no_such.cc` `web.no_such` `parkwatch nosuch` `parkwatch_no_such` `NoSuch=yes` `no_such`"
    names = Names()
    tally.check("made-up names are found", [span for _, span in spans(made_up) if not names.fault(span)])
    if not program():
        tally.skip("hardening of the program", "build/parkwatch is not built")
    elif not shutil.which("readelf"):
        tally.skip("hardening of the program", "readelf is not installed")
    else:
        tally.check("hardening of the program", hardening_faults())
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
