#!/usr/bin/env python3
"""How the repository must look: who includes whom, sizes, and documents that tell the truth.

Needs nothing but Python and the tree. Checks of the program's help need a built program: the
environment variable PARKWATCH_BIN or build/parkwatch; without one they are skipped.
"""

import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("model", "ingest", "processors", "storage", "alerts", "web", "app")

# Which of our folders a folder may include, besides itself.
MAY_INCLUDE = {
    "model": set(),
    "ingest": {"model"},
    "processors": {"model"},
    "storage": {"model"},
    "alerts": {"model"},
    "web": {"model", "storage"},
    "app": set(FOLDERS),
    "tests": set(FOLDERS) | {"tests"},
    "bench": set(FOLDERS) | {"bench", "tests"},
}

# Third-party headers and the files that may name them. Never a header of ours.
THIRD_PARTY = {
    "librdkafka/": ["ingest/kafka_*.cc", "ingest/mock_broker.cc", "app/service_checks.cc"],
    "simdjson.h": ["ingest/json_*.cc", "ingest/capture_*.cc", "ingest/hj212/frame_members.cc",
                   "ingest/replay_file.cc"],
    "openssl/": ["ingest/hj212/sm4.cc", "storage/digest.cc"],
    "sqlite3.h": ["storage/sqlite_*.cc"],
    "libpq-fe.h": ["storage/postgres_*.cc"],
    "zstd.h": ["storage/segment.cc", "storage/backup.cc", "app/set_pack.cc"],
    "prometheus/": ["alerts/metrics.cc"],
    "httplib.h": ["web/fetch.cc", "web/server.cc"],
    "CLI/": ["app/command_line*.cc"],
    "toml++/": ["app/config*.cc", "app/decoder_options.cc"],
    "spdlog/": ["app/*.cc"],
    "fmt/": ["ingest/*", "storage/*", "alerts/*", "web/*", "app/*"],
    "absl/": ["app/*.cc"],
    "gtest/": ["tests/*"],
    "gmock/": ["tests/*"],
    "benchmark/": ["bench/*"],
}

# The operating system: only where the outside world is touched.
SYSTEM_HEADER = re.compile(
    r"^(sys|netinet|arpa|linux|net)/|^(stdlib|unistd|fcntl|poll|netdb|signal|pthread|threads|dirent|termios|malloc)\.h$")
SYSTEM_FOLDERS = {"ingest", "storage", "web", "app", "tests", "bench"}

# A pure step has no clock, no thread, no lock and no file.
IMPURE = re.compile(
    r"#include <(thread|mutex|shared_mutex|condition_variable|atomic|future|fstream|iostream|filesystem"
    r"|random|ctime)>|(system|steady|high_resolution)_clock\b|\bstd::getenv\b|\btime\(nullptr\)")

SIZE_WARN = {"header": 150, "source": 300, "test": 400}
SIZE_FAIL = {"header": 500, "source": 600, "test": 600}

# Names of our own that look like a metric but are none.
NOT_METRICS = re.compile(r"^parkwatch_(tests|bench|test|model|ingest|processors|storage|alerts|web|app)$")

passed = 0
failed = 0
skipped = 0


def check(name, faults):
    """One test: passed when nothing was found."""
    global passed, failed
    faults = list(faults)
    if faults:
        failed += 1
        print(f"FAILED {name}")
        for fault in faults:
            print(f"  {fault}")
    else:
        passed += 1


def skip(name, reason):
    global skipped
    skipped += 1
    print(f"skipped {name}: {reason}")


def files(*patterns, under=""):
    """Our own files, as paths relative to the root."""
    found = []
    for folder, folders, names in os.walk(ROOT / under):
        folders[:] = sorted(n for n in folders
                            if n not in (".git", "build", "__pycache__") and not n.startswith("build-"))
        for name in sorted(set(names) - {".git"}):
            path = Path(folder, name).relative_to(ROOT)
            if not patterns or any(fnmatch(name, p) for p in patterns):
                found.append(path)
    return found


