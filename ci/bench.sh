#!/usr/bin/env bash
# usage: ci/bench.sh [NAME...]
# Builds the benchmarks, then runs bench/run_NAME.sh: all, or those named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build bench kafka integration
build_program
if [[ -e bench/CMakeLists.txt ]]; then
  configure bench
  compile bench
fi
export PARKWATCH_BIN=$PWD/build/parkwatch PARKWATCH_BUILD_DIR=$PWD/build/release
export PARKWATCH_BENCH_DIR=$PWD/build/bench/bench
scripts=()
for name in "$@"; do scripts+=("bench/run_$name.sh"); done
[[ $# -gt 0 ]] || scripts=(bench/run_*.sh)
for script in "${scripts[@]}"; do
  [[ -x $script ]] || { echo "no benchmark $script" >&2; exit 2; }
  echo "== $script"
  "$script"
done
