"""Prompts to record: a signature, the string it came from, inputs and demos."""

import datetime
import decimal
import uuid
from typing import Annotated, Any, Literal, Optional, Union

import dspy
from pydantic import Field

from models import (
    Box, Cat, Closed, Comment, Deep, Dog, Empty, Event, Format, Limits, Mixed, Mood, Movie, Page, Person, Point,
    Priority, Street, Team, Titled,
)  # fmt: skip


def made(name: str, doc: str, inputs: dict, outputs: dict):
    """A signature in the form of a class. A field is a type, or a type and the arguments of its field."""
    body, annotations = {"__doc__": doc, "__module__": __name__}, {}
    for fields, make in [(inputs, dspy.InputField), (outputs, dspy.OutputField)]:
        for field, kind in fields.items():
            kind, arguments = kind if isinstance(kind, tuple) else (kind, {})
            annotations[field] = kind
            body[field] = make(**arguments)
    body["__annotations__"] = annotations
    return type(dspy.Signature)(name, (dspy.Signature,), body)


def search(query: str, limit: int = 3) -> list[str]:
    """Searches the archive."""
    return []


def cases() -> dict:
    found = {}

    def string(name, text, inputs, demos=()):
        found[f"s_string_{name}"] = (dspy.Signature(text), text, inputs, list(demos))

    def whole(name, doc, ins, outs, inputs, demos=()):
        found[f"s_class_{name}"] = (made("".join(part.title() for part in name.split("_")), doc, ins, outs), None, inputs, list(demos))

    ann = Person(name="Ann", age=31, home=Street(street="Elm", number=4), mood=Mood.VERY_ANGRY, tags=["a", "b"])
    bob = Person(name="Bób \"B\"", age=40)

    string("plain", "text -> summary", {"text": "one\ntwo"})
    string("many", "a, b: int, c: float, d: bool -> e: list[float], f: dict[str, bool], g", {"a": "x", "b": 1, "c": 2.0, "d": False})
    string("float_forms", "x: float, y: float, z: float -> s", {"x": 1e21, "y": 1e-7, "z": -0.0})
    string("big", "n: int -> m: int", {"n": 123456789012345})
    string("nested", "m: dict[str, list[int]] -> t: tuple[int, ...], u: list[tuple[str, int]]", {"m": {"a": [1, 2], "b": []}})
    string("optional", "a: Optional[int], b: int | None -> c: Optional[list[str]], d: str | int", {"a": None, "b": 3})
    string("literals", "q -> a: Literal['x y', \"it's\", 'z'], b: Literal[1, 2], c: Literal[True, 'no', 3, None]", {"q": "?"})
    string("frozen", "s: frozenset[int] -> t: set[str], u: frozenset[str]", {"s": frozenset([3])})
    string("lists", "items: list[str], more -> n: int", {"items": ["one", "two\nlines", "«q»"], "more": ["x", "y\nz"]})
    string("list_of_numbers", "items -> n: int", {"items": [1, 2.5, None, True]})
    string("list_of_dicts", "items -> n: int", {"items": [{"a": 1}, {"b": [2]}]})
    string("dict_for_str", "q -> a", {"q": {"ü": "x", "n": None}})
    string("bool_none_for_str", "q, r -> a", {"q": True, "r": None})
    string("unicode", "q -> a", {"q": "Zürich 東京 😀 \u2028 \u00a0 end"})
    string("json_like", "q -> a: dict", {"q": "{\"a\": [1, 2]}"})
    string("demo_types", "q, k: int -> a: list[str], b: bool, c: float", {"q": "x", "k": 2},
           [{"q": "1", "k": 1, "a": ["p", "q"], "b": True, "c": 1.0}, {"q": "2", "k": 2, "a": [], "b": False, "c": 0.5}])
    string("demo_partial", "q, k -> a, b", {"q": "x", "k": "y"},
           [{"q": "1", "a": "2"}, {"k": "1", "b": "3"}, {"q": "4", "k": "5", "a": "6", "b": "7"}, {"q": "8"}, {"a": "9"}])
    string("demo_none", "q -> a, b", {"q": "x"}, [{"q": "1", "a": None, "b": "2"}, {"q": None, "a": "1", "b": "2"}])
    string("demo_extra", "q -> a", {"q": "x", "other": 1}, [{"q": "1", "a": "2", "zzz": "3", "augmented": True}])
    string("demo_example", "q -> a", {"q": "x"}, [dspy.Example(q="1", a="2").with_inputs("q")])
    string("no_inputs", "-> a", {})
    string("no_outputs", "q ->", {"q": "x"})
    string("code", "q, c: dspy.Code -> d: dspy.Code", {"q": "x", "c": dspy.Code(code="fn main() {}\n")})
    string("camel", "someText, HTMLBody -> finalAnswer2", {"someText": "a", "HTMLBody": "b"})
    string("any_object", "q: Any -> a: Any", {"q": [1, "x"]})
    string("bare", "q: list -> a: tuple, b: set, c: frozenset, d: dict", {"q": ["a", 1]})
    string("media", "pic: dspy.Image, q -> a", {"pic": dspy.Image("https://example.com/a.png"), "q": "what?"})
    string("pictures", "pics: list[dspy.Image] -> n: int", {"pics": [dspy.Image("https://example.com/a.png"), dspy.Image("https://example.com/b.png")]})
    string("audio", "a: dspy.Audio -> t", {"a": dspy.Audio(data="AAAA", audio_format="wav")})
    string("demo_media", "pic: dspy.Image -> a", {"pic": dspy.Image("https://example.com/a.png")},
           [{"pic": dspy.Image("https://example.com/d.png"), "a": "dog"}])

    whole("instructions", "Do it.\n\nRules:\n  - one\n  - two\n", {"q": str}, {"a": str}, {"q": "x"})
    whole("descriptions", "D.", {"q": (str, {"desc": "the question\nin two lines"})}, {"a": (str, {"desc": "short  answer "})}, {"q": "x"})
    whole("bounds", "B.", {"n": (int, {"ge": 1, "lt": 10, "desc": "a number"}), "s": (str, {"min_length": 2, "max_length": 5})},
          {"x": (float, {"gt": 0.5, "le": 1.0}), "m": (int, {"multiple_of": 3}), "l": (list[int], {"min_length": 1, "max_length": 2})},
          {"n": 4, "s": "abc"}, [{"n": 5, "s": "abcd", "x": 0.75, "m": 6, "l": [1]}])
    whole("defaults", "D.", {"q": str, "k": (int, {"default": 3})}, {"a": (str, {"default": "none"}), "b": (list[str], {"default": []}), "c": (Optional[int], {"default": None})}, {"q": "x"})
    whole("enums", "E.", {"m": Mood, "p": Priority, "f": Format}, {"n": Mood, "o": list[Format], "r": Optional[Mood], "s": Mixed},
          {"m": Mood.VERY_ANGRY, "p": Priority.MID, "f": Format.PLAIN_TEXT}, [{"m": Mood.CALM, "p": Priority.LOW, "f": Format.JSON, "n": Mood.OTHER, "o": [Format.JSON], "r": None, "s": Mixed.TWO}])
    whole("str_enum", "E.", {"f": Format}, {"g": Format}, {"f": Format.JSON}, [{"f": Format.PLAIN_TEXT, "g": Format.JSON}])
    whole("enum_dict", "E.", {"d": dict[str, Mood]}, {"e": dict[Mood, int]}, {"d": {"a": Mood.CALM}})
    whole("person", "P.", {"p": Person}, {"r": Person, "s": list[Person]}, {"p": ann}, [{"p": bob, "r": ann, "s": [bob, ann]}])
    whole("team", "T.", {"q": str}, {"t": Team}, {"q": "x"}, [{"q": "y", "t": Team(name="T", lead=ann, members=[bob], scores={"a": 1.0})}])
    whole("people", "T.", {"p": list[Person], "o": Optional[Street]}, {"n": int}, {"p": [ann, bob], "o": None})
    whole("map_of_models", "T.", {"p": dict[str, Street]}, {"n": dict[str, Street]}, {"p": {"a": Street(street="s", number=1)}})
    whole("alias", "A.", {"p": Page}, {"r": Page, "s": list[Page]}, {"p": Page(pageTitle="t", number=1, text="b")}, [{"p": Page(pageTitle="t", number=1, text="b"), "r": Page(pageTitle="u", number=2, text="c"), "s": []}])
    whole("recursive", "R.", {"c": Comment}, {"d": Comment}, {"c": Comment(text="a", replies=[Comment(text="b")])})
    whole("union_models", "U.", {"p": Union[Cat, Dog]}, {"q": Union[Cat, Dog], "r": list[Union[Dog, str]], "s": Optional[Cat]}, {"p": Cat(kind="cat", lives=9)})
    whole("events", "E.", {"e": Event, "t": datetime.time}, {"f": Event, "d": datetime.timedelta, "u": uuid.UUID, "m": datetime.datetime},
          {"e": Event(day=datetime.date(2024, 2, 3), at=datetime.time(4, 5, 6), lasts=datetime.timedelta(hours=1, minutes=30), cost=decimal.Decimal("1.50"), key=uuid.UUID(int=5)), "t": datetime.time(12, 30)})
    whole("dates", "D.", {"a": datetime.date, "b": datetime.datetime, "c": decimal.Decimal, "d": datetime.timedelta}, {"x": datetime.date, "y": decimal.Decimal},
          {"a": datetime.date(2024, 1, 2), "b": datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc), "c": decimal.Decimal("10.0"), "d": datetime.timedelta(days=2)},
          [{"a": datetime.date(2023, 1, 2), "b": datetime.datetime(2023, 1, 2), "c": decimal.Decimal("1E+3"), "d": datetime.timedelta(seconds=5), "x": datetime.date(2023, 1, 3), "y": decimal.Decimal("2")}])
    whole("limits", "L.", {"q": str}, {"l": Limits}, {"q": "x"})
    whole("closed", "C.", {"c": Closed}, {"n": int}, {"c": Closed(left=1, right=2)})
    whole("closed_output", "C.", {"q": str}, {"c": Closed}, {"q": "x"})
    whole("generic", "G.", {"b": Box[int]}, {"c": Box[str], "d": Box[Street]}, {"b": Box[int](item=3)})
    whole("movie", "M.", {"m": Movie}, {"n": int}, {"m": {"title": "t", "year": 2000, "cast": ["a"]}})
    whole("movie_output", "M.", {"q": str}, {"m": Movie, "l": list[Movie]}, {"q": "x"})
    whole("point", "P.", {"p": Point}, {"q": str}, {"p": Point(1.0, 2.5, ["a"])})
    whole("point_output", "P.", {"q": str}, {"p": Point}, {"q": "x"})
    whole("titled", "T.", {"q": str}, {"t": Titled}, {"q": "x"})
    whole("empty_model", "E.", {"e": Empty}, {"f": Empty}, {"e": Empty()})
    whole("deep", "D.", {"q": str}, {"d": Deep}, {"q": "x"})
    whole("deep_input", "D.", {"d": Deep}, {"n": int}, {"d": Deep(grid=[[1], []], lookup={"a": [Street(street="s", number=1)]}, pair=(1, "x"), choice=Closed(left=1, right=2), unique={4})})
    whole("annotated", "A.", {"q": str}, {"n": Annotated[int, Field(ge=1)], "s": Annotated[str, Field(max_length=3)]}, {"q": "x"})
    whole("inner_bounds", "A.", {"q": str}, {"n": list[Annotated[int, Field(ge=1)]]}, {"q": "x"})
    whole("chars", "Use `[[ ## x ## ]]` and {braces} and <tags>.", {"q": (str, {"desc": "with `ticks` {q}"})}, {"a": str}, {"q": "<a>&{b}"})
    whole("reasoning", "R.", {"q": str}, {"why": dspy.Reasoning, "a": str}, {"q": "x"}, [{"q": "1", "why": dspy.Reasoning(content="so\nit is"), "a": "2"}])
    whole("history", "H.", {"h": dspy.History, "q": str}, {"a": str, "n": int}, {"h": dspy.History(messages=[{"q": "1", "a": "2", "n": 3}, {"q": "4", "a": "5"}]), "q": "6"})
    whole("history_demo", "H.", {"h": dspy.History, "q": str}, {"a": str}, {"h": dspy.History(messages=[]), "q": "6"}, [{"q": "1", "a": "2"}])
    whole("tools", "T.", {"q": str, "tools": list[dspy.Tool]}, {"calls": dspy.ToolCalls}, {"q": "x", "tools": [dspy.Tool(search)]})
    whole("one_tool", "T.", {"q": str, "tool": dspy.Tool}, {"a": str}, {"q": "x", "tool": dspy.Tool(search)})
    whole("code", "C.", {"c": dspy.Code["python"]}, {"d": dspy.Code["go"], "n": int}, {"c": dspy.Code["python"](code="x = 1\n")}, [{"c": dspy.Code["python"](code="y"), "d": dspy.Code["go"](code="z"), "n": 1}])
    whole("code_list", "C.", {"q": str}, {"d": list[dspy.Code["go"]]}, {"q": "x"})
    whole("optional_enum_list", "O.", {"l": Optional[list[Mood]]}, {"m": Optional[Priority]}, {"l": [Mood.CALM]})
    whole("literal_inputs", "L.", {"l": Literal["a", "b"], "n": Literal[1, 2]}, {"m": list[Literal["a", "b"]]}, {"l": "a", "n": 2})
    whole("number_for_enum", "L.", {"m": Mood}, {"n": int}, {"m": "calm"})
    whole("model_as_dict", "L.", {"m": Street}, {"n": int}, {"m": {"street": "s", "number": 1}})
    whole("missing_all", "L.", {"a": str, "b": int}, {"n": int}, {})
    whole("empty_texts", "L.", {"a": str, "b": list[str], "c": dict[str, int]}, {"n": int}, {"a": "", "b": [], "c": {}}, [{"a": "", "b": [""], "c": {}, "n": 0}])
    whole("bytes", "L.", {"a": str}, {"b": bytes}, {"a": "x"})
    whole("noul", "N.", {"t": str}, {"n": dspy.Noul[(True, "yes it is"), (False, "it's not")]}, {"t": "x"}) if hasattr(dspy, "Noul") else None
    return found
