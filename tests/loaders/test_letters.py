"""What axes stand for where no operator says so."""

from __future__ import annotations

import pytest

from cutaway.graph import Dim, Value
from cutaway.loaders.letters import Letters


@pytest.mark.parametrize(
    ("shape", "letters"),
    [
        ((1, 10), "NC"),
        (("batch", 10), "NC"),
        ((None, 10), "NC"),
        ((256, 10), None),  # a kernel made by a Reshape, or words of a sentence
        ((1, 10, 10), None),
        (None, None),
    ],
)
def test_two_axes_are_samples_by_channels_where_the_first_may_be_one(
    shape: tuple[Dim, ...] | None, letters: str | None
) -> None:
    value = Value(0, "x", shape, "float32", "activation")
    assert Letters([], [value]).spread().get(0) == letters
