#!/usr/bin/env bash
# Recall and false flags of the findings about sensors, and of the suspicions, on the seeded fault set: 200 outlets, 90 days.
# BENCH_SEED, BENCH_OUTLETS and BENCH_DAYS change it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
"${PARKWATCH_BENCH_DIR:-$PWD/build/bench/bench}/parkwatch_quality_faults" \
  "${BENCH_SEED:-20260315}" "${BENCH_OUTLETS:-200}" "${BENCH_DAYS:-90}"
