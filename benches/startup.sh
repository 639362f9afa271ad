#!/usr/bin/env bash
# Start-up of the smallest program: 20 runs, median wall time and peak memory (VmHWM). The bars are 5 ms
# and 15 MB.
set -euo pipefail
cd "$(dirname "$0")/../examples/minimal"
cargo build --release --locked --quiet
unset OPENAI_API_KEY OPENAI_BASE_URL SIGFLOW_MODEL
exec python3 - "${CARGO_TARGET_DIR:-target}/release/minimal" <<'P'
import fcntl, os, pathlib, re, statistics, subprocess, sys, time

RUNS = 20


def wall(program: str) -> float:
    """Milliseconds from start to end."""
    began = time.perf_counter()
    subprocess.run([program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1000


def peak(program: str) -> float:
    """VmHWM in MB when the program writes its answer, which is the last thing it does.

    Its output is a pipe that is full already, so that it waits there for us to look. The peak in what
    `wait4` tells would be that of this Python, which the program inherits.
    """
    reader, writer = os.pipe()
    os.write(writer, bytes(fcntl.fcntl(writer, fcntl.F_GETPIPE_SZ)))
    child = subprocess.Popen([program], stdout=writer, stderr=subprocess.DEVNULL)
    os.close(writer)
    status, before = "", None
    while status != before or "State:\tS" not in status:
        time.sleep(0.02)
        before, status = status, pathlib.Path(f"/proc/{child.pid}/status").read_text()
    with os.fdopen(reader, "rb") as rest:
        assert rest.read().lstrip(b"\0"), "no answer was written"
    assert child.wait() == 0, child.returncode
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


walls = statistics.median(wall(sys.argv[1]) for _ in range(RUNS))
peaks = statistics.median(peak(sys.argv[1]) for _ in range(RUNS))
print(f"{RUNS} runs: median {walls:.1f} ms wall (bar 5), {peaks:.1f} MB peak (bar 15)")
sys.exit(walls >= 5 or peaks >= 15)
P
