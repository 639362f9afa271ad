#!/usr/bin/env bash
# The crates that do the work compile with no feature, and with all, without warnings. With --each also with each feature alone,
# four minutes: what `cargo hack check --each-feature --no-dev-deps` checks, without installing it.
set -euo pipefail
cd "$(dirname "$0")/.."
features() {
    cargo metadata --no-deps --format-version 1 --locked |
        python3 -c "import json,sys
package, = [p for p in json.load(sys.stdin)['packages'] if p['name'] == '$1']
print('\n'.join(sorted(f for f in package['features'] if f != 'default')))"
}
# A warning is an error. `-D warnings` in RUSTFLAGS would say so too, and build every dependency once more for it; what cargo
# prints costs nothing, and it prints the warnings of what it had checked before again.
check() {
    local said
    said=$(cargo check --quiet --locked --lib --color never "$@" 2>&1) || { echo "$said" >&2; return 1; }
    if grep -q '^warning' <<<"$said"; then
        printf '%s\n' "$said" "error: \`cargo check --lib $*\` warns; a build with these features alone must not" >&2
        return 1
    fi
}
for package in sigflow-core sigflow-providers; do
    check --package "$package" --no-default-features
    check --package "$package" --all-features
    echo "$package: none, all"
    [ "${1:-}" = --each ] || continue
    for feature in $(features "$package"); do
        check --package "$package" --no-default-features --features "$feature"
        echo "$package: $feature"
    done
done
# The facade only hands features on: none, the macros alone, and all of them.
for features in '' macros; do
    check --package sigflow --no-default-features --features "$features"
done
check --package sigflow --all-features
echo 'sigflow: none, macros, all'
