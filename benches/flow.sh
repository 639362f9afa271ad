#!/usr/bin/env bash
# What a schedule costs: time, instructions (callgrind, the difference of two runs) and allocations of programs of
# 3, 10 and 50 nodes, beside `join!` by hand and beside sequential awaits. Needs valgrind.
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/callgrind.sh flow
printf '%-7s %-6s %5s  %-8s %7s %9s %13s %12s\n' shape nodes '' how ns ns/node instructions allocations
for shape in wide ladder; do
    for when in ready yields waits; do
        for nodes in 3 10 50; do
            for how in program join plain; do
                count=$(( ($(instructions $shape $nodes $how $when 2000) - $(instructions $shape $nodes $how $when 1000)) / 1000 ))
                read -r ns _ _ allocations _ <<<"$("$binary" $shape $nodes $how $when 200000)"
                printf '%-7s %-6s %5s  %-8s %7d %9.1f %13d %12d\n' $shape $nodes $when $how "$ns" \
                    "$(echo "scale=2; $ns / $nodes" | bc)" $count "$allocations"
            done
        done
    done
done
