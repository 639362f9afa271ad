#!/usr/bin/env bash
# What a call costs beside the model, in instructions (callgrind; the difference of two runs, so without the start), and
# by the clock. Needs valgrind.
#
#   bash benches/overhead.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/callgrind.sh overhead

for kind in plain stream; do
    for row in request call watched; do
        for size in 1024:200 102400:40 1048576:20; do
            bytes=${size%:*} times=${size#*:}
            # a twentieth more is made to warm up
            few=$(instructions memory "$kind" "$row" "$bytes" "$times")
            many=$(instructions memory "$kind" "$row" "$bytes" "$((2 * times))")
            echo "$kind, $row, $bytes bytes: $(((many - few) * 20 / (21 * times))) instructions a call"
        done
    done
done
"$binary"
