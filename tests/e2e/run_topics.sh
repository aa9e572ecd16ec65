#!/usr/bin/env bash
# Result topics on a real broker: every message fits its schema, the newest of each key are the store's rows, also
# after kill -9 between acknowledgement and deletion; dead letters go back to the input and count as they would have.
# timeout: 600
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build kafka
exec python3 tests/e2e/topics_trial.py --program "${PARKWATCH_BIN:-$PWD/build/parkwatch}" "$@"
