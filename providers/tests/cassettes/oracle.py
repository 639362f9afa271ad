"""Plays the cassettes beside this file to the official SDKs and writes down what they make of them: NAME.sdk.json.

By hand, after cassettes were recorded anew:
    python3 -m venv v && v/bin/pip install openai==3.54.0 anthropic==2.12.0 && v/bin/python oracle.py
"""
import glob
import json
import os

import anthropic
import httpx
import openai

HERE = os.path.dirname(os.path.abspath(__file__))


class Pieces(httpx.SyncByteStream):
    """The body in the pieces in which it was recorded."""

    def __init__(self, reply):
        body = bytes.fromhex(reply["hex"]) if "hex" in reply else reply["body"].encode()
        self.pieces, at = [], 0
        for cut in reply.get("cuts") or [len(body)]:
            self.pieces.append(body[at : at + cut])
            at += cut

    def __iter__(self):
        yield from self.pieces


def http_client(reply):
    def answer(_):
        return httpx.Response(reply["status"], headers=reply["headers"], stream=Pieces(reply))

    return httpx.Client(transport=httpx.MockTransport(answer))


def thoughts(message):
    extra = message.model_extra or {}
    return extra.get("reasoning_content") or extra.get("reasoning") or ""


def of_openai(request, reply):
    client = openai.OpenAI(api_key="k", max_retries=0, http_client=http_client(reply))
    body = dict(request["body"])
    reasoning, usage = "", None
    if body.pop("stream", False):
        state = openai.lib.streaming.chat.ChatCompletionStreamState()
        for chunk in client.chat.completions.create(stream=True, **body):
            state.handle_chunk(chunk)
            usage = chunk.usage or usage
            for choice in chunk.choices:
                reasoning += thoughts(choice.delta)
        whole = state.get_final_completion()
    else:
        whole = client.chat.completions.create(**body)
        reasoning, usage = thoughts(whole.choices[0].message), whole.usage
    choice = whole.choices[0]
    return {
        "text": choice.message.content or "",
        "reasoning": reasoning,
        "calls": [[c.id, c.function.name, json.loads(c.function.arguments)] for c in choice.message.tool_calls or []],
        "finish": choice.finish_reason,
        "usage": [usage.prompt_tokens, usage.completion_tokens],
    }


def of_anthropic(request, reply):
    client = anthropic.Anthropic(api_key="k", max_retries=0, http_client=http_client(reply))
    body = dict(request["body"])
    if body.pop("stream", False):
        with client.messages.stream(**body) as stream:
            whole = stream.get_final_message()
    else:
        whole = client.messages.create(**body)
    of = lambda kind: [block for block in whole.content if block.type == kind]
    usage = whole.usage
    words = {"end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length", "tool_use": "tool_calls"}
    return {
        "text": "".join(block.text for block in of("text")),
        "reasoning": "".join(block.thinking for block in of("thinking")),
        "calls": [[block.id, block.name, block.input] for block in of("tool_use")],
        "finish": words.get(whole.stop_reason, whole.stop_reason),
        "usage": [
            usage.input_tokens + (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0),
            usage.output_tokens,
        ],
    }


SDKS = {"openai-chat": (of_openai, openai), "anthropic": (of_anthropic, anthropic)}


def decode(read, request, reply):
    try:
        return read(request, reply)
    except (openai.APIStatusError, anthropic.APIStatusError) as error:
        return {"error": error.status_code}


for path in sorted(glob.glob(os.path.join(HERE, "*.json"))):
    if path.endswith(".sdk.json"):
        continue
    name = os.path.basename(path)[: -len(".json")]
    read, sdk = next(value for prefix, value in SDKS.items() if name.startswith(prefix))
    with open(path) as file:
        cassette = json.load(file)
    decoded = [decode(read, e["request"], e["reply"]) for e in cassette["exchanges"]]
    with open(path[: -len(".json")] + ".sdk.json", "w") as file:
        note = f"What {sdk.__name__} {sdk.__version__} (PyPI) makes of {name}.json; written by oracle.py."
        json.dump({"note": note, "decoded": decoded}, file, indent=1, ensure_ascii=False)
        file.write("\n")
    print(name, len(decoded))
