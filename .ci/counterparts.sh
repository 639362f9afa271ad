#!/usr/bin/env bash
# Starts servers that nobody here wrote, for the live tests of the providers:
#   llama.cpp with random weights (PyPI xllamacpp)   127.0.0.1:14020
#   aimock with the fixtures of .ci/aimock (npm)     127.0.0.1:14010
#   the same with chaos on: a fifth of the calls fails in each of four ways
#                                                    127.0.0.1:14011
#   nginx before aimock, by .ci/nginx.conf (Debian)  127.0.0.1:14040
#
#   eval "$(.ci/counterparts.sh)"      install once, start, wait, export their addresses
#   .ci/counterparts.sh stop           end what it started
#
# Only `export` lines go to stdout. Servers that already answer on these ports are used as they are.
# Settings: SIGFLOW_WORK (work folder, .work), SIGFLOW_SHARED (../shared), SIGFLOW_LLAMA_PORT,
# SIGFLOW_AIMOCK_PORT, SIGFLOW_CHAOS_PORT, SIGFLOW_NGINX_PORT, SIGFLOW_WAIT (seconds to wait for each server, 60),
# PYTHON (python3).
set -euo pipefail
cd "$(dirname "$0")/.."

repo=$PWD
shared=${SIGFLOW_SHARED:-../shared}
llama_port=${SIGFLOW_LLAMA_PORT:-14020}
aimock_port=${SIGFLOW_AIMOCK_PORT:-14010}
chaos_port=${SIGFLOW_CHAOS_PORT:-14011}
nginx_port=${SIGFLOW_NGINX_PORT:-14040}
wait_seconds=${SIGFLOW_WAIT:-60}
python=${PYTHON:-python3}
llama_url=http://127.0.0.1:$llama_port/v1
aimock_url=http://127.0.0.1:$aimock_port/v1
chaos_url=http://127.0.0.1:$chaos_port/v1
nginx_url=http://127.0.0.1:$nginx_port

mkdir -p "${SIGFLOW_WORK:-.work}"
work=$(cd "${SIGFLOW_WORK:-.work}" && pwd)

say() { echo "counterparts: $*" >&2; }

# Asks with python alone, for a bare image has no curl.
answers() {
    "$python" - "$1" >/dev/null 2>&1 <<'PY'
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
opener.open(sys.argv[1], timeout=2).read()
PY
}

# await_server NAME URL: until it answers, or its process is gone, or time is up.
await_server() {
    local name=$1 url=$2 end=$((SECONDS + wait_seconds)) pid
    pid=$(cat "$work/$name.pid")
    until answers "$url"; do
        if ! kill -0 "$pid" 2>/dev/null || ((SECONDS >= end)); then
            say "$name does not answer at $url; the end of $work/$name.log:"
            tail -n 20 "$work/$name.log" >&2 || true
            stop_server "$name"
            exit 1
        fi
        sleep 0.2
    done
    say "$name answers at $url"
}

# A pid file may outlive its process and its number may be another's by now: the command must match.
stop_server() {
    local name=$1 file=$work/$1.pid pid
    [[ -f $file ]] || return 0
    pid=$(cat "$file")
    if [[ -n $pid ]] && ps -o args= -p "$pid" 2>/dev/null | grep -qF "$work/"; then
        kill "$pid" 2>/dev/null || true
        for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -9 "$pid" 2>/dev/null || true
        say "$name stopped"
    fi
    rm -f "$file"
}

start_llama() {
    local venv=$work/venv model=$work/tiny-random.gguf
    if [[ ! -f $venv/.complete ]]; then
        say "installing llama.cpp into $venv"
        "$python" -m venv "$venv" >&2
        "$venv/bin/pip" install --quiet --disable-pip-version-check \
            xllamacpp==2026.10.11549 gguf numpy >&2
        touch "$venv/.complete"
    fi
    if [[ ! -f $model ]]; then
        # The script reads its chat template from the folder it runs in.
        (cd "$shared/counterparts" && "$venv/bin/python" -B mkgguf.py "$model.part") >&2
        mv "$model.part" "$model"
    fi
    cat >"$work/llsrv.py" <<'PY'
import sys, time, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.hostnames, params.port = sys.argv[1], ["127.0.0.1"], int(sys.argv[2])
params.n_ctx, params.n_parallel, params.cpuparams.n_threads = 32768, 4, 1
params.endpoint_metrics, params.warmup = True, False
server = xllamacpp.Server(params)
print("listening", server.listening_address, flush=True)
while True: time.sleep(3600)
PY
    say "starting llama.cpp"
    nohup "$venv/bin/python" "$work/llsrv.py" "$model" "$llama_port" \
        </dev/null >"$work/llama.log" 2>&1 &
    echo $! >"$work/llama.pid"
    await_server llama "$llama_url/models"
}

