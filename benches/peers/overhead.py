"""What a call of 1 KB over loopback costs by several clients, beside a floor that does nothing but send and read: see
run.sh.

`overhead.py SERVER PROGRAM` starts SERVER (`overhead serve` of sigflow-bench), calls PROGRAM (`overhead` of this folder) and
itself (`--litellm`), and LiteLLM's proxy if it starts; all in one run, a few rounds in turns, the best of each figure.
"""

import asyncio
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

KEY = "sk-bench-7f3c9a1e5b2d4860a9c7e1f3b5d70246"
MODEL = "gpt-5-mini"
SYSTEM = "Answer in one sentence."
ROUNDS = 3
# the proxy answers some tens of calls a second on a busy machine, and an open loop above that has no end
RATE = 20
SECONDS = 10
CALLS = {"litellm": 500, "litellm-proxy": 500}
WARM = 50
WHO = ["raw", "reqwest", "ours-request", "ours", "rig", "litellm", "litellm-proxy"]
NAMES = {
    "raw": "floor: raw bytes",
    "reqwest": "by hand: reqwest, serde",
    "ours-request": "ours, request",
    "ours": "ours, call with spans",
    "rig": "rig-core",
    "litellm": "LiteLLM, library",
    "litellm-proxy": "LiteLLM, proxy (raw bytes to it)",
}


def told(who: str, kind: str, times: list[int]) -> None:
    """The line that the Rust program prints too: percentiles by nearest rank."""
    times.sort()
    at = lambda percent: times[max(0, -(-len(times) * percent // 1000) - 1)]
    print(who, kind, len(times), at(500), at(990), at(999), times[-1], sep="\t")


def litellm_calls(kind: str, address: str, prompt: str) -> None:
    import litellm

    litellm.telemetry = False
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": prompt}]
    call = dict(model=f"openai/{MODEL}", api_base=f"http://{address}/v1", api_key=KEY, messages=messages, num_retries=0)

    def fine(response) -> None:
        assert len(response.choices[0].message.content) > 500, response

    if kind == "closed":
        times = []
        for number in range(WARM + CALLS["litellm"]):
            began = time.perf_counter_ns()
            response = litellm.completion(**call)
            took = time.perf_counter_ns() - began
            fine(response)
            if number >= WARM:
                times.append(took)
        return told("litellm", kind, times)

    async def run() -> list[int]:
        for _ in range(WARM):
            fine(await litellm.acompletion(**call))
        start, times = time.perf_counter_ns() + 10_000_000, []

        async def one(due: int) -> None:
            fine(await litellm.acompletion(**call))
            times.append(time.perf_counter_ns() - due)

        tasks = []
        for number in range(RATE * SECONDS):
            due = start + number * 1_000_000_000 // RATE
            while (left := due - time.perf_counter_ns()) > 0:
                # timers are coarse: the last of the wait is spent looking at the clock
                await asyncio.sleep(max(0, left / 1e9 - 0.002))
            tasks.append(asyncio.create_task(one(due)))
        await asyncio.gather(*tasks)
        return times

    told("litellm", kind, asyncio.run(run()))


class Proxy:
    """LiteLLM's proxy in front of the server; `address` is none if it does not start."""

    def __init__(self, address: str, folder: str):
        self.address = None
        config = pathlib.Path(folder, "litellm.yaml")
        config.write_text(
            f"model_list:\n  - model_name: {MODEL}\n    litellm_params:\n"
            f"      {{model: openai/{MODEL}, api_key: {KEY}, api_base: 'http://{address}/v1'}}\n"
            f"general_settings: {{master_key: {KEY}}}\n"
            "litellm_settings: {telemetry: false, num_retries: 0}\nrouter_settings: {num_retries: 0}\n"
        )
        program = pathlib.Path(sys.executable).with_name("litellm")
        with tempfile.TemporaryFile() as _:
            import socket

            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
        self.log = open(pathlib.Path(folder, "proxy.log"), "wb")
        environment = {
            **os.environ,
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_TELEMETRY": "False",
            "DISABLE_ADMIN_UI": "True",
        }
        command = [program, "--config", config, "--host", "127.0.0.1", "--port", str(port)]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=environment)
        # it reads for a minute and more before it listens
        for _ in range(240):
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/liveliness", timeout=2) as reply:
                    if reply.status == 200:
                        self.address = f"127.0.0.1:{port}"
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(1)
        print("LiteLLM's proxy did not start:", self.log.name, file=sys.stderr)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def main() -> None:
    server, program = sys.argv[1], sys.argv[2]
    prompt = subprocess.run([program, "prompt"], capture_output=True, text=True, check=True).stdout
    serving = subprocess.Popen([server, "serve"], stdout=subprocess.PIPE, text=True)
    address = serving.stdout.readline().strip()
    folder = tempfile.TemporaryDirectory()
    proxy = Proxy(address, folder.name)
    figures: dict[tuple[str, str], list[list[int]]] = {}

    def measured(who: str, kind: str) -> None:
        if who == "litellm":
            command = [sys.executable, __file__, "--litellm", kind, address, prompt]
        else:
            name, at = ("raw", proxy.address) if who == "litellm-proxy" else (who, address)
            how = [str(CALLS.get(who, 20_000))] if kind == "closed" else [str(RATE), str(SECONDS)]
            command = [program, name, kind, at, *how]
        done = subprocess.run(command, capture_output=True, text=True)
        lines = [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 6]
        if done.returncode != 0 or not lines:
            sys.exit(f"{who}, {kind}: {done.returncode}\n{done.stderr[-2000:]}")
        figures.setdefault((kind, who), []).append([int(figure) for figure in lines[-1][2:]])

    try:
        for _ in range(ROUNDS):
            for kind in ["closed", "open"]:
                for who in WHO:
                    if who != "litellm-proxy" or proxy.address:
                        measured(who, kind)
    finally:
        proxy.stop()
        serving.terminate()
        serving.wait()
        folder.cleanup()

    for kind, title in [
        ("closed", "closed loop, one thread: a call when the one before has ended"),
        ("open", f"open loop: {RATE} calls a second at fixed times for {SECONDS} s, each from when it was due"),
    ]:
        print(f"\n{title}; µs, the best of {ROUNDS} rounds")
        print(f"  {'':<34}{'calls':>7}{'p50':>10}{'p99':>10}{'p99.9':>10}{'max':>10}{'p50 - floor':>13}{'x ours':>9}")
        best = {who: [min(round[at] for round in rounds) for at in range(5)]
                for (of, who), rounds in figures.items() if of == kind}
        floor = best["raw"][1]
        ours = best["ours"][1] - floor
        for who in WHO:
            if who not in best:
                print(f"  {NAMES[who]:<34} did not start")
                continue
            calls, *times = best[who]
            own = times[0] - floor
            ratio = f"{own / ours:9.1f}" if who != "raw" and ours > 0 else f"{'':>9}"
            columns = "".join(f"{time / 1000:>10.1f}" for time in times)
            print(f"  {NAMES[who]:<34}{calls:>7}{columns}{own / 1000:>13.1f}{ratio}")


if __name__ == "__main__":
    if sys.argv[1] == "--litellm":
        litellm_calls(sys.argv[2], sys.argv[3], sys.argv[4])
    else:
        main()
