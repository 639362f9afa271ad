"""Three programs in DSPy itself. `write FOLDER` tunes and saves them; `read FOLDER` loads what was saved elsewhere
into fresh ones, says what their prompts have become, and saves them again."""
import json
import sys
from pathlib import Path

import dspy


class Answer(dspy.Signature):
    """Answer the question from the passages."""

    context: list[str] = dspy.InputField(desc="may hold relevant facts")
    question: str = dspy.InputField()
    answer: str = dspy.OutputField(desc="often between one and five words")
    confidence: float = dspy.OutputField(ge=0, le=1)


class MultiHop(dspy.Module):
    def __init__(self):
        super().__init__()
        self.queries = [dspy.Predict("question -> query"), dspy.ChainOfThought("question, context: list[str] -> query")]
        self.table = {"fast": dspy.Predict("question -> answer"), "y z": dspy.Predict("question -> stars: int")}
        self.answer = dspy.ChainOfThought(Answer)


class Outer(dspy.Module):
    def __init__(self):
        super().__init__()
        self.hop = MultiHop()
        self.judge = dspy.Predict("answer, reference -> ok: bool")


def programs():
    return {"alone": dspy.Predict(Answer), "multi_hop": MultiHop(), "outer": Outer()}


def tune(name, program):
    for index, (path, predictor) in enumerate(program.named_predictors()):
        predictor.signature = predictor.signature.with_instructions(f"Tuned «{path}» — {index}.\nBe brief.")
        inputs = {field: f"value of {field}" for field in predictor.signature.input_fields}
        demo = dspy.Example(**inputs, augmented=True)
        predictor.demos = [demo, {"question": "Ünïcode 🙂", "score": 1.0, "many": [], "none": None}][: index + 1]
    first = program.predictors()[0]
    field = list(first.signature.output_fields)[-1]
    first.signature = first.signature.with_updated_fields(field, desc="tuned description")
    first.lm = dspy.LM("openai/gpt-4o-mini", api_key="never-saved", temperature=0.2, max_tokens=100)


def seen(program):
    """What a call would be asked, by path."""
    adapter = dspy.ChatAdapter()
    found = {}
    for path, predictor in program.named_predictors():
        inputs = {field: "x" for field in predictor.signature.input_fields}
        messages = adapter.format(predictor.signature, predictor.demos, inputs)
        found[path] = messages[0]["content"]
    return found


def main(task, folder):
    folder = Path(folder)
    prompts = {}
    for name, program in programs().items():
        if task == "write":
            tune(name, program)
            program.save(folder / f"{name}.dspy.json")
        else:
            program.load(folder / f"{name}.sigflow.json")
            program.save(folder / f"{name}.back.json")
        prompts[name] = seen(program)
    (folder / f"prompts.{task}.json").write_text(json.dumps(prompts), encoding="utf-8")


main(*sys.argv[1:])
