"""Types, values and signatures of Python in the encoding of the recorded vectors."""

import base64
import dataclasses
import datetime
import decimal
import enum
import inspect
import math
import types as pytypes
import typing
import uuid

import annotated_types
import dspy
import pydantic
from dspy.adapters.types.code import Code
from dspy.adapters.utils import get_annotation_name, translate_field_type
from dspy.utils.constants import IS_TYPE_UNDEFINED
from dspy.signatures.utils import get_dspy_field_type
from pydantic.fields import FieldInfo

SCALARS = {
    str: "str", int: "int", float: "float", bool: "bool", type(None): "none", typing.Any: "any",
    object: "object", bytes: "bytes", datetime.datetime: "datetime", datetime.date: "date",
    datetime.time: "time", datetime.timedelta: "timedelta", decimal.Decimal: "decimal", uuid.UUID: "uuid",
}  # fmt: skip
BOUNDS = ["gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern", "allow_inf_nan"]


def bounds(metadata) -> dict:
    """The bounds of a field by pydantic's names."""
    found = {}
    for item in metadata:
        if isinstance(item, FieldInfo):
            found |= bounds(item.metadata)
        for name in BOUNDS:
            value = getattr(item, name, None)
            if value is not None:
                found[name] = value
    return found


def tree(annotation, known: dict):
    """A type as a tree. Classes are written into `known`."""
    if annotation in SCALARS:
        return {"kind": SCALARS[annotation]}
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        rest = [item for item in arguments[1:]]
        return {"kind": "annotated", "inner": tree(arguments[0], known), "constraints": bounds(rest)}
    if origin in (typing.Union, pytypes.UnionType):
        syntax = "pep604" if origin is pytypes.UnionType else "typing"
        return {"kind": "union", "syntax": syntax, "options": [tree(item, known) for item in arguments]}
    if origin is typing.Literal:
        return {"kind": "literal", "values": list(arguments)}
    single = {list: "list", set: "set", frozenset: "frozenset"}
    if annotation in single or annotation in (dict, tuple):
        any_ = {"kind": "any"}
        return {
            list: {"kind": "list", "item": any_, "bare": True}, set: {"kind": "set", "item": any_, "bare": True},
            frozenset: {"kind": "frozenset", "item": any_, "bare": True},
            dict: {"kind": "dict", "key": any_, "value": any_, "bare": True},
            tuple: {"kind": "tuple_variadic", "item": any_, "bare": True},
        }[annotation]  # fmt: skip
    if origin in single:
        return {"kind": single[origin], "item": tree(arguments[0], known), "bare": False}
    if origin is dict:
        key, value = (tree(item, known) for item in arguments)
        return {"kind": "dict", "key": key, "value": value, "bare": False}
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return {"kind": "tuple_variadic", "item": tree(arguments[0], known)}
        return {"kind": "tuple", "items": [tree(item, known) for item in arguments], "bare": False}
    name = getattr(annotation, "__name__", str(annotation))
    if inspect.isclass(annotation) and issubclass(annotation, Code):
        return {"kind": "dspy", "type": "Code", "language": annotation.language, "description": annotation.description()}
    if inspect.isclass(annotation) and annotation.__module__.startswith("dspy."):
        described = getattr(annotation, "description", None)
        text = described() if callable(described) else None
        return {"kind": "dspy", "type": name} | ({"description": text} if text else {})
    named(annotation, name, known)
    return {"kind": known[name]["kind"], "name": name}


def named(annotation, name: str, known: dict):
    if name in known:
        return
    known[name] = entry = {"name": name}
    if issubclass(annotation, enum.Enum):
        mixin = "str" if issubclass(annotation, str) else "int" if issubclass(annotation, int) else None
        members = [{"name": member.name, "value": member.value} for member in annotation]
        entry |= {"kind": "enum", "mixin": mixin, "members": members}
    elif issubclass(annotation, pydantic.BaseModel):
        entry |= {"kind": "model", "doc": annotation.__doc__, "config": dict(annotation.model_config)}
        entry["fields"] = [member(key, field, known) for key, field in annotation.model_fields.items()]
    else:
        kind = "dataclass" if dataclasses.is_dataclass(annotation) else "typed_dict"
        entry |= {"kind": kind, "doc": annotation.__doc__, "fields": []}
        for key, inner in typing.get_type_hints(annotation).items():
            field = {"name": key, "type": tree(inner, known), "required": True}
            if kind == "dataclass":
                declared = annotation.__dataclass_fields__[key]
                if declared.default is not dataclasses.MISSING:
                    field |= {"required": False, "default": value(declared.default), "default_is_factory": False}
                elif declared.default_factory is not dataclasses.MISSING:
                    field |= {"required": False, "default": value(declared.default_factory()), "default_is_factory": True}
            entry["fields"].append(field)
    entry["json_schema"] = pydantic.TypeAdapter(annotation).json_schema()


