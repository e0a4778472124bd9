"""What a key answers: bytes and what they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    import numpy.typing as npt

JSON = "application/json"
PROBLEM = "application/problem+json"
BLOB = "application/vnd.safetensors"
PNG = "image/png"
NPY = "application/x-npy"
NPZ = "application/x-npz"
CSV = "text/csv"
TEXT = "text/plain"


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


def as_blob(arrays: Mapping[str, npt.NDArray[Any]], metadata: Mapping[str, str]) -> Answer:
    """Named arrays and words as one safetensors buffer."""
    import numpy as np
    from safetensors.numpy import save

    solid = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    return Answer(BLOB, save(solid, dict(metadata)))


def blob_of_many(answers: Sequence[Answer | BaseException]) -> Answer:
    """Many answers in one blob: bodies as uint8 arrays by position, their types beside them."""
    import numpy as np

    told = [as_problem(a) if isinstance(a, BaseException) else a for a in answers]
    bodies = {str(i): np.frombuffer(one.body, np.uint8) for i, one in enumerate(told)}
    types = orjson.dumps([one.content_type for one in told]).decode()
    return as_blob(bodies, {"types": types})
