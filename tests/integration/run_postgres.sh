#!/usr/bin/env bash
# The PostgreSQL store against a real server of its own: start, test, stop.
# timeout: 900
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build unit postgres
build=${PARKWATCH_BUILD_DIR:-$PWD/build/release}
[[ $build != "$PWD/build/release" ]] || configure release -DPARKWATCH_TESTS=ON
cmake --build "$build" --target parkwatch_postgres_tests

folder=$(mktemp -d)
chmod 755 "$folder"
trap 'tools/postgres-up stop "$folder/server" --wipe; rm -rf "$folder"' EXIT
tools/postgres-up start "$folder/server"
# shellcheck disable=SC1091
. "$folder/server/env"
export POSTGRES_PORT POSTGRES_UP=$PWD/tools/postgres-up POSTGRES_FOLDER=$folder/server

log=$folder/log status=0
"$build/parkwatch_postgres_tests" "$@" | tee "$log" || status=$?
passed=$(grep -c '^\[       OK \]' "$log") || true
failed=$(grep -c '^\[  FAILED  \].* ([0-9]* ms)$' "$log") || true
((status == 0 || failed > 0)) || failed=1
((passed > 0)) || failed=$((failed + 1))
echo "postgres: $passed passed, $failed failed, 0 skipped"
((failed == 0))
