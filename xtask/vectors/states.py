"""Programs whose states are recorded: each of DSPy's modules, shapes of programs, and all that a predictor keeps."""

import enum
from typing import Literal, Optional

import dspy
import pydantic


class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"


class Person(pydantic.BaseModel):
    """A person."""

    name: str
    age: Optional[int] = None


class Typed(dspy.Signature):
    """Find people.

    In all texts."""

    texts: list[str] = dspy.InputField(desc="")
    limit: int = dspy.InputField(default=3, ge=1)
    people: list[Person] = dspy.OutputField(desc="all of them\nin order")
    level: Level = dspy.OutputField(prefix="How high?")
    kind: Literal["a", "b"] = dspy.OutputField()


def lookup(word: str) -> str:
    """Looks a word up."""
    return word


def metric(args, prediction):
    return 1.0


class Shapes(dspy.Module):
    def __init__(self):
        super().__init__()
        self.tuple = (dspy.Predict("a -> b"), dspy.ChainOfThought("b -> c"))
        self.numbers = {1: dspy.Predict("a -> b"), "quote'd": dspy.Predict("b -> c")}
        self.mixed = [dspy.Predict("a -> b"), "no module", None]
        self.count = 3
        self.same = self.tuple[0]


class Deep(dspy.Module):
    def __init__(self):
        super().__init__()
        self.many = [Shapes(), Shapes()]
        self.last = dspy.Predict(Typed)


def filled():
    predictor = dspy.Predict(Typed)
    predictor.demos = [
        dspy.Example(texts=["x"], people=[Person(name="Ann", age=3)], level=Level.HIGH, kind="a").with_inputs("texts"),
        dspy.Example(augmented=True, texts=[], people=[], level="low", kind="b", score=1e-7, big=12345678901234567, exp=1e22),
        {"texts": ["tab\t and \\ and \" and \u2028 and \x7f and \x01"], "extra": {"deep": [1.0, -0.0, 2.50, None, True]}},
    ]
    predictor.train = [{"texts": ["t"], "kind": "a"}]
    predictor.traces = [{"step": 1}]
    return predictor


def with_model(model="openai/gpt-5-mini", **settings):
    predictor = dspy.Predict("question -> answer")
    predictor.lm = dspy.LM(model, api_key="secret", **settings)
    return predictor


def edited():
    predictor = dspy.ChainOfThought("question -> answer")
    made = predictor.predict.signature.with_instructions("")
    made = made.with_updated_fields("reasoning", desc="aloud", prefix="Think:")
    predictor.predict.signature = made.with_updated_fields("question", prefix="Q:")
    return predictor


def programs() -> dict:
    return {
        "typed": lambda: dspy.Predict(Typed),
        "filled": filled,
        "chain_typed": lambda: dspy.ChainOfThought(Typed),
        "react": lambda: dspy.ReAct("question, context: list[str] -> answer: float", tools=[lookup]),
        "best_of_n": lambda: dspy.BestOfN(dspy.ChainOfThought("q -> a"), N=2, reward_fn=metric, threshold=1.0),
        "refine": lambda: dspy.Refine(dspy.Predict("q -> a"), N=2, reward_fn=metric, threshold=1.0),
        "multi_chain_5": lambda: dspy.MultiChainComparison(Typed, M=5),
        "shapes": Shapes,
        "deep": Deep,
        "empty": dspy.Module,
        "model": lambda: with_model("openai/gpt-4o-mini", temperature=0.0, max_tokens=20, api_base="http://localhost:1", stop=["a", "b"]),
        "model_reasoning": lambda: with_model(temperature=1.0, max_tokens=20000),
        "model_responses": lambda: with_model(model_type="responses", cache=False, rollout_id=3),
        "edited": edited,
        "same_labels": lambda: dspy.Predict(
            dspy.Signature("a, b -> c").with_updated_fields("a", prefix="X:", desc="one").with_updated_fields("b", prefix="X:", desc="two")
        ),
        "no_outputs": lambda: dspy.Predict("question ->"),
        "media": lambda: dspy.Predict("image: dspy.Image, history: dspy.History, tools: list[dspy.Tool] -> code: dspy.Code, calls: dspy.ToolCalls"),
    }  # fmt: skip
