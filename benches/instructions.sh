#!/usr/bin/env bash
# Instructions and allocations of rendering and reading one call, ours beside the floor; of a whole call of a model that
# answers at once, of one in a run, and of one in a run that a `Telemetry` watches. Callgrind
# counts; the difference of two runs takes start-up out. Needs valgrind.
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/callgrind.sh count
nothing=$(( ($(instructions nothing 2000) - $(instructions nothing 1000)) / 1000 ))
for thing in call run watched render render-64 floor-render parse parse-json floor-parse; do
    each=$(( ($(instructions "$thing" 2000) - $(instructions "$thing" 1000)) / 1000 - nothing ))
    printf '%-13s %6d instructions, %s\n' "$thing" "$each" "$("$binary" "$thing" 100 | cut -d' ' -f2-)"
done
