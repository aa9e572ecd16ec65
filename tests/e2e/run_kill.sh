#!/usr/bin/env bash
# Loggers over TCP, a real broker, a worker and a gateway that are killed: the store equals a replay and the oracle.
# timeout: 900
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build kafka
# On a fast machine the short trial ends within a minute: versions of one minute are one.
[[ $# -gt 0 ]] || set -- --may-be-empty history,quality,dead_letter
exec python3 tests/e2e/kill_trial.py --program "${PARKWATCH_BIN:-$PWD/build/parkwatch}" "$@"
