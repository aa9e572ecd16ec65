#!/usr/bin/env python3
"""Shows that the simulation bites: breaks the product on purpose and asks which seed notices.

    mutations.py [--build DIR] [--trials N] [--seed S] [--only NAME]

Each mutation is applied to a copy of the tree under DIR (build/mutations), built, and run until a seed fails.
Prints a line a mutation; exit code 1 when one survives N trials.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("CMakeLists.txt", "CMakePresets.json", "alerts", "app", "ingest", "model", "processors", "rules", "storage",
           "tests", "web")


@dataclass
class Mutation:
    name: str
    what: str
    edits: list  # (file, text, what stands there instead)


MUTATIONS = [
    Mutation("additive-upsert", "contributions are added to the stored row instead of replacing it", [
        ("app/park_step_clusters.cc", "    if (present != nullptr && *present == row) continue;\n    rows_.put(TableId::Contribution",
         "    if (present != nullptr && *present == row) continue;\n"
         "    if (present != nullptr) {\n"
         "      row[6] = number_of(row[6]) + number_of((*present)[6]);\n"
         "    }\n"
         "    rows_.put(TableId::Contribution")]),
    Mutation("offset-apart", "the offset is committed after the results, in a transaction of its own", [
        ("app/worker.cc", "    store_.commit(commit);\n    const std::chrono::duration",
         "    Commit results = commit;\n"
         "    results.move.reset();\n"
         "    store_.commit(results);\n"
         "    Commit offset;\n"
         "    offset.move = commit.move;\n"
         "    store_.commit(offset);\n"
         "    const std::chrono::duration")]),
    Mutation("zombie-commits", "a commit's epoch and offset are not checked", [
        ("storage/memory_store.cc", "  if (commit.move) content_->check_progress(*commit.move);\n", "")]),
    Mutation("park-version", "park versions are not checked", [
        ("storage/memory_store.cc", "      if (version != park.version) moved.push_back(park.park);\n",
         "      static_cast<void>(version);\n")]),
    Mutation("late-dropped", "a value whose hour is closed changes nothing any more", [
        ("app/park_step.cc", "  if (kind == Kind::Status) return;\n",
         "  if (kind == Kind::Status) return;\n"
         "  if (time_ && hour_closed(floor_to(time, hour_length))) return;\n")]),
    Mutation("slot-repeated", "a cyclic sample computes nothing where an earlier slot had a value", [
        ("processors/minutes.cc", "      if (value.time < slot) continue;\n", "")]),
    Mutation("double-sums", "means are computed with binary floating point", [
        ("processors/hour.cc", "  return Decimal::quotient(sum, count);\n",
         "  return Decimal::from_units(\n"
         "      static_cast<std::int64_t>(static_cast<double>(sum) / static_cast<double>(count) + 0.5));\n")]),
    Mutation("cluster-turn", "two processes may sum clusters at once", [
        ("app/cluster_step.cc", "  commit.move = next_move(cluster_turn, turn);\n", "  static_cast<void>(turn);\n")]),
    Mutation("document-order", "of the copies of a document the last one counts, whatever it says", [
        ("app/task.cc", "  if (greater) {\n    const std::optional<Document> former",
         "  if (greater || present != nullptr) {\n    const std::optional<Document> former")]),
    Mutation("late-meter", "what a meter says of an hour that was judged changes nothing any more", [
        ("app/operation_step.cc", "    touch_hour(site, hour, offset);\n  }\n}\n\nvoid OperationStep::touch_outlet",
         "    if (hour + hour_length > closed_until_) touch_hour(site, hour, offset);\n"
         "  }\n}\n\nvoid OperationStep::touch_outlet")]),
    Mutation("violations-stay", "violations that are none any more are not taken back", [
        ("app/park_step_violations.cc", "    if (!kept.contains(key)) versions_.erase(TableId::Violation, key, cause);\n",
         "    static_cast<void>(key);\n")]),
    Mutation("no-guard", "what belongs to no park has no version", [
        ("app/task.cc", "  for (const auto& [id, version] : batch.guards) commit.parks.push_back(version);\n", "")]),
    Mutation("stale-contributions", "contributions of a park are held from before its version was read", [
        ("app/task.cc", "  if (held_parks_.try_emplace(id, 0).second) rows_.forget(TableId::Contribution);\n",
         "  held_parks_.try_emplace(id, 0);\n")]),
]


def copy_tree(target):
    """The tree as it is; unchanged files keep their time, so that little is built anew."""
    for name in FOLDERS:
        source = ROOT / name
        if source.is_file():
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
        else:
            shutil.copytree(source, target / name, dirs_exist_ok=True,
                            ignore=shutil.ignore_patterns("__pycache__"))


def apply(mutation, tree):
    for name, text, instead in mutation.edits:
        path = tree / name
        content = path.read_text(encoding="utf-8")
        if content.count(text) != 1:
            raise SystemExit(f"mutations: {mutation.name}: its place in {name} is not there once; correct the script")
        path.write_text(content.replace(text, instead), encoding="utf-8")


def revert(mutation, tree):
    for name, _, _ in mutation.edits:
        shutil.copyfile(ROOT / name, tree / name)


def build(tree, folder):
    launcher = shutil.which("ccache") or ""
    configure = ["cmake", "-S", tree, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                 "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG", f"-DCMAKE_CXX_COMPILER_LAUNCHER={launcher}",
                 "-DPARKWATCH_REVISION=mutation"]
    for command in (configure, ["ninja", "-C", folder, "-j", str(os.cpu_count()), "parkwatch_simulation"]):
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"mutations: {command[0]} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def catching_seed(folder, options):
    """The seed that noticed, and how; None when none did."""
    done = subprocess.run([str(folder / "parkwatch_simulation"), "--trials", str(options.trials), "--seed",
                           str(options.seed), "--until-caught"], capture_output=True, text=True, check=False)
    found = re.search(r"seed (\d+): FAILED: (.*)", done.stdout)
    if found:
        return found[1], found[2]
    stopped = re.search(r"stopped in seed (\d+)", done.stderr)
    if stopped:
        return stopped[1], "the product's own checks stopped it"
    if done.returncode != 0:
        raise SystemExit(f"mutations: the simulation ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "mutations")
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only")
    options = parser.parse_args()
    tree, folder = options.build / "tree", options.build / "out"
    copy_tree(tree)
    caught = survived = 0
    for mutation in MUTATIONS:
        if options.only not in (None, mutation.name):
            continue
        apply(mutation, tree)
        try:
            build(tree, folder)
            found = catching_seed(folder, options)
        finally:
            revert(mutation, tree)
        if found:
            caught += 1
            print(f"{mutation.name}: {mutation.what}: caught by seed {found[0]} ({found[1]})", flush=True)
        else:
            survived += 1
            print(f"{mutation.name}: {mutation.what}: SURVIVED {options.trials} trials", flush=True)
    print(f"mutations: {caught} passed, {survived} failed, 0 skipped")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
