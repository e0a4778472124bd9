"""A preparation in a file: as it is kept beside a model, or the bare list of its steps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, cast

from cutaway.errors import InputError
from cutaway.inputs.checking import validate
from cutaway.inputs.state import Step

_MOST: Final = 16 << 20
"""So many bytes a file of steps may have; strokes of a brush are the longest in it."""


def read_steps(path: Path) -> list[Step]:
    """The steps of a JSON file.

    Args:
        path: of a list of steps, or of an object with one under ``preparation``, as
            ``MODEL.cutaway.json`` is.

    Raises:
        InputError: it cannot be read, or holds no preparation.
    """
    wanted = f"a JSON file with a list of steps was wanted, '{path}'"
    try:
        if path.stat().st_size > _MOST:
            raise InputError(f"{wanted} has more than {_MOST >> 20} MiB: choose another")
        held: Any = json.loads(path.read_text("utf-8"))
    except OSError as problem:
        said = problem.strerror or problem
        raise InputError(f"{wanted} cannot be read ({said}); check the path") from problem
    except (ValueError, RecursionError) as problem:
        raise InputError(f"{wanted} is no JSON ({problem}); save it again") from problem
    steps = cast("dict[str, Any]", held).get("preparation") if isinstance(held, dict) else held
    if steps is None:
        raise InputError(f"{wanted} holds none under 'preparation': choose another")
    validate(steps)
    return cast("list[Step]", steps)
