import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cutaway.errors import InputError
from cutaway.pictures import (
    arrange,
    encode,
    map_ranges,
    paint,
    png,
    reduce,
    scaling,
    sheet,
    statistics,
    table,
)

VIRIDIS = table("viridis")


def shader(bits, scale, center, low, high):
    """Colour index of one cell in the steps of the shader, each rounded to float32."""
    f = np.float32
    half = np.array([bits], np.uint16).view(np.float16)[0]
    value = f(f(f(half) * f(scale)) + f(center))
    span = f(f(value - f(low)) / f(f(high) - f(low)))
    span = min(max(span, f(0)), f(1))
    return int(f(f(span * f(255)) + f(0.5)))


@settings(deadline=None)
@given(
    st.lists(st.floats(-10, 10, width=32), min_size=1, max_size=30),
    st.floats(-5, 0),
    st.floats(0.125, 5),
)
def test_every_cell_has_the_shaders_colour(values, low, high):
    cells = np.array(values, np.float32).reshape(1, 1, -1)
    scale = scaling(statistics(cells))
    bits = encode(cells, *scale)
    expected = [VIRIDIS.colours[shader(b, *scale, low, high)] for b in bits.reshape(-1)]
    np.testing.assert_array_equal(paint(cells, VIRIDIS, low, high)[0], expected)


def test_what_is_not_finite_has_a_signal_colour():
    cells = np.array([[[np.nan, np.inf, -np.inf, 0]]], np.float32)
    found = paint(cells, VIRIDIS, 0, 1)[0].tolist()
    assert found[:3] == [[255, 0, 255], [0, 255, 0], [0, 255, 255]]
    assert found[3] == VIRIDIS.colours[0].tolist()


def test_three_planes_are_a_colour_picture():
    array = np.random.default_rng(0).integers(0, 256, (1, 3, 9, 8)).astype(np.float32)
    array[0, 1, 2, 3] = np.nan
    arrangement = arrange(array.shape, "NCHW", image=True)
    found = paint(sheet(array, arrangement), VIRIDIS, 0, 255)
    expected = np.moveaxis(array[0], 0, -1)
    expected[2, 3] = [255, 0, 255]
    np.testing.assert_array_equal(found, expected.astype(np.uint8))


def test_maps_may_have_ranges_of_their_own():
    array = np.random.default_rng(1).normal(size=(1, 5, 4, 4)).astype(np.float32)
    array *= np.array([1, 10, 100, 1e3, 1e4])[:, None, None]
    arrangement = arrange(array.shape, "NCHW")
    cells = sheet(array, arrangement)
    scale = scaling(statistics(array))
    ranges = map_ranges(cells, arrangement)
    found = paint(cells, VIRIDIS, 0, 1, ranges=ranges, arrangement=arrangement)
    for number in range(5):
        down, across = divmod(number, arrangement.grid[1])
        part = found[down * 4 : down * 4 + 4, across * 4 : across * 4 + 4]
        low, high, _ = ranges[number]
        alone = paint(array[0, number][None], VIRIDIS, low, high, scale=scale)
        np.testing.assert_array_equal(part, alone)
    with pytest.raises(InputError, match="arrangement"):
        paint(cells, VIRIDIS, 0, 1, ranges=ranges)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_what_holds_no_element_is_ground(level):
    ground = (1, 2, 3)
    maps = np.ones((1, 5, 8, 8), np.float32)
    arrangement = arrange(maps.shape, "NCHW")
    cells = reduce(sheet(maps, arrangement), arrangement, level)
    found = paint(cells, VIRIDIS, 0, 1, arrangement=arrangement, ground=ground)
    side = 8 >> level
    assert (found == ground).all(axis=-1).sum() == side * side
    assert (found[-side:, -side:] == ground).all()
    strip = arrange((101,))
    cells = reduce(sheet(np.ones(101, np.float32), strip), strip, level)
    found = paint(cells, VIRIDIS, 0, 1, arrangement=strip, ground=ground)
    empty = (found == ground).all(axis=-1)
    # A cell is drawn exactly where the mean of ones below it is one.
    np.testing.assert_array_equal(empty, cells[0] == 0)


def test_a_range_without_extent_draws_nothing_strange():
    cells = np.array([[[0, 1, 2]]], np.float32)
    found = paint(cells, VIRIDIS, 1, 1)[0]
    np.testing.assert_array_equal(found, VIRIDIS.colours[[0, 0, 255]])


def test_a_png_holds_the_pixels():
    pixels = np.random.default_rng(2).integers(0, 256, (5, 7, 3)).astype(np.uint8)
    with Image.open(io.BytesIO(png(pixels))) as image:
        assert image.format == "PNG"
        np.testing.assert_array_equal(np.asarray(image), pixels)
    with Image.open(io.BytesIO(png(np.zeros((0, 0, 3), np.uint8)))) as image:
        assert image.size == (1, 1)


@pytest.mark.data
def test_a_photograph_fed_to_a_network_is_seen_as_itself(data):
    with Image.open(data / "photos" / "chelsea.png") as image:
        pixels = np.asarray(image.convert("RGB"))
    fed = (np.moveaxis(pixels, -1, 0)[None] / 255).astype(np.float32)
    arrangement = arrange(fed.shape, "NCHW", image=True)
    painted = paint(sheet(fed, arrangement), VIRIDIS, 0, 1)
    # float16 of a fraction below one is within 1/4096 of it.
    assert np.abs(painted.astype(int) - pixels).max() <= 1


@pytest.mark.parametrize(("low", "high"), [(-10.0, 10.0), (0.0, 10.0), (-10.0, 0.0), (5.0, 5.0)])
def test_logarithmic_colours_grow_with_the_value_and_tell_small_ones_apart(low, high):
    values = np.concatenate([-np.geomspace(10, 1e-6, 40), [0.0], np.geomspace(1e-6, 10, 40)])
    gray = table("gray")
    plain, log = (
        paint(values.reshape(1, 1, -1), gray, low, high, log=how)[0, :, 0].astype(int)
        for how in (False, True)
    )
    assert (np.diff(log) >= 0).all()
    if low < 0 < high:
        assert log[40] == plain[40] == 128
        small = np.abs(values - 0.1).argmin()
        assert log[small] > plain[small] + 20
    odd = np.array([[[np.nan, np.inf, -np.inf]]])
    assert (paint(odd, gray, low, high, log=True) == paint(odd, gray, low, high)).all()
