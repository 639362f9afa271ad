"""Records more vectors with DSPy itself: siblings of the recorded ones, of the same kinds.

    python -m venv target/dspy && target/dspy/bin/pip install dspy==3.4.1 json_repair==0.64.5 pydantic==2.14.3
    target/dspy/bin/python xtask/vectors/record.py target/vectors
    cargo xtask conformance --dir target/vectors

Nothing here is typed by hand but the questions; each answer is DSPy's. No network, no model.
"""

import json
import pathlib
import sys
import tempfile
import typing

import dspy
import json_repair
from dspy.adapters.baml_adapter import BAMLAdapter
from dspy.adapters.json_adapter import _get_structured_outputs_response_format
from dspy.adapters.utils import parse_value
from dspy.signatures.signature import infer_prefix
from dspy.utils.exceptions import AdapterParseError

import encode
import texts
import formats
import states
import strings

ADAPTERS = {
    "chat": dspy.ChatAdapter(), "json": dspy.JSONAdapter(), "xml": dspy.XMLAdapter(), "baml": BAMLAdapter(),
    "two_step": dspy.TwoStepAdapter(dspy.LM("openai/none")),
}  # fmt: skip


def parse():
    signatures, vectors = {}, []
    for adapter, key, name, completion in texts.REPLIES:
        made = texts.SIGNATURES[key]
        signatures[key] = encode.signature(made)
        vector = {"id": f"parse/{adapter}/{key}/{name}", "adapter": adapter, "signature": key, "tags": [], "completion": completion}
        try:
            fields = ADAPTERS[adapter].parse(made, completion)
            vector["fields"] = {name: encode.value(item) for name, item in fields.items()}
        except AdapterParseError as problem:
            vector["error"] = {"type": type(problem).__name__, "message": str(problem)}
        except Exception as problem:  # noqa: BLE001 - any error of DSPy's is an answer
            vector["error"] = encode.error(problem)
        vectors.append(vector)
    return {"signatures": signatures}, vectors


def value():
    vectors = []
    for index, (annotation, item) in enumerate(texts.VALUES):
        types: dict = {}
        kind = encode.tree(annotation, types)
        vector = {"id": f"value/parse_value/s{index:03}", "op": "parse_value", "value": encode.value(item), "type": kind}
        vector |= {"types": types, "type_text": str(annotation)}
        try:
            vector["result"] = encode.value(parse_value(item, annotation))
        except Exception as problem:  # noqa: BLE001
            vector["error"] = encode.error(problem)
        vectors.append(vector)
    for index, text in enumerate(texts.REPAIRS):
        result = encode.value(json_repair.loads(text))
        vectors.append({"id": f"value/json_repair/s{index:03}", "op": "json_repair.loads", "text": text, "result": result})
    return {}, vectors


def format():
    vectors = []
    for name, (made, string, inputs, demos) in formats.cases().items():
        vector = {"id": f"format/{name}", "tags": [], "signature": encode.signature(made, string)}
        vector["inputs"] = {key: encode.value(item) for key, item in inputs.items()}
        vector["demos"] = [{key: encode.value(item) for key, item in dict(demo).items()} for demo in demos]
        vector["expected"] = {}
        for adapter, it in ADAPTERS.items():
            try:
                vector["expected"][adapter] = {"messages": it.format(made, list(demos), dict(inputs))}
            except Exception as problem:  # noqa: BLE001
                vector["expected"][adapter] = {"error": encode.error(problem)}
        vector["json_adapter_structured_output"] = structured(made)
        vectors.append(vector)
    return {}, vectors


def structured(made):
    """The schema that the JSON adapter sends, and the strict form of it."""
    try:
        from openai.lib._pydantic import to_strict_json_schema

        model = _get_structured_outputs_response_format(made)
        return {"schema": model.model_json_schema(), "strict": to_strict_json_schema(model)}
    except Exception as problem:  # noqa: BLE001
        return {"error": encode.error(problem)}


def signature():
    vectors = []
    for index, string in enumerate(strings.STRINGS):
        vector = {"id": f"signature/string/s{index:03}", "op": "parse_string", "string": string}
        try:
            made = dspy.Signature(string)
            vector |= {"signature": encode.signature(made, string), "canonical": made.signature}
        except Exception as problem:  # noqa: BLE001
            vector["error"] = encode.error(problem)
        vectors.append(vector)
    for index, name in enumerate(strings.NAMES):
        vectors.append({"id": f"signature/prefix/s{index:03}", "op": "infer_prefix", "name": name, "result": infer_prefix(name)})
    return {}, vectors


def state():
    vectors = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "state.json"
        for name, make in states.programs().items():
            program = make()
            vector = {"id": f"state/{name}", "class": type(program).__name__}
            vector["named_parameters"] = [[path, type(it).__name__] for path, it in program.named_parameters()]
            vector["named_predictors"] = [path for path, _ in program.named_predictors()]
            vector["signatures"] = {path: encode.signature(it.signature) for path, it in program.named_predictors()}
            try:
                program.save(path)
                vector["saved_text"] = path.read_text(encoding="utf-8")
            except Exception as problem:  # noqa: BLE001 - any error of DSPy's is an answer
                vector["error"] = encode.error(problem)
            vectors.append(vector)
    return {}, vectors


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for family in (signature, format, parse, value, state):
        more, vectors = family()
        name = family.__name__
        whole = {"family": name, "part": "siblings", "count": len(vectors), **more, "vectors": vectors}
        text = json.dumps(whole, ensure_ascii=False, indent=1, default=str)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(f"{name}: {len(vectors)}")


if __name__ == "__main__":
    main()
