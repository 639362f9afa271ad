#!/usr/bin/env bash
# Start-up of the smallest program: 20 runs, median wall time and peak memory (VmHWM).
set -euo pipefail
cd "$(dirname "$0")/../examples/minimal"
cargo build --release --locked --quiet
unset OPENAI_API_KEY OPENAI_BASE_URL SIGFLOW_MODEL
exec python3 - target/release/minimal <<'P'
import os, resource, statistics, subprocess, sys, time

walls, peaks = [], []
for _ in range(20):
    began = time.perf_counter()
    child = subprocess.Popen([sys.argv[1]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    walls.append((time.perf_counter() - began) * 1000)
    peaks.append(usage.ru_maxrss / 1024)
    assert status == 0, status
print(f"20 runs: median {statistics.median(walls):.1f} ms wall, {statistics.median(peaks):.1f} MB peak")
P
