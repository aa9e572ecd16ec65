#!/usr/bin/env bash
# The Kafka client against a real broker of its own: start, test, stop.
# timeout: 900
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages build unit kafka
build=${PARKWATCH_BUILD_DIR:-$PWD/build/release}
[[ $build != "$PWD/build/release" ]] || configure release -DPARKWATCH_TESTS=ON
cmake --build "$build" --target parkwatch_kafka_tests

folder=$(mktemp -d)
trap 'tools/kafka-up stop "$folder/broker" --wipe; rm -rf "$folder"' EXIT
password=$(openssl rand -hex 12)
tools/kafka-up start "$folder/broker" --port 0 --timeout 300 --tls --user "admin:$password"
# shellcheck disable=SC1091
. "$folder/broker/env"
export KAFKA_BOOTSTRAP KAFKA_BOOTSTRAP_TLS KAFKA_CA KAFKA_ADMIN_PASSWORD=$password
export KAFKA_UP=$PWD/tools/kafka-up KAFKA_FOLDER=$folder/broker

log=$folder/log status=0
"$build/parkwatch_kafka_tests" "$@" | tee "$log" || status=$?
passed=$(grep -c '^\[       OK \]' "$log") || true
failed=$(grep -c '^\[  FAILED  \].* ([0-9]* ms)$' "$log") || true
((status == 0 || failed > 0)) || failed=1
((passed > 0)) || failed=$((failed + 1))
echo "kafka: $passed passed, $failed failed, 0 skipped"
((failed == 0))
