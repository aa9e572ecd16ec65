#!/usr/bin/env bash
# timeout: 600
# The same logs into SQLite and into a real PostgreSQL: every exported table equal to the last byte, no table
# empty over all logs; backups from each form into the other; roles; evidence.
# PARKWATCH_BIN: the program. PARKWATCH_SEEDS: how many random logs (6). PARKWATCH_FIRST_SEED: the first (1).
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build postgres lint
program=${PARKWATCH_BIN:-$PWD/build/parkwatch}
passed=0 failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/parkwatch-stores.XXXXXX")
chmod 755 "$work"
trap 'tools/postgres-up stop "$work/server" --wipe; rm -rf "$work"' EXIT
tools/postgres-up start "$work/server" || exit 1
# shellcheck disable=SC1091
. "$work/server/env"

database() {  # NAME : makes it and prints its URL
  psql -q -X "$POSTGRES_URL" -c "CREATE DATABASE $1" >&2 && echo "${POSTGRES_URL%/*}/$1"
}
tables() {  # URL FILE : all that two stores are compared by, and what became of the records
  { "$program" export all --store "$1" && "$program" export evidence --store "$1" &&
    "$program" export counter --audit --store "$1" && "$program" export progress --audit --store "$1"; } >"$2"
}
same() {  # URL URL
  tables "$1" "$work/one" && tables "$2" "$work/two" && cmp "$work/one" "$work/two"
}
fill() {  # URL FOLDER LOG
  "$program" replay "$2/$3" --registry "$2/registry" --rules "$2/rules" --until "$(<"$2/until")" --store "$1"
}
# Which of the compared tables have rows: `# NAME`, the names of the columns, then rows.
filled() { awk '/^# / {name = $2; rows = -1; next} {if (++rows == 1) print name}' "$work/one" >>"$work/filled"; }
all_filled() {
  local name empty=0
  for name in $(sed -n 's/^# //p' "$work/one"); do
    grep -qxF "$name" "$work/filled" || { echo "$name was empty in every log"; empty=1; }
  done
  ((empty == 0))
}

first=${PARKWATCH_FIRST_SEED:-1}
for ((seed = first; seed < first + ${PARKWATCH_SEEDS:-6}; seed++)); do
  folder=$work/seed$seed lite=sqlite:$work/$seed.db
  try "seed $seed: generated" python3 tests/oracle/generate.py --seed "$seed" --out "$folder"
  big=$(database "seed_$seed")
  try "seed $seed: into SQLite" fill "$lite" "$folder" log.jsonl
  try "seed $seed: into PostgreSQL" fill "$big" "$folder" log.jsonl
  try "seed $seed: equal to the last byte" same "$lite" "$big"
  filled
done
try "no compared table was empty in all logs" all_filled

try "evidence in PostgreSQL" "$program" audit verify --store "$big"
try "backup of PostgreSQL" "$program" store backup --store "$big" "$work/backup"
try "restored into SQLite" "$program" store restore --store "sqlite:$work/restored.db" "$work/backup"
try "equal" same "$big" "sqlite:$work/restored.db"
try "backup of SQLite" "$program" store backup --store "sqlite:$work/restored.db" "$work/backup"
again=$(database again)
try "restored into PostgreSQL" "$program" store restore --store "$again" "$work/backup"
try "equal" same "$again" "$lite"
try "the restored store goes on" fill "$again" "$folder" log.jsonl
try "the first one goes on" fill "$lite" "$folder" log.jsonl
try "from the same offset, to the same end" same "$again" "$lite"
refused() { ! "$program" store restore --store "$again" "$work/backup"; }
try "a store with rows is not filled" refused
try "init may be repeated" "$program" store init --store "$again"
roles() { "$program" store roles | psql -q -X -v ON_ERROR_STOP=1 "$again"; }
try "roles" roles
# What the doctor says of the configuration's other parts does not matter here.
doctor() {
  printf '[store]\nurl = "%s"\n[kafka]\nbootstrap = "127.0.0.1:1"\n[registry]\ndir = "%s/registry"\n' "$1" "$folder" >"$work/doctor.toml"
  PARKWATCH_STORE__PASSWORD=$2 "$program" doctor --config "$work/doctor.toml" >"$work/doctor" 2>&1
  grep -F "$3" "$work/doctor" && ! grep -F "$2" "$work/doctor"
}
guarded=${again/postgres@/guarded@}
try "the doctor reads it" doctor "$again" unused "can be read"
try "the doctor knows a wrong password" doctor "$guarded" wrong-secret "the password is wrong"
echo "stores: $passed passed, $failed failed, 0 skipped"
((failed == 0))
