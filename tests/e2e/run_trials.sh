#!/usr/bin/env bash
# A slice of the trials with real processes (see process_trials.py); `./dev faults --processes N` runs more of them.
# timeout: 900
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build kafka postgres
[[ $# -gt 0 ]] || set -- --trials 6 --brokers 1 --oracle-every 3
exec python3 tests/e2e/process_trials.py --program "${PARKWATCH_BIN:-$PWD/build/parkwatch}" "$@"
