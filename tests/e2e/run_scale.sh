#!/usr/bin/env bash
# Several workers over one PostgreSQL store: joins, kill -9, a frozen worker that comes back, planned restarts; the
# store equals a replay of the log by one process. --full: 4 workers, 32 partitions, 10 million records.
# timeout: 900
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build kafka postgres
exec python3 tests/e2e/scale_trial.py --program "${PARKWATCH_BIN:-$PWD/build/parkwatch}" "$@"
