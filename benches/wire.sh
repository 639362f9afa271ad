#!/usr/bin/env bash
# A call over loopback by our client beside one written by hand with reqwest and serde, in one run: instructions
# of the client's process (callgrind), time by the clock, allocations. Needs valgrind.
#
#   bash benches/wire.sh          the whole table
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/callgrind.sh wire

served() { # CHUNKS: starts a server, and sets `address`
    "$binary" serve "$1" >"$served" &
    server=$!
    until [ -s "$served" ]; do sleep 0.05; done
    address=$(cat "$served")
}
served=$(mktemp)
trap 'kill "$server" 2>/dev/null || true; rm -f "$served"' EXIT

each() { # WHAT TIMES CONCURRENCY: instructions of one call, without those of the start
    local few many
    few=$(instructions "$1" "$address" "$2" "$3")
    many=$(instructions "$1" "$address" "$((2 * $2))" "$3")
    echo $(((many - few) / $2))
}

echo "## whole replies"
served 0
for concurrency in 1 64 512; do
    times=$((concurrency * 8 < 400 ? 400 : concurrency * 8))
    ours=$(each ours "$times" "$concurrency")
    floor=$(each floor "$times" "$concurrency")
    echo "concurrency $concurrency: instructions ours $ours, by hand $floor, ratio $(python3 -c "print(round($ours/$floor,3))")"
    for _ in 1 2 3; do
        "$binary" ours "$address" $((times * 10)) "$concurrency"
        "$binary" floor "$address" $((times * 10)) "$concurrency"
    done
done
kill "$server"

for chunks in 100 1000 10000; do
    : >"$served"
    served "$chunks"
    echo "## streams of $chunks chunks"
    ours=$(each ours-stream 20 1)
    floor=$(each floor-stream 20 1)
    echo "instructions ours $ours ($((ours / chunks)) a chunk), by hand $floor, ratio $(python3 -c "print(round($ours/$floor,3))")"
    "$binary" ours-stream "$address" 100 1
    "$binary" floor-stream "$address" 100 1
    kill "$server"
done
