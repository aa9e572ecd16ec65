#!/usr/bin/env bash
# usage: ci/faults.sh [--trials N | --simulation N | --processes N] [--seed S] [--mutations]
# Seeded trials in which everything fails that can: prints the totals, exit code 1 when one trial differs from the oracle.
#   --simulation N   N trials of the simulation: source, store, clock and crash points in one process (1000)
#   --trials N       the same
#   --processes N    N trials with real workers, a real Kafka cluster of three brokers and both stores
#   --seed S         the first seed (1); a trial is repeated by its seed alone
#   --mutations      break the product on purpose, one fault after the other, and name the seed that notices
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=ci/common.sh
. ci/common.sh
simulation=1000 processes=0 seed=1 mutations=0
while (($# > 0)); do
  case $1 in
    --trials | --simulation) simulation=${2:?$1 needs a number} && shift 2 ;;
    --processes) processes=${2:?$1 needs a number} && shift 2 ;;
    --seed) seed=${2:?$1 needs a number} && shift 2 ;;
    --mutations) mutations=1 && shift ;;
    *) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
  esac
done
if ((mutations)); then
  need_packages build unit lint
  exec python3 tests/simulation/mutations.py --seed "$seed"
fi
if ((processes)); then
  build_program >&2
  exec tests/e2e/run_trials.sh --trials "$processes" --seed "$seed"
fi
build_simulation >&2
exec build/release/parkwatch_simulation --trials "$simulation" --seed "$seed"
