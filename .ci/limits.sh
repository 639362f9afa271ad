#!/usr/bin/env bash
# A hundred calls at once through nginx, which allows five a second: all succeed, none is refused, and it takes within a
# tenth of the ideal. Twenty seconds; the tests of every day make twenty calls.
set -euo pipefail
cd "$(dirname "$0")/.."
trap 'bash .ci/counterparts.sh stop >/dev/null 2>&1 || true' EXIT
eval "$(bash .ci/counterparts.sh)"
[ -n "${SIGFLOW_NGINX_URL:-}" ] || { echo 'nginx is absent: skipped'; exit 0; }
SIGFLOW_NGINX_CALLS=100 cargo test --locked -p sigflow-providers --test limits nginx -- --nocapture
