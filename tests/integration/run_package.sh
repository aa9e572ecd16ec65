#!/usr/bin/env bash
# timeout: 120
# The Debian package, made of what is built already: what is in it, its installation into a root of its own, the program
# and the units from there, an upgrade over a changed configuration, and its removal.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=ci/common.sh
. ci/common.sh

checks=18
passed=0 failed=0
skip_all() {
  echo "package: skipped: $1"
  echo "package: 0 passed, 0 failed, $checks skipped"
  exit 0
}
build=${PARKWATCH_BUILD_DIR:-$PWD/build/release}
[[ -x $build/parkwatch ]] || skip_all "$build/parkwatch is not built"
[[ -e $build/CPackConfig.cmake ]] || skip_all "$build was configured without deploy/debian/package.cmake"
command -v dpkg >/dev/null || skip_all "this is no Debian"
[[ $(id -u) = 0 ]] || skip_all "needs root: dpkg gives files to their owners"
need_packages build package deploy

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

make_package() {
  touch "$work/before"
  cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work/made" || return 1
  rm -rf "$work/made/_CPack_Packages"
  package=$(echo "$work"/made/parkwatch_*.deb)
  [[ -e $package ]] || return 1
  # Nothing in the built folder is newer: cpack has compiled nothing.
  [[ -z $(find "$build" -newer "$work/before" \( -name '*.o' -o -name '*.a' -o -name parkwatch \)) ]]
}
field() { dpkg-deb --field "$package" "$1"; }
control() {
  local version
  version=$("$build/parkwatch" version | sed -n '1s/^parkwatch \([0-9.]*\).*/\1/p')
  field Package | grep -qx parkwatch && field Version | grep -qx "$version-1" &&
    field Architecture | grep -qx "$(dpkg --print-architecture)" &&
    [[ $(field Description | head -n 1) = 'watches the emissions of industrial parks' ]] &&
    dpkg-deb --fsys-tarfile "$package" | tar -xO ./usr/share/doc/parkwatch/changelog.Debian.gz | zcat | grep -q "^parkwatch ($version-1) "
}
# Every library that the program is linked to comes with a package that is named.
libraries() {
  local library path owner
  ldd "$build/parkwatch" >"$work/linked"
  while read -r library; do
    path=$(sed -n "s|^\\s*$library => \(/[^ ]*\) .*|\1|p" "$work/linked")
    # Older systems have /lib beside /usr/lib, and packages name either.
    owner=$(dpkg-query --search "*/$(basename "$(realpath "$path")")" 2>/dev/null | grep -F "$(basename "$(dirname "$path")")/" | sed -n '1s/[:,].*//p')
    [[ -n $owner ]] && field Depends | grep -qF "$owner" || { echo "$library of ${owner:-no package}"; return 1; }
  done < <(objdump -p "$build/parkwatch" | sed -n 's/^ *NEEDED *//p' | grep -v '^ld-linux')
}
modes() {
  dpkg-deb --contents "$package" >"$work/contents"
  ! awk '$2 != "root/root" || $1 ~ /^.....w/ || $1 ~ /^........w/ || $1 ~ /[sStT]/ {print; found = 1} END {exit !found}' "$work/contents" &&
    grep -q '^drwx------ .* ./etc/parkwatch/secrets/$' "$work/contents" &&
    grep -q '^-rwxr-xr-x .* ./usr/bin/parkwatch$' "$work/contents" &&
    [[ $(awk '$1 ~ /^-.*x/ {print $6}' "$work/contents" | xargs) = './usr/bin/parkwatch ./usr/share/parkwatch/backup-drill' ]]
}
# Below /etc stands nothing but what dpkg treats as configuration.
configuration_files() {
  diff <(dpkg-deb --info "$package" conffiles | sort) <(sed -n 's/^-.* \.\(\/etc\/.*\)$/\1/p' "$work/contents" | sort)
}
stripped() { ! objdump -h "$root/usr/bin/parkwatch" | grep -q '\.debug_info'; }
tree() {  # the committed files, all of them and as they are, and what the program prints
  diff <(zcat "$root/usr/share/man/man1/parkwatch.1.gz") <("$build/parkwatch" manual) &&
    diff "$root/usr/share/bash-completion/completions/parkwatch" <("$build/parkwatch" completion bash) || return 1
  diff -r rules "$root/usr/share/parkwatch/rules" && diff -r docs "$root/usr/share/doc/parkwatch/docs" &&
    diff deploy/prometheus/parkwatch.rules.yml "$root/usr/share/parkwatch/prometheus/parkwatch.rules.yml" &&
    diff -r deploy/systemd/parkwatch.service.d "$root/usr/share/doc/parkwatch/examples/parkwatch.service.d"
}