def text(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def cpp():
    return [p for p in files("*.cc", "*.h") if p.parts[0] in MAY_INCLUDE]


def is_test(path):
    return path.parts[0] == "tests"


def includes(path):
    for number, line in enumerate(text(path).splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(1), match.group(2)


def third_party_fault(path, name):
    """Why this header of another project may not be named here; None when it may."""
    for prefix, allowed in THIRD_PARTY.items():
        if not name.startswith(prefix):
            continue
        if is_test(path) or path.parts[0] == "bench":
            return None
        if path.suffix == ".h":
            return "a library's header in a header of ours"
        if not any(fnmatch(str(path), pattern) for pattern in allowed):
            return f"only {', '.join(allowed)} may"
        return None
    return f"unknown library: add it to tests/tidy/tidy.py and docs/dependencies.md"


def type_name_faults():
    """Two types of one name in one namespace: the linker would mix their inline functions silently."""
    seen = {}
    for path in cpp():
        spaces = []
        for number, line in enumerate(text(path).splitlines(), 1):
            if re.match(r"(inline )?namespace\b.*\{$", line):
                spaces.append(re.sub(r"^(inline )?namespace ?| ?\{$", "", line))
            elif line.startswith("}  // namespace") and spaces:
                spaces.pop()
            match = re.match(r"(?:struct|class|enum class|enum) (\w+)(?: final)?\s*(?:\{|:(?!:))", line)
            if not match or "" in spaces:
                continue
            name = "::".join([*spaces, match.group(1)])
            where = f"{path}:{number}"
            if name in seen and seen[name].rsplit(":", 1)[0] != str(path):
                yield f"{where}: {name} is declared in {seen[name]} too: rename one"
            seen.setdefault(name, where)


def include_faults():
    for path in cpp():
        home = path.parts[0]
        for number, mark, name in includes(path):
            where = f"{path}:{number}: {name}:"
            first = name.split("/")[0]
            if mark == '"' or first in FOLDERS:
                if "/" not in name or first not in MAY_INCLUDE:
                    yield f"{where} write the path from the root, as in \"model/time.h\""
                elif first != home and first not in MAY_INCLUDE[home]:
                    yield f"{where} {home} may not include {first}"
                elif not (ROOT / name).exists():
                    yield f"{where} no such file"
            elif SYSTEM_HEADER.search(name):
                if home not in SYSTEM_FOLDERS:
                    yield f"{where} {home} does not touch the operating system"
                elif path.suffix == ".h" and not is_test(path):
                    yield f"{where} a system header in a header of ours"
            elif "/" in name or "." in name:
                fault = third_party_fault(path, name)
                if fault:
                    yield f"{where} {fault}"


def purity_faults():
    for folder in ("model", "processors"):
        for path in files("*.cc", "*.h", under=folder):
            for number, line in enumerate(text(path).splitlines(), 1):
                code = line.split("//")[0]
                match = IMPURE.search(code)
                # Time zones come from the system's zone files; that one reader may open files.
                if match and not (path == Path("model/zone.cc") and "stream" in match.group(0)):
                    yield f"{path}:{number}: {match.group(0)}"


def size_faults():
    for path in cpp():
        kind = "test" if is_test(path) else "header" if path.suffix == ".h" else "source"
        lines = text(path).count("\n")
        if lines > SIZE_FAIL[kind]:
            yield f"{path}: {lines} lines, a {kind} has at most {SIZE_FAIL[kind]}"
        elif lines > SIZE_WARN[kind]:
            print(f"warning: {path}: {lines} lines, better at most {SIZE_WARN[kind]}")


def header_faults():
    for path in cpp():
        if path.suffix == ".h" and "#pragma once" not in text(path):
            yield f"{path}: no #pragma once"


def name_faults():
    for path in files():
        if re.search(r"\s", str(path)):
            yield f"{path}: a space in a file name"
    for path in cpp():
        if not re.fullmatch(r"[a-z0-9_]+\.(cc|h)", path.name):
            yield f"{path}: file names are snake_case"


MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:home|Users|root|mnt|media|work|workspace)/[\w.]")


def machine_path_faults():
    for path in files():
        if path == Path("tests/tidy/tidy.py") or path.suffix in (".png", ".zst", ".gz", ".bin"):
            continue
        if (ROOT / path).stat().st_size > 1_000_000:
            continue
        for number, line in enumerate(text(path).splitlines(), 1):
            match = MACHINE_PATH.search(line)
            if match and "${HOME" not in line:
                yield f"{path}:{number}: {match.group(0)}: a path of one machine"


def folder_table_faults():
    """README's table of folders against the tree, both ways."""
    named = set(re.findall(r"^\|\s*\[?`([a-z_]+)/`", text("README.md"), re.M))
    present = {p.parts[0] for p in files() if len(p.parts) > 1 and not p.parts[0].startswith(".")}
    for folder in sorted(present - named):
        yield f"README.md: the folder {folder}/ is missing from the table"
    for folder in sorted(named - present):
        yield f"README.md: the table names {folder}/, which is not there"


def anchors(path):
    for heading in re.findall(r"^#+\s+(.*)$", text(path), re.M):
        heading = re.sub(r"[`*]", "", heading).strip().lower()
        yield re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading))


