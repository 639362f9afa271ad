#!/usr/bin/env bash
# CPU seconds that rustc needs for N signatures of ten fields, against the same fields as serde and
# schemars derives: check and build, clean and after a touch. Usage:
# benches/compile_time.sh [--bar] 1 100 [1000]; with --bar a ratio above 1.0 from 100 on is a failure
set -euo pipefail
cd "$(dirname "$0")"
exec python3 compile_time.py "$@"
