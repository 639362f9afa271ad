#!/usr/bin/env bash
# Size of the expansion of one signature of ten fields, as rustc counts it; the bar is 8 KB. The signature
# is the one whose expansion macros/src/tests/speed.rs times.
#
# The row of `signature!` is what the macro writes. It mentions small macros of the core; the second figure
# adds what those write, one within another counted each time, and is only told.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
bar=8192
# Its own target folder, for RUSTC_BOOTSTRAP would make cargo build the workspace's dependencies anew.
target=${CARGO_TARGET_DIR:-target}/expansion
mkdir -p "$target/crate/src"
target=$(cd "$target" && pwd)
crate=$target/crate
cat >"$crate/Cargo.toml" <<T
[package]
name = "expansion"
edition = "2024"
[dependencies]
sigflow = { path = "$root", default-features = false, features = ["macros"] }
[workspace]
T
cp Cargo.lock "$crate/Cargo.lock"
signature=$(sed -n '/^const TEN_FIELDS/,/^";/p' macros/src/tests/speed.rs | sed '1d;$d')
[ -n "$signature" ] || { echo 'macros/src/tests/speed.rs has no `const TEN_FIELDS: &str = r"…";`' >&2; exit 1; }
printf 'use sigflow::prelude::*;\nsignature! {\n%s\n}\n' "$signature" >"$crate/src/lib.rs"
stats=$(cd "$crate" && RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$target" CARGO_INCREMENTAL=0 \
    cargo rustc --quiet --profile check -- -Zmacro-stats 2>&1) || { printf '%s\n' "$stats" >&2; exit 1; }
# A long name stands on a line of its own, so figures are counted from the end of their line.
own=$(awk '$2 == "signature!" { gsub("_", "", $(NF - 1)); print $(NF - 1) }' <<<"$stats")
all=$(awk 'NF >= 6 && $NF ~ /^[0-9_]+\.[0-9]$/ { gsub("_", "", $(NF - 1)); sum += $(NF - 1) } END { print sum }' <<<"$stats")
if ! [[ $own =~ ^[0-9]+$ ]]; then
    printf 'no figure for `signature!` in:\n%s\n' "$stats" >&2
    exit 1
fi
echo "a signature of ten fields expands to $own bytes (bar $bar); with what the core's macros add: $all"
[ "$own" -le "$bar" ]
