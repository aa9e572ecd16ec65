#!/usr/bin/env bash
# Plants that do not exist, for compose.yml.
#
# usage: demo.sh registry     writes their registry into this folder, unless there is one
#        demo.sh play         plays their loggers: the last day at once, then as time goes by; and tells of two projects
set -euo pipefail
plants=(--loggers 24 --loggers-per-park 8 --clusters 2 --seed 1)
trouble=(--duplicates 1 --out-of-order 1 --corrections 0.5 --broken 0.2)

registry() {
  [[ ! -e parks.csv ]] || return 0
  # First, so that parks.csv tells that the rest is there.
  printf 'id,enterprise,name\nextension,enterprise-00001,Extension\nnew-line,enterprise-00002,New line\n' >projects.csv
  parkwatch simulate "${plants[@]}" --registry-out .
}

act() {  # PROJECT ACT DAYS_AGO
  echo "$1-$2,park-001,$1,$2,$(date -u -d "$3 days ago" +%FT00:00:00Z)"
}

# One project that was begun without approval, and one that has two weeks left until it has to be accepted.
acts() {
  echo id,park,project,act,time
  act extension design_chapter 60
  act extension investment_estimate 60
  act extension construction_start 40
  act new-line eia_approval 400
  act new-line design_chapter 350
  act new-line investment_estimate 350
  act new-line construction_start 300
  act new-line completion 76
}

# Ends with 3 where frames that were damaged on purpose got no answer.
loggers() {
  local status=0
  parkwatch simulate "${plants[@]}" "${trouble[@]}" --to "$address:9212" "$@" || status=$?
  ((status == 0 || status == 3)) || return "$status"
}

play() {
  # The loggers want an address, not a name.
  read -r address _ < <(getent ahostsv4 gateway)
  acts >/tmp/acts.csv
  parkwatch import /tmp/acts.csv --type milestone --source demo --config /etc/parkwatch/parkwatch.toml
  loggers --hours 24 --speed 0
  loggers --from "$(date -u +%FT%TZ)" --hours 87600 --speed 1
}

case ${1:-} in
  registry | play) "$1" ;;
  *) sed -n '/^# usage/,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
