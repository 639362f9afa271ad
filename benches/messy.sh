#!/usr/bin/env bash
# Instructions of reading a reply in each way of writing it, as multiples of what serde_json takes for the
# clean form of the same data into the same struct: the bars are 1.2 for clean replies and 4 for messy
# ones. Callgrind counts; the difference of two runs takes start-up out. Needs valgrind. Wall times, as
# ratios within one run: `cargo run --release -p sigflow-bench --bin messy times`.
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/callgrind.sh messy
each() { # KIND SIZE ROUNDS
    echo $((($(instructions "$1" "$2" $(($3 + 1))) - $(instructions "$1" "$2" 1)) / $3))
}
over=0
for size in 200B:500 5KB:50 500KB:2; do
    rounds=${size#*:} size=${size%:*}
    floor=$(each floor "$size" "$rounds")
    printf '%-10s %-6s %10d instructions\n' floor "$size" "$floor"
    for kind in clean pretty sections fenced commas single smart python unquoted newlines inner markers types cut; do
        case $kind in clean | pretty | sections) bar=1.2 ;; *) bar=4 ;; esac
        ours=$(each "$kind" "$size" "$rounds")
        awk -v kind="$kind" -v size="$size" -v ours="$ours" -v floor="$floor" -v bar="$bar" 'BEGIN {
            ratio = ours / floor
            printf "%-10s %-6s %10d instructions %6.2f%s\n", kind, size, ours, ratio, (ratio > bar ? " over " bar : "")
            exit (ratio > bar) }' || over=$((over + 1))
    done
done
[ "$over" = 0 ] || echo "$over over their bar"
exit "$((over > 0))"
