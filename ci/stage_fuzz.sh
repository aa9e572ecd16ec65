#!/usr/bin/env bash
# Every fuzz target over its corpus and 200,000 further inputs from a fixed seed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build fuzz
mkdir -p build/log
configure fuzz -DCMAKE_CXX_COMPILER="$(clang_tool clang++)"
compile fuzz fuzz_targets
ASAN_SYMBOLIZER_PATH=$(clang_tool llvm-symbolizer)
export ASAN_SYMBOLIZER_PATH

# One at a time on a machine with one core, else side by side.
names=() pids=()
for target in build/fuzz/tests/fuzz/*_fuzz; do
  [[ -x $target ]] || continue
  name=$(basename "$target")
  found=build/fuzz/found/$name
  mkdir -p "$found"
  corpus=()
  [[ ! -d tests/fuzz/corpus/$name ]] || corpus=("tests/fuzz/corpus/$name")
  # New inputs go to the first folder, so the corpus in the repository stays as it is.
  "$target" -runs=200000 -seed=1 -max_len=4096 -rss_limit_mb=1024 -timeout=10 \
    -artifact_prefix="build/fuzz/" "$found" ${corpus[@]+"${corpus[@]}"} >"build/log/$name.log" 2>&1 &
  names+=("$name") pids+=($!)
  ((${#pids[@]} % jobs)) || wait
done
passed=0 failed=0
for ((i = 0; i < ${#pids[@]}; i++)); do
  if wait "${pids[i]}"; then
    passed=$((passed + 1))
    tail -n 1 "build/log/${names[i]}.log"
  else
    failed=$((failed + 1))
    tail -n 60 "build/log/${names[i]}.log"
  fi
done
((passed + failed > 0)) || { echo "no fuzz target was built"; failed=1; }
echo "fuzz: $passed passed, $failed failed, 0 skipped"
((failed == 0))
