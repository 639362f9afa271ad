#!/usr/bin/env bash
# Counts the crates of the smallest program; the bar is 110.
set -euo pipefail
cd "$(dirname "$0")/../examples/minimal"
count=$(cargo tree --locked -e normal --prefix none --no-dedupe | awk '{print $1,$2}' | sort -u | wc -l)
echo "a minimal program has $count crates"
[ "$count" -le 110 ]