def link_faults():
    for path in files("*.md"):
        body = re.sub(r"```.*?```", "", text(path), flags=re.S)
        for target in re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", body):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            goal = (ROOT / path.parent / name).resolve() if name else ROOT / path
            if not goal.exists():
                yield f"{path}: link to {target}: no such file"
            elif anchor and goal.suffix == ".md" and anchor not in set(anchors(goal)):
                yield f"{path}: link to {target}: no such heading"


def links(path):
    """Files of the repository that a document links to."""
    for target in re.findall(r"\[[^\]]*\]\(([^)\s#]+)", re.sub(r"```.*?```", "", text(path), flags=re.S)):
        goal = (ROOT / path.parent / target).resolve()
        if not re.match(r"[a-z]+:", target) and goal.is_file() and goal.is_relative_to(ROOT):
            yield goal.relative_to(ROOT)


PARTS = ["Start", "Concepts", "Configure", "Operate", "Rules", "Reference", "Develop"]


def reading_faults():
    """Every document is reached from README.md, and the index names all of docs/, in the order of reading."""
    index = Path("docs/README.md")
    reached, waiting = set(), [Path("README.md")]
    while waiting:
        path = waiting.pop()
        if path not in reached and path.suffix == ".md":
            reached.add(path)
            waiting += links(path)
    for path in files("*.md", under="docs"):
        if path not in reached:
            yield f"{path}: no link leads there from README.md"
    named = set(links(index)) | {other for part in ("runbooks", "zh") for other in links(Path(f"docs/{part}/README.md"))}
    for path in files("*.md", under="docs"):
        if path != index and path not in named:
            yield f"{index}: {path} is missing"
    if (parts := re.findall(r"^## (.*)$", text(index), re.M)) != PARTS:
        yield f"{index}: its parts are {parts}, not {PARTS}"


def screen_word_faults():
    """What the Chinese pages quote as 「a label」 stands in the program."""
    code = "".join(text(p) for p in files("*.cc") if p.parts[0] in ("web", "app"))
    for path in files("*.md", under="docs/zh"):
        for label in sorted(set(re.findall(r"「([^」]+)」", text(path)))):
            if label not in code:
                yield f"{path}: 「{label}」 is no label of the program"


def program():
    path = Path(os.environ.get("PARKWATCH_BIN") or ROOT / "build" / "parkwatch")
    return path if path.exists() else None


def help_of(command):
    answer = subprocess.run([program(), *command, "--help"], capture_output=True, text=True, timeout=20)
    return answer.stdout if answer.returncode == 0 else None


