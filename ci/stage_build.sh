#!/usr/bin/env bash
# Builds the optimised program and asks it for its version and help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=ci/common.sh
. ci/common.sh
rm -f build/parkwatch
build_program
build/parkwatch version
build/parkwatch --help >/dev/null
echo "build: 3 passed, 0 failed, 0 skipped"
