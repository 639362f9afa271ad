# Sourced by the scripts beside it, from the root of the repository: `. benches/callgrind.sh NAME` builds that
# binary of the benches; `instructions ARGUMENTS…` runs it and prints how many instructions callgrind counted.
# Needs valgrind.
cargo build --release --locked --quiet --package sigflow-bench --bin "$1"
binary=${CARGO_TARGET_DIR:-target}/release/$1
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" "$@" 2>&1 | awk '/Collected/ {print $NF}'
}
