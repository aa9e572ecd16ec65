#!/usr/bin/env bash
# timeout: 1500
# Builds the image as the Dockerfile says, on a Debian 13 base made from Debian's packages, and runs
# the demo in it as the user that it names. Needs root and a kernel that lets a process mount.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

passed=0 failed=0
checks=9
skip_all() {
  echo "container: skipped: $1"
  echo "container: 0 passed, 0 failed, $checks skipped"
  exit 0
}
try() {  # NAME COMMAND...
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok: $name"
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
  fi
}
finish() {
  echo "container: $passed passed, $failed failed, $((checks - passed - failed)) skipped"
  ((failed == 0))
  exit
}

[[ $(id -u) = 0 ]] || skip_all "needs root"
for tool in buildah mmdebstrap python3; do
  command -v "$tool" >/dev/null || skip_all "$tool is not installed"
done
unshare --mount true 2>/dev/null || skip_all "this kernel lets us make no mount namespace"

work=$(mktemp -d /var/tmp/parkwatch-container.XXXXXX)
clean_up() {
  umount "$work/st/overlay" "$work/merged" 2>/dev/null
  rm -rf "$work"
}
trap clean_up EXIT
mkdir "$work/lower" "$work/upper" "$work/inner" "$work/merged"
driver=vfs
if mount -t overlay overlay -o "lowerdir=$work/lower,upperdir=$work/upper,workdir=$work/inner" "$work/merged" 2>/dev/null; then
  umount "$work/merged"
  driver=overlay
fi
b() { buildah --root "$work/st" --runroot "$work/run" --storage-driver "$driver" "$@"; }

# The base under the public name, so that the Dockerfile is the one that everybody uses.
base=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/parkwatch/trixie.tar
if [[ ! -s $base ]]; then
  mkdir -p "$(dirname "$base")"
  # shellcheck disable=SC2016  # apt's own variable
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 2>/dev/null | grep -m 1 '/debian/\?$')
  mmdebstrap --quiet --variant=minbase --include=ca-certificates \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    trixie "$base.new" ${mirror:+"$mirror"} && mv "$base.new" "$base"
fi
[[ -s $base ]] || { try "the base system" false; finish; }
import_base() {
  local container
  container=$(b from scratch) && b add -q "$container" "$base" / &&
    b commit -q --rm "$container" localhost/debian:trixie-slim
}
import_base >/dev/null || { try "the base system is imported" false; finish; }

image=localhost/parkwatch:test
try "the image builds" \
  b bud --layers=false --isolation chroot --pull-never --format docker -t "$image" .
((failed == 0)) || finish

field() { b inspect --type image --format "$1" "$image"; }
is() { [[ $1 = "$2" ]] || { echo "is '$1', not '$2'"; return 1; }; }
try "its user is 10001" is "$(field '{{.Docker.Config.User}}')" 10001:10001
try "it has a health check" is "$(field '{{.Docker.Config.Healthcheck.Test}}')" '[CMD healthcheck]'

container=$(b from --pull-never "$image")
inside() { timeout --kill-after=10 "$1" buildah --root "$work/st" --runroot "$work/run" --storage-driver "$driver" \
  run --isolation chroot "$container" -- "${@:2}"; }
try "it runs without rights" is "$(inside 20 id -u)" 10001
try "it holds no compiler" is "$(inside 20 bash -c 'command -v g++ cc cmake || echo none')" none
try "the program starts" inside 20 parkwatch version

demo() {
  # The same port as in production, so that the health check of the image can be tried on it.
  inside 120 parkwatch demo --for 30s --web-port 9464 --summary /tmp/summary.json >"$work/demo.log" 2>&1 &
  local demo=$! healthy=no
  for ((i = 0; i < 100; i++)); do
    if inside 10 healthcheck >/dev/null 2>&1; then
      healthy=yes
      break
    fi
    kill -0 "$demo" 2>/dev/null || break
    sleep 0.2
  done
  echo "$healthy" >"$work/healthy"
  wait "$demo"
}
try "the demo runs and ends by itself" demo
((failed == 0)) || tail -n 30 "$work/demo.log"
try "the health check sees it" is "$(cat "$work/healthy")" yes
accounts() {
  inside 20 cat /tmp/summary.json >"$work/summary.json" && python3 - "$work/summary.json" <<'PY'
import json, sys
summary = json.load(open(sys.argv[1]))
classes = ("accepted", "corrected", "duplicate", "quarantined", "not_monitored")
for kind in ("records", "values"):
    counted = summary[kind]
    print(kind, counted)
    assert counted["received"] > 0, kind
    assert counted["received"] == sum(counted[c] for c in classes), kind
PY
}
try "every record is accounted for" accounts
b rm "$container" >/dev/null
finish
