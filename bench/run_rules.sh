#!/usr/bin/env bash
# The whole chain with all rules on, as a share of the chain without them: the same log (readings of every minute, a
# meter reading a minute of each enterprise, milestones, marks) is replayed into SQLite under a registry that names lines,
# treatment, meters, projects and marking schemes, and under one that names none. BENCH_LOGGERS, BENCH_HOURS: the size.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec python3 bench/rules.py --program "${PARKWATCH_BIN:-$PWD/build/parkwatch}" \
  --loggers "${BENCH_LOGGERS:-100}" --hours "${BENCH_HOURS:-24}"
