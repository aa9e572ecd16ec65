#!/usr/bin/env bash
# Thousands of loggers on one gateway that is killed, with slow and silent connections among them.
# timeout: 900
# --full: 5,000 loggers at a report a minute; without it 500 at a report each six seconds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build kafka
ulimit -n "$(ulimit -H -n)"
exec python3 tests/e2e/gateway_load.py --program "${PARKWATCH_BIN:-$PWD/build/parkwatch}" "$@"
