#!/usr/bin/env bash
# Each feature of the crates that do the work compiles alone, and so does none: what `cargo hack check
# --each-feature --no-dev-deps` checks, without installing it.
set -euo pipefail
cd "$(dirname "$0")/.."
features() {
    cargo metadata --no-deps --format-version 1 --locked |
        python3 -c "import json,sys
package, = [p for p in json.load(sys.stdin)['packages'] if p['name'] == '$1']
print('\n'.join(sorted(f for f in package['features'] if f != 'default')))"
}
for package in sigflow-core sigflow-providers; do
    cargo check --quiet --locked --package "$package" --lib --no-default-features
    for feature in $(features "$package"); do
        cargo check --quiet --locked --package "$package" --lib --no-default-features --features "$feature"
        echo "$package: $feature"
    done
done
# The facade only hands features on: none, the macros alone, and all of them.
for features in '' macros; do
    cargo check --quiet --locked --package sigflow --lib --no-default-features --features "$features"
done
cargo check --quiet --locked --package sigflow --lib --all-features
echo 'sigflow: none, macros, all'
