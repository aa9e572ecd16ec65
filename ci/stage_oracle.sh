#!/usr/bin/env bash
# The oracle's own worked examples: the program that judges the program has to be right first.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages lint
mkdir -p build/log
status=0
PYTHONDONTWRITEBYTECODE=1 python3 -m unittest tests/oracle/test_*.py >build/log/oracle.out 2>&1 || status=$?
cat build/log/oracle.out
ran=$(sed -n 's/^Ran \([0-9]*\) tests\? in.*/\1/p' build/log/oracle.out)
failed=$(grep -cE '^(FAIL|ERROR): ' build/log/oracle.out)
skipped=$(sed -n 's/.*skipped=\([0-9]*\).*/\1/p' build/log/oracle.out)
skipped=${skipped:-0}
((status == 0 || failed > 0)) || failed=1
[[ -n $ran ]] || { ran=1; failed=1; }
echo "oracle: $((ran - failed - skipped)) passed, $failed failed, $skipped skipped"
((status == 0 && failed == 0))
