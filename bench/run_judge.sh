#!/usr/bin/env bash
# Consume + decode + windows + limits with a null store, as a share of a bare batch-consume loop on the same
# topic of a real broker: three runs of each in turn, medians. BENCH_LOGGERS and BENCH_HOURS set the size.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bench=${PARKWATCH_BENCH_DIR:-$PWD/build/bench/bench}
program=${PARKWATCH_BIN:-$PWD/build/parkwatch}
folder=$(mktemp -d)
trap 'tools/kafka-up stop "$folder/broker" --wipe >/dev/null 2>&1; rm -rf "$folder"' EXIT
tools/kafka-up start "$folder/broker" --port 0 >/dev/null
# shellcheck disable=SC1091
. "$folder/broker/env"
"$program" topics create --bootstrap "$KAFKA_BOOTSTRAP" --partitions 8 --input-only >/dev/null
population=(--loggers "${BENCH_LOGGERS:-500}" --loggers-per-park 50 --seed 20260315)
"$program" simulate "${population[@]}" --registry-out "$folder/registry" >/dev/null
start=$(date -u -d "$((${BENCH_HOURS:-24} + 1)) hours ago" +%Y-%m-%dT%H:00:00Z)
"$program" simulate "${population[@]}" --kafka "$KAFKA_BOOTSTRAP" --from "$start" \
  --hours "${BENCH_HOURS:-24}" --speed 0 --out-of-order 2 --late 0.5 --duplicates 0.1 \
  --corrections 0.1 --broken 0.05 >/dev/null 2>&1
for _ in 1 2 3; do
  "$bench/parkwatch_judge_bench" bare "$KAFKA_BOOTSTRAP" parkwatch.input.v1
  "$bench/parkwatch_judge_bench" judge "$KAFKA_BOOTSTRAP" parkwatch.input.v1 "$folder/registry" rules
done | tee "$folder/results"
python3 - "$folder/results" <<'P'
import json, statistics, sys
runs = [json.loads(line) for line in open(sys.argv[1])]
median = {mode: statistics.median(r["cpu_s_per_million"] for r in runs if r["mode"] == mode)
          for mode in ("bare", "judge")}
rate = {mode: statistics.median(r["records"] / r["wall_s"] for r in runs if r["mode"] == mode)
        for mode in ("bare", "judge")}
print(f"records {runs[0]['records']}")
for mode in ("bare", "judge"):
    print(f"{mode}: {median[mode]:.3f} CPU s per million records, {rate[mode]:,.0f} records/s")
print(f"judge does {100 * median['bare'] / median['judge']:.1f} % of the bare loop's messages per CPU second")
P
