#!/usr/bin/env bash
# Builds the optimised program, every warning an error, and asks it for its version and help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=ci/common.sh
. ci/common.sh
rm -f build/parkwatch
# Here and not only under the sanitizers: those make g++ see conversions that are none.
build_program -DCMAKE_COMPILE_WARNING_AS_ERROR=ON
build/parkwatch version
build/parkwatch --help >/dev/null
echo "build: 3 passed, 0 failed, 0 skipped"
