#!/usr/bin/env bash
# What the running program shows to people and to Prometheus: every path answers, the exposition
# passes promtool, and each family in it is one that docs/metrics.md lists, with its type and labels.
# timeout: 180
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages deploy integration
: "${PARKWATCH_BIN:=$PWD/build/parkwatch}"
export PARKWATCH_BIN
exec python3 tests/integration/metrics.py
