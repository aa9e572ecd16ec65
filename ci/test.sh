#!/usr/bin/env bash
# Runs the stages of the tests, all or those named, each with a time limit and its own log in
# build/log. Prints `NAME: N passed, N failed, N skipped` for each and the total at the end.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=ci/common.sh
. ci/common.sh
mkdir -p build/log

# Every stage is `NAME SECONDS COMMAND`; scripts of tests/integration and tests/e2e are stages too.
script_stage() {
  local name limit
  name=$(basename "$1" .sh)
  limit=$(sed -n 's/^# timeout: \([0-9]\+\)$/\1/p' "$1" | head -n 1)
  echo "${name#run_} ${limit:-300} $1"
}

script_stages() {
  local script
  for script in "tests/$1"/run_*.sh; do
    [[ ! -e $script || $script = */run_container.sh ]] || script_stage "$script"
  done
}

stages_named() {
  case $1 in
    lint) echo "lint 300 ci/stage_lint.sh" ;;
    tidy) echo "tidy 60 ci/stage_tidy.sh" ;;
    oracle) echo "oracle 300 ci/stage_oracle.sh" ;;
    build) echo "build 1200 ci/stage_build.sh" ;;
    unit) echo "unit 1500 ci/stage_unit.sh dev" ;;
    tsan) echo "tsan 1500 ci/stage_unit.sh tsan" ;;
    simulation) echo "simulation 1500 ci/stage_simulation.sh" ;;
    fuzz) echo "fuzz 900 ci/stage_fuzz.sh" ;;
    deploy) echo "deploy 120 ci/stage_deploy.sh" ;;
    integration) script_stages integration ;;
    e2e) script_stages e2e ;;
    container) script_stage tests/integration/run_container.sh ;;
    *)
      local script
      for script in "tests/integration/run_$1.sh" "tests/e2e/run_$1.sh"; do
        [[ -e $script ]] && script_stage "$script" && return
      done
      echo "dev: no stage named '$1'; ./dev --help lists them" >&2
      return 2
      ;;
  esac
}

packages_for() {
  case $1 in
    lint | tidy | oracle) echo lint ;;
    build) echo build ;;
    unit | tsan | simulation) echo build unit ;;
    fuzz) echo build fuzz ;;
    deploy) echo deploy integration ;;
    container) echo build container integration ;;
    *) echo build integration kafka postgres deploy ;;
  esac
}

all=(lint build tidy deploy oracle unit simulation integration e2e fuzz tsan container)
chosen=("$@")
[[ $# -gt 0 ]] || chosen=("${all[@]}")

plan=() purposes=()
needs_program=0
for name in "${chosen[@]}"; do
  lines=$(stages_named "$name") || exit 2
  [[ -z $lines ]] || mapfile -t -O "${#plan[@]}" plan <<<"$lines"
  read -ra wanted <<<"$(packages_for "$name")"
  purposes+=("${wanted[@]}")
  case $name in lint | tidy | oracle | build | unit | tsan | simulation | fuzz | deploy | container) ;; *) needs_program=1 ;; esac
done
need_packages "${purposes[@]}"
# A script alone still gets a fresh program.
if ((needs_program)) && [[ ! " ${chosen[*]} " = *" build "* ]]; then
  plan=("$(stages_named build)" "${plan[@]}")
fi

export PARKWATCH_BIN=$PWD/build/parkwatch PARKWATCH_BUILD_DIR=$PWD/build/release
passed=0 failed=0 skipped=0 number=0 broken=()
started=$SECONDS
# A stage has a process group of its own; `timeout` passes the end on to all of it.
running=
trap '[[ -z $running ]] || { kill -TERM "$running"; wait "$running"; }; exit 130' INT TERM
for stage in "${plan[@]}"; do
  read -r name limit command <<<"$stage"
  number=$((number + 1))
  echo "[$number/${#plan[@]}] $name"
  log=build/log/$name.log
  begun=$SECONDS status=0
  # shellcheck disable=SC2086  # the command and its argument
  timeout --kill-after=20 "$limit" $command </dev/null >"$log" 2>&1 &
  running=$!
  wait "$running" || status=$?
  running=
  line=$(tail -n 1 "$log" | grep -E "^[a-z0-9_-]+: [0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$") || line=
  if [[ $line =~ :\ ([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped ]]; then
    p=${BASH_REMATCH[1]} f=${BASH_REMATCH[2]} s=${BASH_REMATCH[3]}
    ((status == 0 || f > 0)) || f=1
  else
    p=0 f=1 s=0
  fi
  if ((f > 0)); then
    broken+=("$name")
    tail -n 80 "$log" | sed 's/^/  | /'
    ((status != 124 && status != 137)) || echo "  | stopped after $limit s"
    echo "  | exit code $status; the whole log is $log"
  elif ((s > 0)); then
    grep -iE 'skip' "$log" | grep -v "^$name:" | head -n 10 | sed 's/^/  | /'
  fi
  echo "$name: $p passed, $f failed, $s skipped"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  echo "  $((SECONDS - begun)) s"
done
echo "all stages: $((SECONDS - started)) s${broken[*]:+; failed: ${broken[*]}}"
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0))
