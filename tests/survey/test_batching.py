"""What is prepared together is what is prepared alone, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from survey.made import TARGET, pictures

from cutaway.inputs import Source, Target, guess
from cutaway.survey.batching import Pace, Preparing
from cutaway.survey.collecting import Collection
from cutaway.survey.shelves import Rows


def rows(array: np.ndarray) -> dict[int, Source]:
    return {
        i: Source(f"row {i}", "array", row, None, None, None, "") for i, row in enumerate(array)
    }


def together(target: Target, sources: dict[int, Source]) -> tuple[dict[int, Any], dict[int, str]]:
    batches, failed = Preparing(target, lambda one: guess(target, one)).together(sources)
    return {e: row for b in batches for e, row in zip(b.entries, b.array, strict=True)}, failed


@pytest.mark.parametrize(
    "target",
    [
        TARGET,
        Target("x", ("batch", 1, 28, 28), "float32", "NCHW"),
        Target("x", ("batch", 3, 28, 28), "float32", "NCHW", {"mean": [0.5, 0.4, 0.3]}),
        Target("x", (None, 28, 28), "float32"),
        Target("x", (None, 784), "float32"),
        Target("x", (None, 28, 28, 1), "uint8", "NHWC"),
        Target("x", (None, 32, 32, 1), "float32", "NHWC"),
    ],
)
def test_pictures_together_are_as_alone(target: Target) -> None:
    sources = rows(pictures()[0])
    made, failed = together(target, sources)
    one = Preparing(target, lambda source: guess(target, source))
    assert not failed
    assert sorted(made) == list(range(20))
    for entry, row in made.items():
        np.testing.assert_array_equal(row, one.one(sources[entry]).array[0])


def test_arrays_together_are_as_alone() -> None:
    draw = np.random.default_rng(0)
    values = draw.random((7, 28, 28)).astype(np.float32)
    made, failed = together(TARGET, rows(values))
    assert not failed
    for entry, row in made.items():
        np.testing.assert_array_equal(row[:, :, 0], values[entry])


def test_one_that_does_not_fit_is_told_and_the_others_go_on() -> None:
    sources = rows(pictures()[0])
    sources[3] = Source("odd", "array", np.zeros((5, 7, 9)), None, None, None, "")
    made, failed = together(TARGET, sources)
    assert sorted(made) == [i for i in range(20) if i != 3]
    assert "odd" in failed[3]


@pytest.mark.parametrize("shape", [(12, 10), (12, 10, 1), (12, 10, 3)])
def test_rows_of_one_array_are_as_alone(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(1).integers(0, 256, (9, *shape), np.uint8)
    target = Target("input", (None, shape[-1] if len(shape) > 2 else 1, 12, 10), "float32", "NCHW")
    preparing = Preparing(target, lambda one: guess(target, one))
    entries = Collection("made")
    entries.add(Rows("first", values[:2], None))
    entries.add(Rows("second", values[2:], None))
    assert entries.rows(1, 4) is None, "they lie on two shelves"
    part = entries.rows(3, 7)
    assert part is not None
    made = preparing.rows(entries.source(3), part)
    assert made is not None
    for at in range(3, 7):
        assert np.array_equal(made[at - 3], preparing.one(entries.source(at)).array[0])


def test_a_batch_grows_while_that_is_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cutaway.survey.batching._most", lambda _: 64)
    pace = Pace(None, batched=True)  # type: ignore[arg-type]
    assert pace.size == 8
    pace.note(8, 0.008)
    pace.note(16, 0.012)
    assert pace.size == 32
    pace.note(32, 0.1)
    pace.note(32, 0.001)
    assert pace.size == 32