def commands_in_documents():
    """`parkwatch COMMAND [SUBCOMMAND] ... --option` as written in code of the documents."""
    for path in files("*.md", "Dockerfile", "compose.yml"):
        body = text(path)
        pieces = re.findall(r"`([^`\n]+)`", body) if path.suffix == ".md" else body.splitlines()
        for block in re.findall(r"```(?:sh|bash|console)?\n(.*?)```", body, re.S):
            pieces += block.replace("\\\n", " ").splitlines()
        for piece in pieces:
            for match in re.finditer(r"(?:^|[\s/$])parkwatch ((?:[a-z0-9-]+)(?:\s[^|;&#]*)?)", piece):
                yield path, match.group(1).split()


def command_faults():
    top = help_of([]) or ""
    known = {}
    for path, words in commands_in_documents():
        command = words[0]
        if command.startswith("-"):
            continue
        if not re.search(rf"^\s+{re.escape(command)}\b", top, re.M):
            yield f"{path}: parkwatch {command}: no such command"
            continue
        if command not in known:
            known[command] = help_of([command]) or ""
        shown = known[command]
        if len(words) > 1 and re.fullmatch(r"[a-z0-9]+", words[1]):
            deeper = (command, words[1])
            if re.search(rf"^\s+{words[1]}\s", shown, re.M):
                known.setdefault(deeper, help_of(list(deeper)) or "")
                shown += known[deeper]
        for word in words[1:]:
            option = re.match(r"--[a-z][a-z0-9-]*", word)
            if option and not re.search(rf"{option.group(0)}(?![a-z0-9-])", shown):
                yield f"{path}: parkwatch {command}: no option {option.group(0)}"


METRIC = re.compile(r"(?<![\w:./-])parkwatch_[a-z0-9_]*[a-z0-9](?![\w:./]|\.yml)")


def metric_faults():
    """Every metric that rules, documents or dashboards name is one the program has."""
    code = "".join(text(p) for p in files("*.cc", "*.h") if p.parts[0] in FOLDERS)
    for path in files("*.yml", "*.json", "*.md"):
        if path.parts[0] not in ("deploy", "docs") and path != Path("README.md"):
            continue
        for name in sorted(set(METRIC.findall(text(path)))):
            base = re.sub(r"_(bucket|sum|count)$", "", name)
            if NOT_METRICS.match(name) or f'"{name}"' in code or f'"{base}"' in code:
                continue
            yield f"{path}: {name}: no such metric in the code"


def runbook_faults():
    """Every alert has a runbook page and every page an alert."""
    alerts = set()
    for path in files("*.rules.yml", under="deploy"):
        for alert, rest in re.findall(r"- alert: (\w+)\n(.*?)(?=\n\s*- alert:|\Z)", text(path), re.S):
            alerts.add(alert)
            if f"docs/runbooks/{alert}.md" not in rest:
                yield f"{path}: {alert}: runbook_url does not point to docs/runbooks/{alert}.md"
    pages = {p.stem for p in files("*.md", under="docs/runbooks") if p.stem != "README"}
    for name in sorted(alerts ^ pages):
        yield f"{name}: has {'an alert but no runbook' if name in alerts else 'a runbook but no alert'}"


def mutation_faults():
    """Each text that the mutations of the simulation replace is there once."""
    sys.path.insert(0, str(ROOT / "tests/simulation"))
    from mutations import MUTATIONS
    for mutation in MUTATIONS:
        for path, place, _ in mutation.edits:
            if text(ROOT / path).count(place) != 1:
                yield f"{path}: {mutation.name}: what tests/simulation/mutations.py replaces is not there once"


def main():
    check("includes follow the table", include_faults())
    check("every type has a name of its own", type_name_faults())
    check("model and processors are pure", purity_faults())
    check("file sizes", size_faults())
    check("headers are guarded", header_faults())
    check("file names", name_faults())
    check("no path of one machine", machine_path_faults())
    check("README's folder table", folder_table_faults())
    check("links lead somewhere", link_faults())
    check("documents are reached in order", reading_faults())
    check("labels quoted in Chinese exist", screen_word_faults())
    check("metrics named exist", metric_faults())
    check("alerts and runbooks", runbook_faults())
    check("mutations have their places", mutation_faults())
    if program():
        check("commands named exist", command_faults())
    else:
        skip("commands named exist", "build/parkwatch is not built")
    print(f"tidy: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
