#!/usr/bin/env bash
# usage: ci/stage_unit.sh dev|tsan
# The unit and property tests under the sanitizers of a preset, one process per core.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=ci/common.sh
. ci/common.sh
preset=$1
name=$([[ $preset = tsan ]] && echo tsan || echo unit)
need_packages build unit
mkdir -p build/log
configure "$preset"
compile "$preset" parkwatch_tests

export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:suppressions=$PWD/ci/tsan.supp
pids=()
for ((shard = 0; shard < jobs; shard++)); do
  GTEST_TOTAL_SHARDS=$jobs GTEST_SHARD_INDEX=$shard \
    "build/$preset/parkwatch_tests" --gtest_brief=0 >"build/log/$name.$shard.log" 2>&1 &
  pids+=($!)
done
passed=0 failed=0 skipped=0
for ((shard = 0; shard < jobs; shard++)); do
  status=0
  wait "${pids[shard]}" || status=$?
  log=build/log/$name.$shard.log
  p=$(grep -c '^\[       OK \]' "$log") || true
  f=$(grep -c '^\[  FAILED  \].* ([0-9]* ms)$' "$log") || true
  s=$(grep -c '^\[  SKIPPED \].* ([0-9]* ms)$' "$log") || true
  if ((status != 0)); then
    # A process that died has no FAILED line for the test it died in.
    ((f > 0)) && grep -q '^\[==========\].* ran\.' "$log" || f=$((f + 1))
    grep -vE '^\[( RUN      |       OK |----------)' "$log" | tail -n 120
  fi
  ((s == 0)) || grep -A1 ': Skipped$' "$log" | grep -vE '(: Skipped|--)$' | sed 's/^/skipped: /' | sort -u || true
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
((passed > 0)) || failed=$((failed + 1))
echo "$name: $passed passed, $failed failed, $skipped skipped"
((failed == 0))
