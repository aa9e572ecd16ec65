#!/usr/bin/env bash
# kill -9 of a worker that holds a million open windows: seconds until the store has its first new result, when the same
# static member comes back and when another one takes over; memory, and bytes in the store for a million readings.
# BENCH_LOGGERS sets the size, BENCH_STORES the stores.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages kafka postgres
for store in ${BENCH_STORES:-sqlite postgresql}; do
  python3 bench/restart.py --program "${PARKWATCH_BIN:-$PWD/build/parkwatch}" --store "$store" \
    --loggers "${BENCH_LOGGERS:-106000}" "$@"
done
