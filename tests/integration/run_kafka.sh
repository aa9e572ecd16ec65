#!/usr/bin/env bash
# The Kafka client against a real broker of its own: start, test, stop.
# timeout: 900
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build unit kafka
build_tests parkwatch_kafka_tests

folder=$(mktemp -d)
trap 'tools/kafka-up stop "$folder/broker" --wipe; rm -rf "$folder"' EXIT
password=$(openssl rand -hex 12)
tools/kafka-up start "$folder/broker" --port 0 --timeout 300 --tls --user "admin:$password"
# shellcheck disable=SC1091
. "$folder/broker/env"
export KAFKA_BOOTSTRAP KAFKA_BOOTSTRAP_TLS KAFKA_CA KAFKA_ADMIN_PASSWORD=$password
export KAFKA_UP=$PWD/tools/kafka-up KAFKA_FOLDER=$folder/broker

status=0
"$build/parkwatch_kafka_tests" "$@" | tee "$folder/log" || status=$?
gtest_totals kafka "$folder/log" "$status"
