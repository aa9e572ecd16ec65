#!/usr/bin/env bash
# The rules, their unit tests and the configurations under deploy/, by the tools that read them; docs/security.md; the
# workflow for GitHub.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages deploy integration
passed=0 failed=0 skipped=0

try() {
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED $*"
  fi
}

count() {  # COMMAND... : counts its own tests; its last line is `NAME: N passed, N failed, N skipped`
  local output words
  output=$("$@" 2>&1)
  printf '%s\n' "$output"
  words=$(tail -n 1 <<<"$output")
  if [[ $words =~ ^[a-z]+:\ ([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
  else
    failed=$((failed + 1))
    echo "FAILED $*: it counted nothing"
  fi
}

for rules in deploy/prometheus/*.rules.yml; do try promtool check rules "$rules"; done
for config in deploy/prometheus/prometheus*.yml; do try promtool check config "$config"; done
for tests in deploy/prometheus/tests/*.yml; do try promtool test rules "$tests"; done
for config in deploy/alertmanager/*.yml; do try amtool check-config "$config"; done
# As it is, and with the profile: a service that is not wanted is not looked at.
try docker-compose -f deploy/compose/compose.yml config -q
try docker-compose -f deploy/compose/compose.yml --profile demo config -q
count python3 tests/deploy/check_alerts.py
count python3 tests/deploy/check_workflow.py
count python3 tests/deploy/check_systemd.py
count python3 tests/deploy/check_security.py
count python3 tests/deploy/check_compose.py
count python3 tests/deploy/check_dashboards.py
count python3 tests/deploy/check_sbom.py
# The manifests of Kubernetes as they are committed; the chart itself is the stage `helm`.
count python3 tests/deploy/manifests.py
echo "deploy: $passed passed, $failed failed, $skipped skipped"
((failed == 0))
