"""What a run's outputs mean, on the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from cutaway.errors import InputError

Document = Mapping[str, Any]

_MOST = 20
"""Boxes and numbers that are printed."""


def wish(said: str | None) -> dict[str, Any] | None:
    """The reading that ``--read`` asks for: ``boxes`` or ``boxes:layout=yolo8,score=0.4``.

    Raises:
        InputError: it is not written so.
    """
    if said is None:
        return None
    kind, _, rest = said.partition(":")
    settings: dict[str, Any] = {}
    for part in re.split(r",(?![^\[]*\])", rest) if rest else []:
        name, equals, text = part.partition("=")
        if not equals:
            raise InputError(
                f"--read wants a kind and settings such as boxes:score=0.4; got '{said[:60]}'"
            )
        settings[name.strip()] = _value(text.strip())
    return {"kind": kind.strip(), "values": [], "settings": settings}


def _value(text: str) -> Any:
    """A JSON value, else the text itself."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def reading_documents(
    graph: Document, readings: Sequence[Document], contents: Sequence[Document], top: int
) -> list[dict[str, Any]]:
    """The ``readings`` of ``cutaway run --json``: see docs/json.md."""
    told = ("kind", "title", "why", "chosen", "summary", "settings")
    return [
        {
            **{key: reading[key] for key in told},
            "outputs": [graph["values"][value]["name"] for value in reading["values"]],
            "content": _shortened(content, top),
        }
        for reading, content in zip(readings, contents, strict=True)
    ]


def _shortened(content: Document, top: int) -> Document:
    """Of a long class vector the best alone."""
    if "top" not in content:
        return content
    best = content["top"][:top]
    return {**content, "classes": [content["classes"][i] for i in best], "top": best}


def lines(reading: Document) -> list[str]:
    """A reading as it is printed: what it is, why, and the things in it."""
    by = "" if reading["chosen"] == "file" else f" ({reading['chosen']})"
    head = f"{reading['title']}: {reading['summary']}{by}"
    return [head, f"  {reading['why']}", *_things(reading["content"])]


def _things(content: Document) -> list[str]:
    note = [f"  {content['note']}"] if content.get("note") else []
    if "items" in content:
        more = len(content["items"]) - _MOST
        tail = [f"  and {more} more"] if more > 0 else []
        return [*map(_item, content["items"][:_MOST]), *tail, *note]
    if "rows" in content:
        return [
            *(f"  {one['name']}  {_number(one['value'])}" for one in content["rows"][:_MOST]),
            *note,
        ]
    if "tokens" in content:
        return [*map(_token, content["tokens"][:_MOST]), *note]
    if "threshold" in content:
        return [
            *(
                f"  {one['share']:6.1%}  {one['label'] or 'class ' + str(one['index'])}"
                for one in content["classes"][:_MOST]
            ),
            *note,
        ]
    beside: dict[str, float] = content.get("beside") or {}
    figures = [f"  {name}  {value:.4g}" for name, value in beside.items()]
    return [*figures, *note]


def _item(item: Document) -> str:
    name = item["label"] or ("" if item["index"] is None else f"class {item['index']}")
    score = "" if item["score"] is None else f"{item['score']:.2f}"
    place = "" if item["box"] is None else " ".join(f"{edge:.1f}" for edge in item["box"])
    points = f"{len(item['points'])} points" if item["points"] else ""
    return "  " + "  ".join(part for part in (score, name, place, points) if part)


def _token(token: Document) -> str:
    score = "" if token["score"] is None else f"  {token['score']:.1%}"
    return f"  {token['id']}{'' if token['text'] is None else ' ' + repr(token['text'])}{score}"


def _number(value: float | None) -> str:
    return "no number" if value is None else f"{value:.6g}"
