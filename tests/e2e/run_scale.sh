#!/usr/bin/env bash
# Four workers over one PostgreSQL store: two join, two are killed and come back, one is restarted as planned, one leaves
# and another comes. The store equals a replay of the log by one process; the pauses are printed.
# --full: 32 partitions and 10 million records.
# timeout: 300
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build kafka postgres
exec python3 tests/e2e/scale_trial.py --program "${PARKWATCH_BIN:-$PWD/build/parkwatch}" "$@"