# Scripts run outside the root, which holds no shell; they are told of it by DPKG_ROOT.
into_root() { dpkg --root="$root" --force-script-chrootless --force-depends --force-confold "$@"; }
install_package() {
  mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/etc" "$root/var/lib/parkwatch"
  touch "$root/var/lib/dpkg/status" "$root/var/lib/dpkg/available"
  echo evidence >"$root/var/lib/parkwatch/parkwatch.db"
  into_root --install "$package" && [[ $(dpkg-query --root="$root" -W -f '${Status}' parkwatch) = 'install ok installed' ]]
}
user() {
  local id
  grep -E '^parkwatch:[^:]*:[0-9]+:[0-9]+:Parkwatch:/var/lib/parkwatch:(/usr)?/s?bin/nologin$' "$root/etc/passwd" || return 1
  id=$(sed -n 's/^parkwatch:[^:]*:\([0-9]*\):.*/\1/p' "$root/etc/passwd")
  ((id > 0 && id < 1000))
}
program=$root/usr/bin/parkwatch
first_steps() {  # as README.Debian has them
  grep -q 'parkwatch init /var/tmp/start' deploy/debian/README.Debian && "$program" init "$work/start" &&
    mv "$work/start/registry" "$root/etc/parkwatch/" &&
    "$program" check --config "$root/etc/parkwatch/parkwatch.toml" --registry "$root/etc/parkwatch/registry" &&
    "$program" check --config "$root/etc/parkwatch/parkwatch.toml" --registry "$root/etc/parkwatch/registry" --rules "$root/usr/share/parkwatch/rules"
}
missing_registry() {  # before them it is refused as configuration, so that the unit does not start again and again
  local status=0
  "$program" check --config "$root/etc/parkwatch/parkwatch.toml" || status=$?
  [[ $status = 78 || $status = 3 ]]
}
units() {  # systemd looks for the program in the root's /usr/bin, and for the command that reloads it
  local unit said
  install -D -m 755 /bin/kill "$root/bin/kill"
  for unit in parkwatch.service parkwatch@worker-1.service; do
    said=$(systemd-analyze verify --root="$root" --man=no --recursive-errors=no "$unit" 2>&1) || { echo "$said"; return 1; }
    ! grep -F parkwatch <<<"$said" || return 1
  done
}
upgrade() {  # over a changed configuration, which stays
  echo '# ours' >>"$root/etc/parkwatch/parkwatch.toml"
  into_root --install "$package" && grep -q '^# ours$' "$root/etc/parkwatch/parkwatch.toml"
}
removal() {
  into_root --remove parkwatch && [[ ! -e $program && -e $root/etc/parkwatch/parkwatch.toml && -e $root/etc/parkwatch/registry/parks.csv ]]
}
purge() {
  into_root --purge parkwatch && [[ ! -e $root/etc/parkwatch/parkwatch.toml ]] && grep -q evidence "$root/var/lib/parkwatch/parkwatch.db" &&
    grep -q '^parkwatch:' "$root/etc/passwd"
}

try "the package is made and nothing compiled" make_package
if ((failed == 0)); then
  try "its control data" control
  try "the libraries are named" libraries
  try "owners and modes" modes
  try "below /etc are configuration files only" configuration_files
  try "it can be installed" install_package
  try "the program carries no debug information" stripped
  try "rules, documents and examples are complete" tree
  try "it makes the user" user
  try "the program starts" "$program" version
  try "without a registry it is refused" missing_registry
  try "the first steps of README.Debian" first_steps
  if command -v systemd-analyze >/dev/null; then
    try "systemd takes the units" units
  else
    echo "skipped: systemd takes the units: systemd-analyze is not installed"
  fi
  if command -v promtool >/dev/null; then
    try "Prometheus takes the rules" promtool check rules "$root/usr/share/parkwatch/prometheus/parkwatch.rules.yml"
  else
    echo "skipped: Prometheus takes the rules: promtool is not installed"
  fi
  if command -v lintian >/dev/null; then
    try "lintian finds nothing" lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$package"
  else
    echo "skipped: lintian finds nothing: lintian is not installed"
  fi
  try "an upgrade keeps the configuration" upgrade
  try "a removal keeps configuration and registry" removal
  try "a purge keeps the evidence" purge
fi
echo "package: $passed passed, $failed failed, $((checks - passed - failed)) skipped"
((failed == 0))
