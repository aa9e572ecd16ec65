#!/usr/bin/env bash
# Who may include whom, sizes, documents against the tree and the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages lint
exec python3 tests/tidy/tidy.py
