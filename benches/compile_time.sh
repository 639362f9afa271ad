#!/usr/bin/env bash
# CPU seconds that rustc needs for N signatures of ten fields, against the same fields as serde and
# schemars derives: check and build, clean and after a touch. Usage: benches/compile_time.sh 1 100 [1000]
set -euo pipefail
cd "$(dirname "$0")"
exec python3 compile_time.py "$@"
