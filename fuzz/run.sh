#!/usr/bin/env bash
# The fuzz target with the one stable toolchain: `fuzz/run.sh parse -max_total_time=600`. What cargo-fuzz
# would pass to a nightly compiler are flags of LLVM that stable takes too; only its sanitizer is left out,
# and there is no unsafe code here that it could watch.
set -euo pipefail
cd "$(dirname "$0")"
target=$1
shift
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}
triple=$(rustc -vV | awk '/^host/ {print $2}')
RUSTFLAGS="--cfg fuzzing -Cdebug-assertions -Ccodegen-units=1 -Cpasses=sancov-module \
-Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares" \
    cargo build --release --quiet --bin "$target" --target "$triple"
mkdir -p "corpus/$target" "artifacts/$target" "found/$target"
# what is found goes to `found`; `corpus` holds the committed seeds
exec "$CARGO_TARGET_DIR/$triple/release/$target" "-artifact_prefix=artifacts/$target/" "$@" \
    "found/$target" "corpus/$target"
