#!/usr/bin/env bash
# The drill of docs/operations.md on a real broker: a backup while a worker runs, the store lost, restored, and read on.
# timeout: 300
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build kafka
exec python3 tests/e2e/recovery_trial.py --program "${PARKWATCH_BIN:-$PWD/build/parkwatch}" "$@"
