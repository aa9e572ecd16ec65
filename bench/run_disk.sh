#!/usr/bin/env bash
# Bytes that a store takes for each device and day, by table and by records of a commit; SQLite and PostgreSQL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=ci/common.sh
. ci/common.sh
if [[ -z ${DISK_SQLITE_ONLY:-} ]]; then
  need_packages postgres
  folder=$(mktemp -d)
  chmod 755 "$folder"
  trap 'tools/postgres-up stop "$folder/server" --wipe >/dev/null; rm -rf "$folder"' EXIT
  tools/postgres-up start "$folder/server" >/dev/null
  # shellcheck disable=SC1091
  . "$folder/server/env"
  export POSTGRES_URL
fi
python3 bench/disk.py --program "${PARKWATCH_BIN:-$PWD/build/parkwatch}" "$@"
