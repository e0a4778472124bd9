"""Messages older or newer than the engine knows, made such that it may know them."""
# pyright: standard

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from onnx import IR_VERSION, ModelProto, defs, helper

from cutaway.loaders.onnx.old_operators import bring_up

_FIRST: Final = 7
"""The first opset whose operators ONNX Runtime has all of."""
_FIRST_IR: Final = 3
"""The first IR version that states opsets; before it there was only opset 1."""
_FREE_IR: Final = 4
"""The first IR version in which weights need not be listed among the inputs; older files that do
not list them are refused by the engine."""
_PLAIN: Final = ("", "ai.onnx")


@dataclass(frozen=True, slots=True)
class Age:
    """What was done to a message because of its age, in words for the user."""

    notes: tuple[str, ...] = ()
    doubt: str | None = None
    """Why the engine may refuse it; None where nothing is known against it."""


def made_current(model: ModelProto) -> Age:
    """Bring a message to an opset and an IR version that the engine knows, in place.

    Operators of the opsets 1 to 6 are rewritten as those of opset 7 that mean the same. An opset
    or IR version newer than the ``onnx`` package knows is taken for the newest known.
    """
    notes: list[str] = []
    doubts: list[str] = []
    _settle_ir(model, notes, doubts)
    stated = [entry for entry in model.opset_import if entry.domain in _PLAIN]
    opset = max((entry.version for entry in stated), default=_FIRST)
    newest = defs.onnx_opset_version()
    if opset < _FIRST:
        changed, left = bring_up(model)
        notes += _told(opset, changed)
        kept = [f"one of its operators of opset {opset} stays as it is: {why}" for why in left]
        notes += kept
        doubts += kept
    elif opset > newest:
        for entry in stated:
            entry.version = newest
        doubts.append(
            f"it is of opset {opset}, and opset {newest} is the newest known here; update the "
            "packages onnx and onnxruntime, or export the model for an older opset"
        )
        notes.append(
            f"the file is of opset {opset}: its operators are taken for those of opset {newest}, "
            "the newest known here, which may mean something else"
        )
    return Age(tuple(notes), "; ".join(doubts) or None)


def _settle_ir(model: ModelProto, notes: list[str], doubts: list[str]) -> None:
    """Give a message an IR version that is known, and opsets where it is too old to have them."""
    version = model.ir_version
    if not model.opset_import and version < _FIRST_IR:
        model.opset_import.append(helper.make_opsetid("", 1))
    if version < _FIRST_IR:  # also where there is none, which the engine refuses
        model.ir_version = _FIRST_IR
    listed = {info.name for info in model.graph.input}
    if model.ir_version < _FREE_IR and any(
        tensor.name not in listed for tensor in model.graph.initializer
    ):
        model.ir_version = _FREE_IR
    if version > IR_VERSION:
        model.ir_version = IR_VERSION
        doubts.append(
            f"it is of IR version {version}, and {IR_VERSION} is the newest known here; update "
            "the packages onnx and onnxruntime"
        )
        notes.append(
            f"the file is of IR version {version}: it is read as one of {IR_VERSION}, the newest "
            "known here"
        )


def _told(opset: int, changed: Counter[str]) -> list[str]:
    if not changed.total():
        return []
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(changed.items()) if count)
    told = (
        f"the file is of opset {opset}, older than ONNX Runtime runs: shown is its form in opset "
        f"{_FIRST}, in which these operators are written otherwise and mean the same: {counts}"
    )
    return [told]
