#!/usr/bin/env python3
"""The workflow for GitHub: runs every stage that there is, with least rights, and nothing that may change under it."""

import re
import sys

import yaml

from counted import ROOT, Tally, text

WORKFLOW = ".github/workflows/ci.yml"
RUNNER = "ci/test.sh"


def workflow():
    return yaml.safe_load(text(WORKFLOW))


def stages():
    """(names that `./dev test` takes, those that it runs when none is named), as ci/test.sh says."""
    source = text(RUNNER)
    named = source.split("stages_named() {")[1].split("\n}")[0]
    known = set(re.findall(r"^    ([a-z0-9]+)\)", named, re.M))
    scripts = [*ROOT.glob("tests/integration/run_*.sh"), *ROOT.glob("tests/e2e/run_*.sh")]
    every = re.search(r"^all=\((.*)\)$", source, re.M).group(1).split()
    return known | {path.stem.removeprefix("run_") for path in scripts}, every


def steps(job):
    return [(step, step.get("run", "")) for step in job["steps"]]


def tested(job):
    """[(Debian, [stage])] that a job runs."""
    matrix = job.get("strategy", {}).get("matrix", {})
    image = job["container"] if isinstance(job["container"], str) else job["container"]["image"]
    for _, run in steps(job):
        for words in re.findall(r"\./dev test (.*?) *</dev/null", run):
            if words != "${{ matrix.stages }}":
                yield image.removeprefix("debian:"), words.split()
                continue
            for debian in matrix["debian"]:
                yield from ((str(debian), group.split()) for group in matrix["stages"])
            yield from ((str(extra["debian"]), extra["stages"].split()) for extra in matrix.get("include", []))


def stage_faults():
    known, every = stages()
    if set(every) - known or len(every) < 10:
        yield f"{RUNNER}: its list of stages is not understood: has its form changed?"
    runs = [run for job in workflow()["jobs"].values() for run in tested(job)]
    for debian, names in runs:
        for name in names:
            if name not in known:
                yield f"{WORKFLOW}: `./dev test {name}`: no such stage"
        if debian not in ("12", "13"):
            yield f"{WORKFLOW}: Debian {debian}"
    on_12 = [name for debian, names in runs if debian == "12" for name in names]
    for name in every:
        if on_12.count(name) != 1:
            yield f"{WORKFLOW}: the stage {name} runs {on_12.count(name)} times on Debian 12"
    listed = re.search(r"# stages of `test`: (.*)\n# or", text("dev"), re.S).group(1)
    if sorted(re.findall(r"\w+", listed.replace("#", ""))) != sorted(every):
        yield f"dev --help lists other stages than {RUNNER}: {listed}"


def right_faults():
    if workflow().get("permissions") != {"contents": "read"}:
        yield f"{WORKFLOW}: permissions are {workflow().get('permissions')}"
    for name, job in workflow()["jobs"].items():
        if "permissions" in job:
            yield f"{WORKFLOW}: {name} takes rights of its own"
        for step, run in steps(job):
            if step.get("uses", "").startswith("actions/checkout@") and step.get("with", {}).get("persist-credentials") is not False:
                yield f"{WORKFLOW}: {name}: the token stays behind in the folder"
            # A title or a branch's name is anybody's text and would be run.
            for inserted in re.findall(r"\$\{\{\s*(.*?)\s*\}\}", run):
                if not inserted.startswith("matrix."):
                    yield f"{WORKFLOW}: {name}: {inserted} in a command"
    if re.search(r"\bsecrets\.|pull_request_target", text(WORKFLOW)):
        yield f"{WORKFLOW}: secrets, or the rights of the repository for changes of strangers"


def pin_faults():
    used = re.findall(r"uses: (.*)$", text(WORKFLOW), re.M)
    for line in used:
        if not re.fullmatch(r"[\w-]+/[\w./-]+@[0-9a-f]{40}  # v\d+(\.\d+)*", line):
            yield f"{WORKFLOW}: {line}: not a commit with its version behind it"
    if not used:
        yield f"{WORKFLOW}: no action found"
    for name, job in workflow()["jobs"].items():
        if "timeout-minutes" not in job or "latest" in str(job["runs-on"]):
            yield f"{WORKFLOW}: {name}: no time limit, or a machine that changes"


def runner_faults():
    if not re.search(r"^exec \./dev test </dev/null$", text(".ci/run"), re.M):
        yield ".ci/run does not run every stage"


def main():
    tally = Tally("workflow")
    tally.check("every stage that there is, and no other", stage_faults())
    tally.check("least rights", right_faults())
    tally.check("actions are pinned, jobs have limits", pin_faults())
    tally.check(".ci/run runs every stage", runner_faults())
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
