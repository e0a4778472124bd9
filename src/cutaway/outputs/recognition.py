"""What the outputs of a run are, judged by shapes, names, operators and what the file says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, cast

from cutaway.errors import InputError
from cutaway.outputs import boxes, images, keypoints, masks, sound, vectors, words
from cutaway.outputs.checking import check
from cutaway.outputs.seen import Guess, Output, Seen

Recognizer: TypeAlias = Callable[[Seen, list[Output], bool], list[Guess]]

RECOGNIZERS: Final[tuple[tuple[str, Recognizer], ...]] = (
    ("boxes", boxes.recognize),
    ("keypoints", keypoints.recognize),
    ("flow", images.recognize_flow),
    ("masks", masks.recognize),
    ("depth", images.recognize_depth),
    ("picture", images.recognize_picture),
    ("text", words.recognize),
    ("sound", sound.recognize),
    ("numbers", vectors.recognize_rebuilt),
    ("embedding", vectors.recognize_embedding),
    ("numbers", vectors.recognize_measures),
    ("classes", vectors.recognize_classes),
    ("numbers", vectors.recognize_numbers),
)
"""By kind, those with the surest signs first."""

KINDS: Final = tuple(dict.fromkeys([kind for kind, _ in RECOGNIZERS] + ["tensor"]))
"""What a person can say that outputs are."""


def recognize(seen: Seen, taken: Sequence[int] = ()) -> list[Guess]:
    """Readings of all outputs; what nothing is recognized in is a plain tensor, and that is said.

    Each output is in one reading at most; what a network carries to its next run is in none.

    Args:
        seen: the run.
        taken: outputs that the user has said the meaning of.
    """
    left = [o for o in seen.outputs if o.value not in seen.states and o.value not in taken]
    found: list[Guess] = []
    for _, recognizer in RECOGNIZERS:
        for guess in recognizer(seen, left, False) if left else []:
            found.append(guess)
            left = [output for output in left if output.value not in guess.values]
    if left:
        found.append(unknown(left))
    return found


def unknown(outputs: Sequence[Output]) -> Guess:
    """A reading of outputs as the numbers that they are."""
    named = ", ".join(f"'{output.name}'" for output in outputs[:4])
    more = f" and {len(outputs) - 4} more" if len(outputs) > 4 else ""
    why = f"nothing is recognized in {named}{more}: these are numbers as the model gives them"
    return Guess("tensor", "Tensor", why, tuple(output.value for output in outputs))


def check_kind(kind: Any) -> None:
    """Refuse what no outputs are read as; raises InputError."""
    if kind not in KINDS:
        raise InputError(f"a reading is one of {', '.join(KINDS)}; got '{str(kind)[:40]}'")


def corrected(seen: Seen, said: Mapping[str, Any]) -> Guess:
    """The reading that a user asks for.

    Args:
        seen: the run.
        said: ``kind``; ``values``, ids of outputs, empty or missing for those that fit;
            ``settings``, of which those given override what is recognized.

    Raises:
        InputError: there is no such kind, output or setting, or the outputs cannot be read so.
    """
    kind = said.get("kind")
    check_kind(kind)
    outputs = _chosen(seen, said.get("values") or [])
    told: Any = said.get("settings")
    if told is not None and not isinstance(told, dict):
        raise InputError("settings of a reading are a JSON object; got something else")
    if kind == "tensor":
        return Guess("tensor", "Tensor", "you chose it so", tuple(o.value for o in outputs))
    settings = cast("dict[str, Any]", told or {})
    base = _base(seen, str(kind), outputs, settings)
    merged = check(str(kind), base.settings, settings, seen)
    return Guess(base.kind, base.title, f"you chose it so; {base.why}", base.values, merged)


def _chosen(seen: Seen, values: Any) -> list[Output]:
    if not isinstance(values, list):
        raise InputError("values of a reading are a list of ids of outputs; got something else")
    ids = cast("list[Any]", values)
    unknown_ids = [value for value in ids if value not in seen.by_value]
    if unknown_ids:
        known = ", ".join(f"{o.value} ('{o.name}')" for o in seen.outputs)
        raise InputError(f"outputs that can be read are {known}; got {unknown_ids[0]}")
    return [seen.by_value[value] for value in ids] or list(seen.outputs)


def _base(seen: Seen, kind: str, outputs: list[Output], settings: Mapping[str, Any]) -> Guess:
    """What is recognized of that kind, by sure signs first, then by weak ones."""
    layout = settings.get("layout")
    for forced in (False, True):
        for name, recognizer in RECOGNIZERS:
            if name != kind:
                continue
            found = recognizer(seen, outputs, forced)
            if kind == "boxes" and layout is not None:
                found = boxes.recognize_as(str(layout), seen, outputs)
            if found:
                return found[0]
    shapes = ", ".join(f"'{o.name}' {o.shape}" for o in outputs[:6])
    raise InputError(
        f"outputs that can be read as {kind} were wanted; got {shapes}: choose other outputs, "
        "another kind, or another layout"
    )
