#!/usr/bin/env bash
# The store in PostgreSQL 17 with TimescaleDB, in a Debian 13 root made for it: hypertables, the same export
# as SQLite, chunks dropped. Downloads some 100 MB, so it is no stage of its own: run it by hand.
# usage: tests/integration/timescale.sh    as root; PARKWATCH_BIN: the program; PARKWATCH_ROOT: keep the root there
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=ci/common.sh
. ci/common.sh
skip() {
  echo "skipped: $1"
  echo "timescale: 0 passed, 0 failed, 1 skipped"
  exit 0
}
[[ $(id -u) = 0 ]] || skip "only root can make a Debian root"
need_packages build container postgres lint
program=${PARKWATCH_BIN:-$PWD/build/parkwatch}
passed=0 failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/parkwatch-timescale.XXXXXX")
root=${PARKWATCH_ROOT:-$work/root}
bin=/usr/lib/postgresql/17/bin
inside() { chroot --userspec=postgres:postgres "$root" "$@"; }
end() {
  inside $bin/pg_ctl -D /tmp/data -m immediate -w stop >/dev/null 2>&1
  umount "$root/proc" "$root/dev" 2>/dev/null
  rm -rf "$work" "$root/tmp/data"
}
trap end EXIT

if [[ ! -e $root$bin/postgres ]]; then
  mmdebstrap --quiet --variant=minbase --include=postgresql-17,postgresql-17-timescaledb \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    trixie "$root" >"$work/root.log" 2>&1 || { tail -n 5 "$work/root.log"; skip "the root could not be made"; }
fi
mount -t proc proc "$root/proc" && mount --bind /dev "$root/dev" || skip "mounts are not allowed here"
port=$((20000 + RANDOM % 12000))
inside $bin/initdb -D /tmp/data -A trust -U postgres --no-sync -E UTF8 --locale=C.UTF-8 >"$work/initdb.log" 2>&1
inside $bin/pg_ctl -D /tmp/data -w -l /tmp/data/log -o "-c listen_addresses=127.0.0.1 -p $port -k /tmp \
  -c shared_preload_libraries=timescaledb -c timescaledb.telemetry_level=off" start >/dev/null || { cat "$root/tmp/data/log"; exit 1; }
server=postgresql://postgres@127.0.0.1:$port

sql() { psql -X -qAt -v ON_ERROR_STOP=1 "$server/$1" -c "$2"; }
fill() {
  "$program" replay "$work/log/log.jsonl" --registry "$work/log/registry" --rules "$work/log/rules" \
    --until "$(<"$work/log/until")" --store "$1"
}
same() { "$program" export all --store "$1" >"$work/one" && "$program" export all --store "$2" >"$work/two" && cmp "$work/one" "$work/two"; }
hypertables() { [[ $(sql "$1" "SELECT count(*) FROM timescaledb_information.hypertables WHERE hypertable_schema = 'parkwatch'") = 4 ]]; }
drops() {
  local before
  before=$(sql early "SELECT count(*) FROM parkwatch.verdict")
  sql early "SELECT drop_chunks('parkwatch.verdict', (extract(epoch FROM timestamptz '2100-01-01') * 1000)::bigint)"
  ((before > 0)) && [[ $(sql early "SELECT count(*) FROM parkwatch.verdict") = 0 ]]
}

echo "PostgreSQL $(sql postgres 'SHOW server_version'), TimescaleDB $(sql postgres "SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb'")"
for name in early late; do sql postgres "CREATE DATABASE $name"; done
try "a log" python3 tests/oracle/generate.py --seed "${PARKWATCH_FIRST_SEED:-1}" --out "$work/log"
try "into SQLite" fill "sqlite:$work/lite.db"
try "init makes the tables" "$program" store init --store "$server/early"
sed 's/^/  /' "$work/output"
try "four hypertables" hypertables early
try "into hypertables" fill "$server/early"
try "equal to SQLite" same "$server/early" "sqlite:$work/lite.db"
try "into plain tables" fill "$server/late"
try "init spreads the rows that are there" "$program" store init --store "$server/late"
try "and may be repeated" "$program" store init --store "$server/late"
try "four hypertables" hypertables late
try "equal to SQLite" same "$server/late" "sqlite:$work/lite.db"
try "backup" "$program" store backup --store "$server/late" "$work/backup"
try "restored into SQLite" "$program" store restore --store "sqlite:$work/again.db" "$work/backup"
try "equal" same "$server/late" "sqlite:$work/again.db"
try "old chunks are dropped" drops
echo "timescale: $passed passed, $failed failed, 0 skipped"
((failed == 0))
