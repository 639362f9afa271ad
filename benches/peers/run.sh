#!/usr/bin/env bash
# Ours beside baml-py, json_repair, jiter and DSPy from PyPI and DSRs from crates.io: replies read into typed
# values, prompts rendered, on the same texts in one run. The second figure is times ours. Everything it
# fetches and builds is below the target folder. Needs python3 with venv, OpenSSL's headers (for DSRs), and
# about ten minutes the first time.
set -euo pipefail
cd "$(dirname "$0")"
work=${CARGO_TARGET_DIR:-../../target}/peers
mkdir -p "$work"
work=$(realpath "$work")
[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement requirements.txt
# not --locked: the lockfile holds the peers, and a dependency that ours got since is added to it
if ! CARGO_TARGET_DIR=$work cargo build --release --quiet 2>"$work/build.log"; then
    echo "DSRs could not be built here: see $work/build.log"
    CARGO_TARGET_DIR=$work cargo build --release --quiet --no-default-features
fi
python3 texts.py "$work/texts"
cd "$work"
exec "$work/venv/bin/python" "$OLDPWD/peers.py" "$work/release/sigflow-peers" "$work/texts"
