#!/usr/bin/env bash
# What a bureau files: a simulated month of a park of 40 enterprises is replayed, `parkwatch report compliance` prints it
# in both languages and all forms, and each figure is counted anew from exported tables.
# timeout: 600
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build
exec python3 tests/e2e/compliance_month.py --program "${PARKWATCH_BIN:-$PWD/build/parkwatch}" "$@"
