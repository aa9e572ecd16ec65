#!/usr/bin/env bash
# Alerts on their whole way: readings into a real Kafka broker, the program, a real Prometheus with
# the rules of deploy/prometheus, a real Alertmanager, a webhook. An hour over its limit must reach
# the webhook with outlet, limit and window, and a late correction must resolve it; so must a broken
# rule of the three simultaneities and a due date of a project, and what the demonstration breaks:
# a project that is accepted late and a scrubber that is off at night. Meanwhile every query of the
# dashboards of Grafana is asked of this Prometheus: it must find something.
# timeout: 420
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages kafka deploy integration
: "${PARKWATCH_BIN:=$PWD/build/parkwatch}"
export PARKWATCH_BIN

folder=$(mktemp -d)
trap 'tools/kafka-up stop "$folder/broker" --wipe >/dev/null; rm -rf "$folder"' EXIT
tools/kafka-up start "$folder/broker" --port 0 >"$folder/kafka.log"
# shellcheck disable=SC1091
. "$folder/broker/env"
export KAFKA_BOOTSTRAP
python3 tests/e2e/alerting.py "$folder"
