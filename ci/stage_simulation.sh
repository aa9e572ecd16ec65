#!/usr/bin/env bash
# A slice of the seeded trials of `./dev faults`.
# PARKWATCH_TRIALS: how many (1000). PARKWATCH_FIRST_SEED: the first seed (1).
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=ci/common.sh
. ci/common.sh
trials=${PARKWATCH_TRIALS:-1000}
status=0
build_simulation || { echo "simulation: 0 passed, 1 failed, 0 skipped"; exit 1; }
build/release/parkwatch_simulation --trials "$trials" --seed "${PARKWATCH_FIRST_SEED:-1}" \
  >build/log/simulation.out 2>&1 || status=$?
cat build/log/simulation.out
failed=$(sed -n 's/^[0-9]* trials, [0-9]* equal, \([0-9]*\) failed;.*/\1/p' build/log/simulation.out)
[[ -n $failed ]] || failed=$trials  # it stopped on the way
((status == 0 || failed > 0)) || failed=1
echo "simulation: $((trials - failed)) passed, $failed failed, 0 skipped"
((failed == 0))
