#!/usr/bin/env bash
# timeout: 1200
# Replays random logs and the gas-turbine year with the program and compares every table, to the last
# byte, with the independent oracle; also the same records in another order.
# PARKWATCH_BIN: the program. PARKWATCH_SEEDS: how many random logs (30). PARKWATCH_FIRST_SEED: the first (1).
# PARKWATCH_TEST_DATA: folder with real/uci-gas-turbine/gt_2014.csv; without it a committed extract is used.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=ci/common.sh
. ci/common.sh

program=${PARKWATCH_BIN:-build/parkwatch}
seeds=${PARKWATCH_SEEDS:-30}
first=${PARKWATCH_FIRST_SEED:-1}
passed=0 failed=0 skipped=0
work=$(mktemp -d "${TMPDIR:-/tmp}/parkwatch-random.XXXXXX")
trap 'rm -rf "$work"' EXIT

compare() {  # FOLDER LOG ARGUMENTS...
  local folder=$1 log=$2
  shift 2
  python3 tests/oracle/compare.py "$folder/$log" --registry "$folder/registry" --rules "$folder/rules" \
    --until "$(<"$folder/until")" --program "$program" "$@"
}

if [[ ! -x $program ]]; then
  echo "there is no program at $program; set PARKWATCH_BIN"
  echo "random_logs: 0 passed, 1 failed, 0 skipped"
  exit 1
fi

# Small random logs may lack one sort of row; over all seeds each sort must occur.
rare=quality,contribution,cluster_window,episode,mark,capture,substitution,dead_letter,violation
trial() {  # SEED : in a folder of its own
  local work=$work/$1
  mkdir -p "$work"
  try "seed $1: generated" python3 tests/oracle/generate.py --seed "$1" --out "$work/log"
  try "seed $1: equal to the oracle" compare "$work/log" log.jsonl --may-be-empty "$rare" --coverage-file "$work/coverage"
  try "seed $1: in another order" compare "$work/log" log.jsonl --may-be-empty "$rare" --shuffled "$1"
  rm -rf "$work/log"
}
for ((seed = first; seed < first + seeds; seed++)); do
  while (($(jobs -rp | wc -l) >= jobs)); do wait -n; done
  trial "$seed" >"$work/trial.$seed" 2>&1 &
done
wait
for ((seed = first; seed < first + seeds; seed++)); do
  cat "$work/trial.$seed"
  passed=$((passed + $(grep -c '^ok: ' "$work/trial.$seed")))
  failed=$((failed + $(grep -c '^FAILED: ' "$work/trial.$seed")))
  [[ ! -e $work/$seed/coverage ]] || cat "$work/$seed/coverage" >>"$work/coverage"
done
# Random drains hardly ever stay dry from midnight to midnight; this one does.
try "a drain that is dry for a day" python3 tests/oracle/compare.py tests/fixtures/dry_day/log.jsonl \
  --registry tests/fixtures/dry_day/registry --rules rules --until "$(<tests/fixtures/dry_day/until)" \
  --program "$program" --may-be-empty "$rare,document" --coverage-file "$work/coverage"
if ((seeds >= 30)); then
  try "the random logs reach every branch" python3 tests/oracle/coverage.py "$work/coverage"
else
  skipped=$((skipped + 1))
  echo "skipped: branches reached, for fewer than 30 random logs"
fi

turbine() {  # SOURCE
  rm -rf "$work/turbine"
  python3 tests/oracle/gas_turbine.py prepare "$1" --out "$work/turbine" &&
    compare "$work/turbine" log.hj212 --may-be-empty quality,dead_letter,document,mark,substitution,violation --keep "$work/turbine/tables" &&
    python3 tests/oracle/gas_turbine.py count "$work/turbine/tables/verdict.csv" >"$work/counts"
}
try "gas turbine, extract of 2014" turbine tests/fixtures/gas_turbine/gt_2014_extract.csv
year=${PARKWATCH_TEST_DATA:-}/real/uci-gas-turbine/gt_2014.csv
if [[ -n ${PARKWATCH_TEST_DATA:-} && -f $year ]]; then
  started=$SECONDS
  try "gas turbine, the whole year 2014" turbine "$year"
  echo "verdicts of the year, program and oracle alike, compared in $((SECONDS - started)) s:"
  sed 's/^/  /' "$work/counts"
else
  skipped=$((skipped + 1))
  echo "skipped: gas turbine, the whole year 2014: PARKWATCH_TEST_DATA is not set or lacks it"
fi

echo "random_logs: $passed passed, $failed failed, $skipped skipped"
((failed == 0))
