"""What the outputs of a run are, judged by shapes, names, operators and what the file says."""

from __future__ import annotations

from cutaway.outputs import boxes, classes
from cutaway.outputs.seen import Guess, Output, Seen


def recognize(seen: Seen) -> list[Guess]:
    """Readings of all outputs; what nothing is recognized in is a plain tensor, and that is said.

    Each output is in one reading at most.
    """
    left = [output for output in seen.outputs if output.value not in seen.states]
    found: list[Guess] = []
    for recognizer in (boxes.recognize, classes.recognize):
        while left and (guess := recognizer(seen, left)) is not None:
            found.append(guess)
            left = [output for output in left if output.value not in guess.values]
    if left or not found:
        rest = left or list(seen.outputs)
        found.append(_unknown(rest))
    return found


def _unknown(outputs: list[Output]) -> Guess:
    named = ", ".join(f"'{output.name}'" for output in outputs[:4])
    more = f" and {len(outputs) - 4} more" if len(outputs) > 4 else ""
    why = f"nothing is recognized in {named}{more}: these are numbers as the model gives them"
    return Guess("tensor", "Tensor", why, tuple(output.value for output in outputs))
