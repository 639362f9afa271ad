"""Plays the cassettes beside this file to the official SDKs and writes down what they make of them: NAME.sdk.json.

By hand, after cassettes were recorded anew:
    python3 -m venv v && v/bin/pip install openai==3.54.0 anthropic==2.12.0 google-genai==3.4.0 ollama && v/bin/python oracle.py
"""
import glob
import json
import os
from importlib.metadata import version

import anthropic
import httpx
import httpx2
import ollama
import openai
from google import genai
from google.genai import errors, types

HERE = os.path.dirname(os.path.abspath(__file__))


def pieces(reply):
    """The body in the pieces in which it was recorded."""
    body = bytes.fromhex(reply["hex"]) if "hex" in reply else reply["body"].encode()
    at = 0
    for cut in reply.get("cuts") or [len(body)]:
        yield body[at : at + cut]
        at += cut


def transport(reply, http=httpx2):
    """What was asked stands in the cassette; here only the answer matters."""
    return http.MockTransport(
        lambda _: http.Response(reply["status"], headers=reply["headers"], content=pieces(reply))
    )


def http_client(reply):
    return httpx2.Client(transport=transport(reply))


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
        whole = state.current_completion_snapshot
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


def of_responses(request, reply):
    client = openai.OpenAI(api_key="k", max_retries=0, http_client=http_client(reply))
    if request["body"].get("stream"):
        ends = ("response.completed", "response.incomplete", "response.failed")
        events = list(client.responses.create(model="m", input="q", stream=True))
        whole = next(event.response for event in events if event.type in ends)
    else:
        whole = client.responses.create(model="m", input="q")
    thoughts = [part.text for item in whole.output if item.type == "reasoning" for part in item.summary]
    calls = [item for item in whole.output if item.type == "function_call"]
    usage = whole.usage
    finish = "length" if whole.status == "incomplete" else "tool_calls" if calls else "stop"
    return {
        "text": whole.output_text,
        "reasoning": "\n\n".join(thoughts),
        "calls": [[c.call_id, c.name, json.loads(c.arguments)] for c in calls],
        "finish": finish,
        "usage": [usage.input_tokens, usage.output_tokens] if usage else [0, 0],
    }


def of_anthropic(request, reply):
    client = anthropic.Anthropic(api_key="k", max_retries=0, http_client=http_client(reply))
    ask = {"model": "m", "max_tokens": 8, "messages": [{"role": "user", "content": "q"}]}
    if request["body"].get("stream"):
        with client.messages.stream(**ask) as stream:
            whole = stream.get_final_message()
    else:
        whole = client.messages.create(**ask)
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


def of_gemini(request, reply):
    options = types.HttpOptions(
        client_args={"transport": transport(reply)}, retry_options=types.HttpRetryOptions(attempts=1)
    )
    client = genai.Client(api_key="k", http_options=options)
    ask = {"model": "m", "contents": "q"}
    if ":streamGenerateContent" in request["url"]:
        replies = list(client.models.generate_content_stream(**ask))
    else:
        replies = [client.models.generate_content(**ask)]
    candidates = [c for r in replies for c in r.candidates or []]
    parts = [p for c in candidates if c.content for p in c.content.parts or []]
    calls = [p.function_call for p in parts if p.function_call]
    usage = [r.usage_metadata for r in replies if r.usage_metadata][-1]
    finish = [c.finish_reason for c in candidates if c.finish_reason][-1].name
    finish = {"STOP": "stop", "MAX_TOKENS": "length", "FUNCTION_CALL": "tool_calls"}.get(finish, finish)
    return {
        "text": "".join(p.text for p in parts if p.text and not p.thought),
        "reasoning": "".join(p.text for p in parts if p.text and p.thought),
        "calls": [[c.id, c.name, c.args] for c in calls],
        "finish": "tool_calls" if calls and finish == "stop" else finish,
        "usage": [
            usage.prompt_token_count or 0,
            (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0),
        ],
    }


def of_ollama(request, reply):
    client = ollama.Client(host="http://h", transport=transport(reply, httpx))
    streams = request["body"].get("stream", True)
    replies = client.chat(model="m", messages=[], stream=streams)
    replies = list(replies) if streams else [replies]
    calls = [call.function for r in replies for call in r.message.tool_calls or []]
    last = replies[-1]
    return {
        "text": "".join(r.message.content or "" for r in replies),
        "reasoning": "".join(r.message.thinking or "" for r in replies),
        "calls": [[None, c.name, dict(c.arguments)] for c in calls],
        "finish": "tool_calls" if calls and last.done_reason == "stop" else last.done_reason,
        "usage": [last.prompt_eval_count or 0, last.eval_count or 0],
    }


SDKS = {
    "openai-chat": (of_openai, "openai"),
    "responses": (of_responses, "openai"),
    "anthropic": (of_anthropic, "anthropic"),
    "gemini": (of_gemini, "google-genai"),
    "ollama": (of_ollama, "ollama"),
}


def decode(read, request, reply):
    try:
        return read(request, reply)
    except (openai.APIStatusError, anthropic.APIStatusError, ollama.ResponseError) as error:
        return {"error": error.status_code}
    except errors.APIError as error:
        return {"error": error.code}


for path in sorted(glob.glob(os.path.join(HERE, "*.json"))):
    if path.endswith(".sdk.json"):
        continue
    name = os.path.basename(path)[: -len(".json")]
    read, sdk = next(value for prefix, value in SDKS.items() if name.startswith(prefix))
    with open(path) as file:
        cassette = json.load(file)
    decoded = [decode(read, e["request"], e["reply"]) for e in cassette["exchanges"]]
    with open(path[: -len(".json")] + ".sdk.json", "w") as file:
        note = f"What {sdk} {version(sdk)} (PyPI) makes of {name}.json; written by oracle.py."
        json.dump({"note": note, "decoded": decoded}, file, indent=1, ensure_ascii=False)
        file.write("\n")
    print(name, len(decoded))
