#!/usr/bin/env bash
# Instructions of a reply of 50 KB that comes in pieces of 4 bytes (a token) or of 64, beside the same call that waits for
# all of it: a long text, a list of objects in a section, and the same in JSON. `drain` is what the model itself
# takes to hand out the pieces. Also of 25 and 100 KB: what is linear doubles. Callgrind counts; the difference
# of two runs takes start-up out. Needs valgrind.
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/callgrind.sh streaming
each() { # WHAT SIZE BYTES
    echo $((($(instructions "$1" "$2" "$3" 3) - $(instructions "$1" "$2" "$3" 1)) / 2))
}
for what in story sections json; do
    whole=$(each "$what" whole 50000)
    drain=$(each "$what" drain 50000)
    many=$(each "$what" 64 50000)
    half=$(each "$what" 4 25000)
    token=$(each "$what" 4 50000)
    double=$(each "$what" 4 100000)
    awk -v what="$what" -v whole="$whole" -v drain="$drain" -v many="$many" -v half="$half" -v token="$token" -v double="$double" 'BEGIN {
        printf "%-9s whole %9d, in pieces of 4 %9d (%.1f times; the model %d), of 64 %9d (%.1f times); 25, 50, 100 KB as 1 : %.2f : %.2f\n",
            what, whole, token, token / whole, drain, many, many / whole, token / half, double / half }'
done
