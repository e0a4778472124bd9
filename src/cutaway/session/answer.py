"""What a key answers: bytes and what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

JSON = "application/json"
PROBLEM = "application/problem+json"
BLOB = "application/vnd.safetensors"
PNG = "image/png"
NPY = "application/x-npy"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a key."""

    content_type: str
    body: bytes | memoryview

    def json(self) -> Any:
        """The body, parsed."""
        return orjson.loads(self.body)


def as_json(document: object) -> Answer:
    """A document as an answer; NaN and infinities become null."""
    return Answer(JSON, orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS))


def as_problem(problem: BaseException) -> Answer:
    """An error as an answer among others: its class name and its sentence."""
    described = {"error": type(problem).__name__, "message": str(problem)}
    return Answer(PROBLEM, orjson.dumps(described))
