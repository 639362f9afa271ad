"""Runs ours and the peers in turn on the same texts and prints what each takes: see run.sh.

`peers.py PROGRAM FOLDER` calls the Rust program and itself (`--python`), a few rounds of both, and keeps the best
time of each measurement, so that all figures are of one run.
"""

import json
import pathlib
import subprocess
import sys
import time
import types
from enum import Enum

ROUNDS = 3
# A peer that takes longer for one text is stopped.
LIMIT = 120
SIZES = ["200B", "5KB", "500KB"]
DEMOS = [0, 2, 16, 64]

BAML = """
enum Status {
  Open @alias("open")
  Paid @alias("paid")
  Shipped @alias("shipped")
}
class Item {
  sku string
  quantity int
  price float
  tags string[]
}
class Order {
  id int
  status Status
  customer string
  gift bool
  items Item[]
  note string
}
client<llm> Nobody {
  provider openai
  options {
    model "none"
    api_key "none"
  }
}
function ReadOrder(mail: string) -> Order {
  client Nobody
  prompt #"{{ mail }} {{ ctx.output_format }}"#
}
"""


def best(work) -> float:
    """Nanoseconds of one call, in the best of many batches, warm."""
    began = time.perf_counter_ns()
    work()
    first = max(time.perf_counter_ns() - began, 500)
    if first > 2e9:
        return first
    times = max(1, min(5_000, int(20e6 / first)))
    figures = []
    for _ in range(15 if first < 0.2e9 else 3):
        began = time.perf_counter_ns()
        for _ in range(times):
            work()
        figures.append((time.perf_counter_ns() - began) / times)
    return min(figures)


def readers() -> dict:
    """What reads a text into typed values, by name and the forms it is for."""
    import pydantic

    class Status(str, Enum):
        open = "open"
        paid = "paid"
        shipped = "shipped"

    class Item(pydantic.BaseModel):
        sku: str
        quantity: int
        price: float
        tags: list[str]

    class Order(pydantic.BaseModel):
        id: int
        status: Status
        customer: str
        gift: bool
        items: list[Item]
        note: str

    import jiter
    import json_repair

    found = {
        "json_repair, pydantic": ("json", lambda text: Order.model_validate(json_repair.loads(text))),
        "jiter, pydantic": ("json", lambda text: Order.model_validate(jiter.from_json(text.encode()))),
    }

    import baml_py

    classes, enums, partials = types.ModuleType("classes"), types.ModuleType("enums"), types.ModuleType("partials")
    # the classes that its generator writes: values by their names in BAML
    enums.Status = Enum("Status", {name: name for name in ["Open", "Paid", "Shipped"]}, type=str)
    made = pydantic.create_model("Order", __base__=Order, status=(enums.Status, ...))
    for name, kind in {"Item": Item, "Order": made}.items():
        setattr(classes, name, kind)
        setattr(partials, name, kind)
    runtime = baml_py.BamlRuntime.from_files(".", {"a.baml": BAML}, {})
    context = runtime.create_context_manager()
    found["baml-py"] = (
        "json",
        lambda text: runtime.parse_llm_response("ReadOrder", text, enums, classes, partials, False, context, None, None, {}),
    )

    import dspy

    fields = {name: (field.annotation, dspy.OutputField()) for name, field in Order.model_fields.items()}
    signature = dspy.make_signature({"mail": (str, dspy.InputField()), **fields}, "Take the order out of the mail.")

    def by(adapter):
        return lambda text: Order.model_construct(**adapter.parse(signature, text))

    found["DSPy, JSON"] = ("json", by(dspy.JSONAdapter()))
    found["DSPy, chat"] = ("chat", by(dspy.ChatAdapter()))
    return found


def read(who: str, name: str, folder: pathlib.Path) -> None:
    """One peer on one text, in a process of its own: some take minutes, and some have ended with a signal."""
    text = (folder / f"{name}.txt").read_text()
    truth = json.loads((folder / f"{name.split('-')[0]}-json-clean.txt").read_text())
    work = readers()[who][1]
    try:
        values = work(text).model_dump(mode="json")
        values["status"] = values["status"].lower()
        what = "right" if values == truth else "wrong"
    except Exception as error:  # each peer has its own
        what = "refuses"
        print(type(error).__name__, str(error)[:300], file=sys.stderr)

    def again():
        try:
            work(text)
        except Exception:
            pass

    print("read", name, who, f"{best(again):.0f}", what, sep="\t")


def render() -> None:
    import dspy

    class GroundedAnswer(dspy.Signature):
        """Answer the question from the passages."""

        context: list[str] = dspy.InputField(desc="may hold relevant facts")
        question: str = dspy.InputField()
        answer: str = dspy.OutputField(desc="often between one and five words")
        confidence: float = dspy.OutputField()

    passage = "Paris is the capital and largest city of France, on the river Seine."
    inputs = {"context": [passage] * 3, "question": "What is the capital of France?"}
    adapter = dspy.ChatAdapter()
    for count in DEMOS:
        demos = [dspy.Example(**inputs, answer="Paris", confidence=0.9) for _ in range(count)]
        size = sum(len(message["content"]) for message in adapter.format(GroundedAnswer, demos, inputs))
        took = best(lambda: adapter.format(GroundedAnswer, demos, inputs))
        print("render", count, "DSPy", f"{took:.0f}", f"{size} B", sep="\t")


def run(command: list[str]) -> list[list[str]] | None:
    """The lines of a measurement; none if it takes too long or dies."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0:
        sys.exit(f"{command}: {done.returncode}\n{done.stderr[-2000:]}")
    if done.stderr and "--verbose" in sys.argv:
        print(command[-2:], done.stderr, file=sys.stderr)
    return [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 4]


def main() -> None:
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    figures: dict[tuple[str, str], dict[str, tuple[float, str]]] = {}

    def keep(lines: list[list[str]]) -> None:
        for thing, name, who, took, what in lines:
            known = figures.setdefault((thing, name), {})
            if who not in known or float(took) < known[who][0]:
                known[who] = (float(took), what)

    peers = [(who, form) for who, (form, _) in readers().items()]
    late: set[tuple[str, str]] = set()
    python = [sys.executable, __file__]
    for _ in range(ROUNDS):
        keep(run([program, str(folder)]) or sys.exit("ours took too long"))
        keep(run([*python, "--render"]) or sys.exit("DSPy took too long to render"))
        for size in SIZES:
            for who, form in peers:
                for state in ["clean", "messy"]:
                    name = f"{size}-{form}-{state}"
                    known = figures["read", name].get(who)
                    # seconds are not measured three times
                    if (who, name) in late or (known and known[0] > 2e9):
                        continue
                    lines = run([*python, "--read", who, name, str(folder)])
                    if lines is None:
                        late.add((who, name))
                        figures["read", name][who] = (float("inf"), f"stopped after {LIMIT} s")
                    else:
                        keep(lines)
    for (thing, name), known in figures.items():
        print(f"\n{thing} {name if thing == 'read' else name + ' demos'}")
        ours = known["ours"][0]
        for who, (took, what) in sorted(known.items(), key=lambda entry: entry[1][0]):
            if took == float("inf"):
                print(f"  {who:<24} {'':>12}    > {LIMIT * 1e9 / ours:>9.0f} x  {what}")
            else:
                print(f"  {who:<24} {took / 1000:>12.2f} µs {took / ours:>11.2f} x  {what}")


if __name__ == "__main__":
    if sys.argv[1] == "--read":
        read(sys.argv[2], sys.argv[3], pathlib.Path(sys.argv[4]))
    elif sys.argv[1] == "--render":
        render()
    else:
        main()
