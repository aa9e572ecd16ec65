#!/usr/bin/env bash
# What single steps cost on this machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
"${PARKWATCH_BENCH_DIR:-$PWD/build/bench/bench}/parkwatch_micro_bench" --benchmark_min_time=0.3
