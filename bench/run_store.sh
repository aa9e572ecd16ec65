#!/usr/bin/env bash
# Rows a second of commits into SQLite and into a PostgreSQL of its own, both with every commit on disk.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages postgres
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'tools/postgres-up stop "$folder/server" --wipe; rm -rf "$folder"' EXIT
tools/postgres-up start "$folder/server" --set shared_buffers=512MB --set max_wal_size=8GB
# shellcheck disable=SC1091
. "$folder/server/env"
export POSTGRES_URL
"${PARKWATCH_BENCH_DIR:-$PWD/build/bench/bench}/parkwatch_store_bench" --benchmark_min_time=2
