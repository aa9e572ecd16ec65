#!/usr/bin/env bash
# Thirty days of one device arrive late and at once: seconds until everything is right.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec python3 bench/backfill.py --program "${PARKWATCH_BIN:-$PWD/build/parkwatch}"
