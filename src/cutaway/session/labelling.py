"""Whether a list of class names fits, and what to do where it is one off."""

from __future__ import annotations

from collections.abc import Sequence

from cutaway.errors import InputError
from cutaway.graph import Graph
from cutaway.session.reading_documents import ShiftDoc

BACKGROUND = "background"
"""What a shift by 1 puts before the first name."""


def class_count(graph: Graph) -> int | None:
    """How many classes the outputs have as they are declared; None where that is not known.

    The single length of the class axis of an output that looks like classes: (1, N), or the
    channels of a segmentation.
    """
    found: set[int] = set()
    for number in graph.outputs:
        value = graph.values[number]
        shape = value.shape or ()
        if len(shape) == 2 and isinstance(shape[1], int) and shape[1] > 1:
            found.add(shape[1])
        elif len(shape) == 4 and value.axes in ("NCHW", "NHWC"):
            length = shape[value.axes.index("C")]
            if isinstance(length, int) and length > 1:
                found.add(length)
    return found.pop() if len(found) == 1 else None


def shift_offer(labels: Sequence[str] | None, classes: int | None) -> ShiftDoc | None:
    """The offer to move a list by one; None where it fits, or is off by more."""
    if not labels or classes is None or abs(len(labels) - classes) != 1:
        return None
    have = f"{len(labels):,} names for {classes:,} classes"
    if len(labels) < classes:
        words = f"{have}: put a background before the first name, so that every name moves up by 1"
        return ShiftDoc(1, words)
    return ShiftDoc(-1, f"{have}: leave the first name out ('{labels[0]}'), so that all move down")


def misfit(labels: Sequence[str] | None, classes: int | None) -> str | None:
    """A sentence where a list is off by more than one; None where it is not."""
    if not labels or classes is None or abs(len(labels) - classes) <= 1:
        return None
    return (
        f"{len(labels):,} class names were given and the model has {classes:,} classes: classes "
        "without a name are shown by number; choose another list where these are not its names"
    )


def shifted(labels: Sequence[str] | None, by: int) -> list[str]:
    """The labels moved by one.

    Raises:
        InputError: there are none, or ``by`` is not 1 or -1.
    """
    if by not in (1, -1):
        raise InputError(f"labels are shifted by 1 or -1; got {by}")
    if not labels:
        raise InputError("labels were to be shifted, and none are in use; load a list first")
    return [BACKGROUND, *labels] if by == 1 else list(labels[1:])
