#!/usr/bin/env bash
# TLS, passwords and ACLs of a real broker and a real PostgreSQL, allowed and refused; attacks on the gateway; and that no
# secret is shown anywhere.
# timeout: 600
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build integration kafka postgres
exec python3 tests/e2e/security_trial.py --program "${PARKWATCH_BIN:-$PWD/build/parkwatch}" "$@"
