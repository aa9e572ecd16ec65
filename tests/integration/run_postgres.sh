#!/usr/bin/env bash
# The PostgreSQL store against a real server of its own: start, test, stop.
# timeout: 900
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build unit postgres
build_tests parkwatch_postgres_tests

folder=$(mktemp -d)
chmod 755 "$folder"
trap 'tools/postgres-up stop "$folder/server" --wipe; rm -rf "$folder"' EXIT
tools/postgres-up start "$folder/server"
# shellcheck disable=SC1091
. "$folder/server/env"
export POSTGRES_PORT POSTGRES_UP=$PWD/tools/postgres-up POSTGRES_FOLDER=$folder/server

status=0
"$build/parkwatch_postgres_tests" "$@" | tee "$folder/log" || status=$?
gtest_totals postgres "$folder/log" "$status"