def member(name: str, field: FieldInfo, known: dict) -> dict:
    entry = {"name": name, "type": tree(field.annotation, known), "required": field.is_required()}
    if not field.is_required():
        entry["default"] = value(field.get_default(call_default_factory=True))
        entry["default_is_factory"] = field.default_factory is not None
    for key, text in [("description", field.description), ("alias", field.alias), ("title", field.title)]:
        if text is not None:
            entry[key] = text
    if found := bounds(field.metadata):
        entry["constraints"] = found
    return entry


def value(it):
    """A value with `$type` where JSON has no form of its own."""
    marked = lambda kind, **members: {"$type": kind, **members}
    if isinstance(it, enum.Enum):
        return marked("enum", enum=type(it).__name__, member=it.name, value=it.value)
    if it is None or isinstance(it, (bool, str)) or type(it) is int:
        return it
    if isinstance(it, float):
        return it if math.isfinite(it) else marked("float", value=str(it))
    if isinstance(it, datetime.datetime):
        return marked("datetime", value=it.isoformat())
    if isinstance(it, (datetime.date, datetime.time)):
        return marked(type(it).__name__, value=it.isoformat())
    if isinstance(it, (decimal.Decimal, uuid.UUID)):
        return marked("decimal" if isinstance(it, decimal.Decimal) else "uuid", value=str(it))
    if isinstance(it, datetime.timedelta):
        return marked("timedelta", value=pydantic.TypeAdapter(datetime.timedelta).dump_python(it, mode="json"))
    if isinstance(it, bytes):
        return marked("bytes", base64=base64.b64encode(it).decode())
    if isinstance(it, list):
        return [value(item) for item in it]
    if isinstance(it, tuple):
        return marked("tuple", items=[value(item) for item in it])
    if isinstance(it, (set, frozenset)):
        return marked("set", items=sorted((value(item) for item in it), key=str))
    if isinstance(it, dict):
        if all(isinstance(key, str) and not key.startswith("$") for key in it):
            return {key: value(item) for key, item in it.items()}
        return marked("map", entries=[[value(key), value(item)] for key, item in it.items()])
    if isinstance(it, Code):
        return marked("Code", language=it.language, code=it.code)
    if isinstance(it, dspy.Reasoning):
        return marked("Reasoning", content=it.content, format=it.format())
    if isinstance(it, dspy.Tool):
        call = it.format_as_litellm_function_call()
        return marked("Tool", name=it.name, desc=it.desc, args=it.args, str=str(it), function_call=call)
    if isinstance(it, dspy.Example):
        return marked("Example", fields={key: value(item) for key, item in it.items()})
    if isinstance(it, pydantic.BaseModel):
        fields = {name: value(getattr(it, name)) for name in type(it).model_fields}
        if type(it).__module__.startswith("dspy."):
            return marked(type(it).__name__, **fields)
        return marked("model", model=type(it).__name__, fields=fields)
    if dataclasses.is_dataclass(it):
        fields = {field.name: value(getattr(it, field.name)) for field in dataclasses.fields(it)}
        return marked("dataclass", name=type(it).__name__, model=type(it).__name__, fields=fields)
    raise TypeError(f"no encoding for {type(it)}")


def signature(made, string: str | None = None) -> dict:
    known: dict = {}
    fields = []
    for name, field in made.fields.items():
        extra = field.json_schema_extra
        role = get_dspy_field_type(field)
        entry = {
            "name": name, "role": role, "type": tree(field.annotation, known),
            "annotation_name": get_annotation_name(field.annotation), "desc": extra.get("desc"),
            "desc_is_default": extra.get("desc") == f"${{{name}}}", "prefix": extra.get("prefix"),
            "constraints_text": extra.get("constraints"), "constraints": [], "required": field.is_required(),
        }  # fmt: skip
        if not field.is_required():
            entry["default"] = value(field.get_default(call_default_factory=True))
        if found := bounds(field.metadata):
            entry["metadata"] = found
        if extra.get(IS_TYPE_UNDEFINED):
            entry["type_undefined"] = True
        if role == "output":
            entry["placeholder"] = translate_field_type(name, field)
        fields.append(entry)
    described = {
        "name": made.__name__, "source": "string" if string is not None else "class",
        "instructions": made.instructions, "fields": fields, "types": known,
    }  # fmt: skip
    return described | ({"string": string} if string is not None else {})


def error(problem: BaseException) -> dict:
    kinds = [kind.__name__ for kind in type(problem).__mro__ if kind is not object]
    found = {"type": kinds[0], "mro": kinds, "message": str(problem)}
    parsed = getattr(problem, "parsed_result", None)
    return found | ({"parsed_fields": parsed if isinstance(parsed, dict) else {}} if parsed is not None else {})