install_aimock() {
    local bin=$work/npm/node_modules/@copilotkit/aimock
    if [[ ! -d $bin ]]; then
        say "installing aimock into $work/npm"
        mkdir -p "$work/npm"
        npm install --silent --no-audit --no-fund --prefix "$work/npm" @copilotkit/aimock@1.43.0 >&2
    fi
}

# start_aimock NAME PORT OPTION…
start_aimock() {
    local name=$1 port=$2
    shift 2
    install_aimock
    say "starting $name"
    nohup node "$work/npm/node_modules/.bin/llmock" -p "$port" -h 127.0.0.1 \
        -f "$repo/.ci/aimock" --strict --metrics --validate-on-load "$@" \
        </dev/null >"$work/$name.log" 2>&1 &
    echo $! >"$work/$name.pid"
}

# The program alone, out of Debian's package: no service is installed, and nobody need be root.
find_nginx() {
    if command -v nginx; then return; fi
    local unpacked=$work/nginx-package
    if [[ ! -x $unpacked/usr/sbin/nginx ]]; then
        say "unpacking nginx into $unpacked"
        mkdir -p "$unpacked"
        (cd "$unpacked" && { apt-get download nginx || { apt-get update && apt-get download nginx; }; }) >&2
        dpkg -x "$unpacked"/nginx_*.deb "$unpacked" >&2
    fi
    echo "$unpacked/usr/sbin/nginx"
}

start_nginx() {
    local program folder=$work/nginx
    program=$(find_nginx)
    mkdir -p "$folder"
    sed "s/PORT/$nginx_port/; s/BACKEND/$aimock_port/" "$repo/.ci/nginx.conf" >"$folder/nginx.conf"
    say "starting nginx"
    nohup "$program" -p "$folder" -c "$folder/nginx.conf" -e "$folder/nginx.err.log" \
        </dev/null >"$work/nginx.log" 2>&1 &
    echo $! >"$work/nginx.pid"
    await_server nginx "$nginx_url/ready"
}

case ${1:-start} in
stop)
    stop_server llama
    stop_server nginx
    stop_server chaos
    stop_server aimock
    exit 0
    ;;
start) ;;
*)
    say "usage: counterparts.sh [start|stop]"
    exit 2
    ;;
esac

if [[ ! -d $shared/counterparts ]]; then
    say "$shared/counterparts is absent: no counterparts, the live tests pass without them"
    exit 0
fi

if answers "$llama_url/models"; then say "llama already answers at $llama_url"; else start_llama; fi
if answers "$aimock_url/models"; then
    say "aimock already answers at $aimock_url"
else
    start_aimock aimock "$aimock_port" --log-level warn
    await_server aimock "$aimock_url/models"
fi
if answers "$chaos_url/models"; then
    say "aimock with chaos already answers at $chaos_url"
else
    # Chaos is no answer to a question whether it is up, so its log is silent about what it does on purpose.
    start_aimock chaos "$chaos_port" --log-level silent \
        --chaos-drop 0.2 --chaos-malformed 0.2 --chaos-disconnect 0.2 --chaos-ratelimit 0.2
    await_server chaos "$chaos_url/models"
fi
if answers "$nginx_url/ready"; then say "nginx already answers at $nginx_url"; else start_nginx; fi

echo "export SIGFLOW_LLAMA_URL=$llama_url"
echo "export SIGFLOW_AIMOCK_URL=$aimock_url"
echo "export SIGFLOW_CHAOS_URL=$chaos_url"
echo "export SIGFLOW_NGINX_URL=$nginx_url"
