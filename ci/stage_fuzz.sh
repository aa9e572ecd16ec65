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

passed=0 failed=0
settle() {  # NAME PID : waits for one target and counts it
  if wait "$2"; then
    passed=$((passed + 1))
    tail -n 1 "build/log/$1.log"
  else
    failed=$((failed + 1))
    tail -n 60 "build/log/$1.log"
  fi
}

# As many at a time as there are cores; each is waited for once, by its own number.
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
  if ((${#pids[@]} == jobs)); then
    for i in "${!pids[@]}"; do settle "${names[i]}" "${pids[i]}"; done
    names=() pids=()
  fi
done
for i in "${!pids[@]}"; do settle "${names[i]}" "${pids[i]}"; done
((passed + failed > 0)) || { echo "no fuzz target was built"; failed=1; }
echo "fuzz: $passed passed, $failed failed, 0 skipped"
((failed == 0))
