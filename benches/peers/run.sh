#!/usr/bin/env bash
# Ours beside others, in one run. Everything it fetches and builds is below the target folder. Needs python3 with venv.
#
#   bash benches/peers/run.sh            both
#   bash benches/peers/run.sh texts      beside baml-py, json_repair, jiter and DSPy from PyPI and DSRs from crates.io:
#                                        replies read into typed values, prompts rendered, on the same texts. The second
#                                        figure is times ours. Needs OpenSSL's headers (for DSRs); ten minutes the first time
#   bash benches/peers/run.sh overhead   beside LiteLLM (library and proxy) from PyPI and rig from crates.io: a call of
#                                        1 KB over loopback. Fifteen minutes the first time, 740 MB of Python
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
work=${CARGO_TARGET_DIR:-../../target}/peers
mkdir -p "$work"
work=$(realpath "$work")
export NO_PROXY=127.0.0.1,localhost

python() { # VENV REQUIREMENTS
    [ -x "$work/$1/bin/python" ] || python3 -m venv "$work/$1"
    "$work/$1/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/$2"
}

texts() {
    python venv requirements.txt
    # not --locked: the lockfile holds the peers, and a dependency that ours got since is added to it
    if ! CARGO_TARGET_DIR=$work cargo build --release --quiet 2>"$work/build.log"; then
        echo "DSRs could not be built here: see $work/build.log"
        CARGO_TARGET_DIR=$work cargo build --release --quiet --no-default-features
    fi
    python3 texts.py "$work/texts"
    (cd "$work" && "$work/venv/bin/python" "$here/peers.py" "$work/release/sigflow-peers" "$work/texts")
}

overhead() {
    python venv-overhead requirements-overhead.txt
    CARGO_TARGET_DIR=$work cargo build --release --quiet --no-default-features --features overhead --bin overhead
    (cd ../.. && cargo build --release --locked --quiet --package sigflow-bench --bin overhead)
    (cd "$work" && "$work/venv-overhead/bin/python" "$here/overhead.py" "$work/../release/overhead" "$work/release/overhead")
}

case ${1:-both} in
    texts) texts ;;
    overhead) overhead ;;
    both) texts && overhead ;;
    *) echo "run.sh [texts|overhead]" >&2 && exit 2 ;;
esac
