"""Writes the replies that are read, the same bytes on every run: `texts.py FOLDER`.

An order of 200 B, 5 KB and 500 KB, as JSON and behind chat markers, clean and as models write it: words and a
fence around it, names without quotes, single quotes, commas too many, comments, Python's literals.
"""

import json
import pathlib
import sys

SIZES = {"200B": 200, "5KB": 5_000, "500KB": 500_000}
TAGS = ["new", "sale", "fragile", "heavy", "blue", "imported"]


def order(items: int, note: int) -> dict:
    return {
        "id": 48213,
        "status": "shipped",
        "customer": "Ada Byron, Upper Brook Street",
        "gift": True,
        "items": [
            {
                "sku": f"SKU-{(n * 7919) % 100_000:05}",
                "quantity": n * 31 % 9 + 1,
                "price": (n * 1237 % 9_900 + 100) / 100,
                "tags": [TAGS[(n + step) % len(TAGS)] for step in range(n % 4)],
            }
            for n in range(items)
        ],
        "note": "Please ring twice; the bell is quiet."[:note],
    }


def fitting(size: int) -> dict:
    """The order whose clean JSON is nearest to so many bytes."""
    note = 37 if size > 300 else 16
    low, high = 1, size // 40 + 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if len(json.dumps(order(middle, note))) <= size else (low, middle)
    return order(low, note)


def loose(value: object) -> str:
    """The value as models write it."""
    match value:
        case dict():
            return "{" + "".join(f"{name}: {loose(item)}, " for name, item in value.items()) + "}"
        case list():
            return "[" + "".join(f"{loose(item)}, " for item in value) + "]"
        case str():
            return f"'{value}'"
        case _:
            return repr(value)


def messy(value: dict) -> str:
    lines = []
    for name, item in value.items():
        remark = " // as the mail says" if name == "id" else ""
        if isinstance(item, list):
            lines.append(f"  {name}: [\n" + "".join(f"    {loose(part)},\n" for part in item) + "  ],")
        else:
            lines.append(f"  {name}: {loose(item)},{remark}")
    body = "{\n" + "\n".join(lines) + "\n}"
    return f"Sure! Here is the order that you asked for:\n\n```json\n{body}\n```\n\nLet me know if it is right."


def chat(value: dict, write) -> str:
    text = "".join(
        f"[[ ## {name} ## ]]\n{item if isinstance(item, str) else write(item)}\n\n" for name, item in value.items()
    )
    return text + "[[ ## completed ## ]]\n"


def messy_chat(value: dict) -> str:
    def write(item: object) -> str:
        return f"```json\n{loose(item)}\n```" if isinstance(item, list) else loose(item)

    return "Here are the fields of the order.\n\n" + chat(value, write)


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, size in SIZES.items():
        value = fitting(size)
        texts = {
            "json-clean": json.dumps(value),
            "json-messy": messy(value),
            "chat-clean": chat(value, json.dumps),
            "chat-messy": messy_chat(value),
        }
        for form, text in texts.items():
            (folder / f"{name}-{form}.txt").write_text(text)


if __name__ == "__main__":
    main()
