"""The map of a preparation says where the pixels really are."""

from __future__ import annotations

import numpy as np
import pytest

from cutaway import inputs
from cutaway.inputs.steps import step


def _spot(mode: str, size: tuple[int, int], have: tuple[int, int], at: tuple[int, int]):
    """Where a bright square of 9 x 9 pixels lies before and after a resize."""
    picture = np.zeros((*have, 3), np.uint8)
    picture[at[0] - 4 : at[0] + 5, at[1] - 4 : at[1] + 5] = 255
    source = inputs.Source("spot", "image", picture, have[1], have[0], "RGB", "")
    target = inputs.Target("x", (1, *size, 3), "float32", "NHWC")
    steps = [
        step("decode"),
        step("resize", mode=mode, height=size[0], width=size[1], filter="bilinear", pad=0),
        step("layout", order="NHWC"),
        step("dtype", to="float32"),
    ]
    prepared = inputs.prepare(source, steps, target)
    weight = prepared.array[0, :, :, 0].astype(np.float64)
    rows, columns = np.mgrid[: size[0], : size[1]] + 0.5
    middle = ((columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum())
    return prepared.geometry, (at[1] + 0.5, at[0] + 0.5), middle


@pytest.mark.parametrize("mode", ["stretch", "crop", "letterbox"])
@pytest.mark.parametrize("size", [(64, 96), (97, 51), (300, 300)])
@pytest.mark.parametrize("have", [(120, 200), (201, 133)])
def test_a_spot_is_found_where_the_map_says(mode, size, have) -> None:
    geometry, before, after = _spot(mode, size, have, (have[0] // 2 + 6, have[1] // 2 - 9))
    assert geometry is not None
    assert geometry.size == size
    assert np.allclose(geometry.to_input(before), after, atol=0.1)
    assert np.allclose(geometry.to_source(geometry.to_input(before)), before)


def test_steps_join() -> None:
    first = inputs.Geometry((10, 20), (10, 20)).then((2, 0, 1, 0, 3, 5), (40, 40))
    both = first.then((0, -1, 40, 1, 0, 0), (40, 40))
    assert np.allclose(both.to_input([3, 4]), (40 - (3 * 4 + 5), 2 * 3 + 1))


def test_arrays_have_no_map() -> None:
    source = inputs.Source("a", "array", np.zeros((1, 3), np.float32), None, None, None, "")
    target = inputs.Target("x", (1, 3), "float32")
    assert inputs.prepare(source, inputs.guess(target, source), target).geometry is None
