#!/usr/bin/env bash
# What a schedule costs: time, instructions (callgrind, the difference of two runs) and allocations of programs of
# 3, 10 and 50 nodes, beside `join!` by hand and beside sequential awaits. Nodes are ready at once, ask themselves for
# another poll (yields), or leave their waker with others who wake it (waits). Needs valgrind.
# With --bar: only programs of 50 nodes, and one that takes more instructions than it may is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/callgrind.sh flow
# about five in a hundred above what was measured last
declare -A bars=(
    [wide-ready]=10500 [wide-yields]=16600 [wide-waits]=22000
    [ladder-ready]=10400 [ladder-yields]=25500 [ladder-waits]=31700
)
sizes='3 10 50' kinds='program join plain' failed=0
if [ "${1:-}" = --bar ]; then
    sizes=50 kinds=program
fi
printf '%-7s %-6s %6s  %-8s %7s %9s %13s %12s\n' shape nodes '' how ns ns/node instructions allocations
for shape in wide ladder; do
    for when in ready yields waits; do
        for nodes in $sizes; do
            for how in $kinds; do
                count=$(( ($(instructions $shape $nodes $how $when 2000) - $(instructions $shape $nodes $how $when 1000)) / 1000 ))
                read -r ns _ _ allocations _ <<<"$("$binary" $shape $nodes $how $when 200000)"
                printf '%-7s %-6s %6s  %-8s %7d %9.1f %13d %12d\n' $shape $nodes $when $how "$ns" \
                    "$(echo "scale=2; $ns / $nodes" | bc)" $count "$allocations"
                bar=${bars[$shape-$when]}
                if [ "${1:-}" = --bar ] && [ $count -gt "$bar" ]; then
                    echo "$shape, $when: $count instructions, the bar is $bar"
                    failed=1
                fi
            done
        done
    done
done
exit $failed
