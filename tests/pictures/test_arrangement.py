import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutaway.errors import InputError
from cutaway.pictures import Letters, arrange, sheet
from cutaway.pictures.arrangement import fold

LENGTHS = st.integers(1, 5)
SHAPES = st.lists(LENGTHS, max_size=8).map(tuple)
ORDERS = [
    *("NCHW", "NHWC", "NCW", "NWC", "NCDHW", "NDHWC", "CHW", "HWC", "NC"),
    *("OIHW", "HWIO", "HWOI", "IOHW", "OIW", "WIO", "OIDHW", "DHWIO", "OI", "IO", "O"),
]


def numbered(shape):
    """Every element another number, 1 and up: 0 is left for what is no element."""
    return np.arange(1, math.prod(shape) + 1).reshape(shape)


def laid_out(shape, axes=None, image=False):
    arrangement = arrange(shape, axes, image=image)
    return arrangement, sheet(numbered(shape), arrangement)


@pytest.mark.parametrize(
    ("shape", "axes", "grid", "rows", "columns", "letters"),
    [
        ((1, 96, 54, 54), "NCHW", (10, 10), 54, 54, ("C", "H", "W")),
        ((1, 54, 54, 96), "NHWC", (10, 10), 54, 54, ("C", "H", "W")),
        ((4, 7, 5, 10), "NCHW", (4, 2), 5, 10, ("C", "H", "W")),
        ((1, 64, 100), "NCW", (1, 1), 64, 100, ("", "C", "W")),
        ((1, 100, 64), "NWC", (1, 1), 64, 100, ("", "C", "W")),
        ((1, 4, 4, 9, 9), "NCDHW", (4, 4), 9, 9, ("CD", "H", "W")),
        ((8, 6, 3, 3), "OIHW", (8, 6), 3, 3, ("OI", "H", "W")),
        ((3, 3, 6, 8), "HWIO", (8, 6), 3, 3, ("OI", "H", "W")),
        ((5, 5, 16, 1), "HWOI", (4, 4), 5, 5, ("OI", "H", "W")),
        ((16, 1, 5, 5), "OIHW", (4, 4), 5, 5, ("OI", "H", "W")),
        ((8, 6, 1, 1), "OIHW", (1, 1), 8, 6, ("", "O", "IHW")),
        ((1, 1, 6, 8), "HWIO", (1, 1), 8, 6, ("", "O", "IHW")),
        ((10, 20), "OI", (1, 1), 10, 20, ("", "O", "I")),
        ((20, 10), "IO", (1, 1), 10, 20, ("", "O", "I")),
        ((1, 12, 50, 50), None, (3, 4), 50, 50, ("C", "H", "W")),
        ((1, 9, 9, 4), None, (2, 2), 9, 9, ("C", "H", "W")),
        ((1, 40, 60, 2), None, (1, 2), 40, 60, ("C", "H", "W")),
        ((1, 12, 40, 40), None, (3, 4), 40, 40, ("C", "H", "W")),  # attention by heads
        ((1, 12, 1, 40), None, (12, 1), 1, 40, ("C", "H", "W")),  # of the newest word alone
        ((1, 1, 1, 30), None, (1, 1), 30, 1, ("", "W", "")),
        ((2, 12, 40, 40), None, (5, 5), 40, 40, ("01", "2", "3")),
        ((1, 64, 100, 1, 1), "NCDHW", (80, 80), 1, 1, ("CD", "H", "W")),
        ((3, 4, 4, 5, 6), "OIDHW", (3, 16), 5, 6, ("OID", "H", "W")),
        ((4, 5, 6, 4, 3), "DHWIO", (3, 16), 5, 6, ("OID", "H", "W")),
        ((8, 6, 5), "OIW", (8, 6), 1, 5, ("OI", "", "W")),
        ((5, 6, 8), "WIO", (8, 6), 1, 5, ("OI", "", "W")),
        ((3, 3, 16, 2), "HWIO", (2, 16), 3, 3, ("OI", "H", "W")),  # depthwise, two a channel
        ((1, 20, 64), None, (1, 1), 20, 64, ("0", "1", "2")),
        ((5, 20, 64), "NTC", (1, 1), 20, 64, ("", "T", "C")),
        ((2, 3, 4, 5, 6, 7, 2, 3), None, (87, 58), 2, 3, ("012345", "6", "7")),
        ((2, 3, 7, 7), None, (2, 3), 7, 7, ("01", "2", "3")),
        ((12, 9, 9), None, (3, 4), 9, 9, ("0", "1", "2")),
        ((128, 768), None, (1, 1), 128, 768, ("", "0", "1")),
        ((1, 10), "NC", (1, 1), 10, 1, ("", "C", "")),
        ((7,), "O", (1, 1), 7, 1, ("", "O", "")),
        ((), None, (1, 1), 1, 1, ("", "", "")),
    ],
)
def test_defaults(shape, axes, grid, rows, columns, letters):
    found = arrange(shape, axes)
    assert (found.grid, found.rows, found.columns) == (grid, rows, columns)
    assert found.letters == Letters(*letters)
    assert found.planes == 1
    assert not found.strip


def test_three_inputs_make_colour_kernels():
    array = np.random.default_rng(0).normal(size=(96, 3, 11, 11))
    found = arrange(array.shape, "OIHW")
    assert (found.planes, found.maps, found.grid) == (3, 96, (10, 10))
    planes = sheet(array, found)
    # Output 13 is in the second row of ten, fourth from the left; each plane is one input.
    np.testing.assert_array_equal(planes[:, 11:22, 33:44], array[13])


def test_an_image_makes_one_colour_map():
    for shape, axes in [
        ((1, 3, 20, 30), "NCHW"),
        ((1, 20, 30, 3), "NHWC"),
        ((1, 3, 20, 30), None),
        ((1, 20, 30, 3), None),
        ((3, 20, 30), None),
        ((20, 30, 3), None),
    ]:
        found = arrange(shape, axes, image=True)
        assert (found.planes, found.maps, found.rows, found.columns) == (3, 1, 20, 30)
    grey = arrange((1, 1, 28, 28), "NCHW", image=True)
    assert (grey.planes, grey.maps) == (1, 1)


def test_letters_that_do_not_fit_are_left_aside():
    assert arrange((4, 5, 6), "NCHW") == arrange((4, 5, 6))


@settings(deadline=None)
@given(st.integers(1, 200_000))
def test_long_vectors_fold_into_strips(count):
    found = arrange((1, count), "NC")
    assert found.cells == count
    assert found.strip == (count > 48)
    if found.strip:
        assert 1.5 <= found.rows / found.columns <= 6
        assert found.rows * found.columns - count < found.columns
        assert found.letters == Letters("", "C", "C")
    else:
        assert (found.rows, found.columns) == (count, 1)


@pytest.mark.parametrize("count", [64, 128, 256, 512, 1000, 1024, 2048, 4096, 6400, 9216])
def test_usual_vectors_leave_no_cell_empty(count):
    assert count % fold(count) == 0


def test_a_strip_pads_its_last_row_only():
    found, cells = laid_out((101,))
    assert cells.shape == (1, found.rows, found.columns)
    np.testing.assert_array_equal(cells.reshape(-1)[:101], numbered((101,)))
    assert not cells.reshape(-1)[101:].any()
    assert cells.size > 101


@settings(deadline=None)
@given(SHAPES, st.booleans())
def test_every_element_of_any_rank_is_on_the_sheet_once(shape, image):
    found, cells = laid_out(shape, image=image)
    batch = 1
    for axis in found.axes.sliced:
        batch *= shape[axis]
    used = cells[cells > 0]
    assert len(set(used.tolist())) == used.size == found.cells == math.prod(shape) // batch
    assert cells.shape == (
        found.planes,
        found.grid[0] * found.rows,
        found.grid[1] * found.columns,
    )
    assert found.maps <= found.grid[0] * found.grid[1]


@settings(deadline=None)
@given(st.data(), st.sampled_from(ORDERS))
def test_every_element_is_where_its_letters_say(data, axes):
    lengths = {letter: data.draw(LENGTHS, label=letter) for letter in axes}
    shape = tuple(lengths[letter] for letter in axes)
    found, cells = laid_out(shape, axes)
    if found.maps == 1 and 1 in (found.rows, found.columns):
        return
    array = numbered(shape)
    kernel = {"O", "I"} <= set(axes)
    one_map = kernel and math.prod(lengths[a] for a in axes if a not in "OI") == 1
    for index in np.ndindex(shape):
        at = dict(zip(axes, index, strict=True))
        if at.get("N", 0):
            continue
        depth, deep, plane = at.get("D", 0), lengths.get("D", 1), 0
        if one_map:
            y, x = at["O"], at["I"]
        elif kernel:
            slot = at["O"] * lengths["I"] + at["I"]
            if found.planes == 3:
                slot, plane = at["O"], at["I"]
            slot = slot * deep + depth
            y = slot // found.grid[1] * found.rows + at.get("H", 0)
            x = slot % found.grid[1] * found.columns + at["W"]
        elif "H" in axes:
            slot = at["C"] * deep + depth
            y = slot // found.grid[1] * found.rows + at["H"]
            x = slot % found.grid[1] * found.columns + at["W"]
        else:
            y, x = at["C"], at["W"]
        assert cells[plane, y, x] == array[index]


@settings(deadline=None)
@given(st.integers(1, 300), st.integers(1, 60), st.integers(1, 60))
def test_grids_are_about_square_in_cells(maps, rows, columns):
    found = arrange((1, maps, rows, columns), "NCHW")
    down, across = found.grid
    if found.maps == 1:
        return
    # One slot fewer across would make the sheet taller than wide.
    assert down * across >= maps
    assert (across - 1) ** 2 * columns < maps * rows
    assert (down - 1) * across < maps


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=6), st.sampled_from([*ORDERS, None]))
def test_tensors_without_a_cell_have_an_empty_sheet(shape, axes):
    shape = (*shape[:-1], 0)
    found, cells = laid_out(shape, axes)
    assert (found.maps, found.rows, found.columns, found.cells) == (0, 0, 0, 0)
    assert cells.shape == (1, 0, 0)


def test_a_sheet_is_a_view_where_it_can_be():
    for shape, axes in [((1, 1, 28, 28), "NCHW"), ((400, 300), "IO"), ((1, 28, 28, 1), "NHWC")]:
        array = np.zeros(shape, np.float32)
        assert np.shares_memory(sheet(array, arrange(shape, axes)), array)


def test_text_is_laid_out_too():
    words = np.array([["a", "bc"], ["d", "e"], ["f", "g"]], dtype=object)
    assert sheet(words, arrange(words.shape))[0, 2, 1] == "g"
    folded = sheet(np.array(["x"] * 53, object), arrange((53,))).reshape(-1).tolist()
    assert folded == ["x"] * 53 + [""] * (len(folded) - 53)
    assert len(folded) > 53


@pytest.mark.parametrize(
    ("shape", "letters"), [((3, 10), None), ((3, 8, 14, 14), None), ((3, 14, 14, 8), "NHWC")]
)
def test_an_item_of_a_batch_is_arranged_as_one_alone(
    shape: tuple[int, ...], letters: str | None
) -> None:
    found = arrange(shape, letters, item=2)
    alone = arrange((1, *shape[1:]), letters)
    assert found.axes.sliced == (0,)
    assert found.at == (2,)
    assert (found.grid, found.maps, found.rows, found.columns) == (
        alone.grid, alone.maps, alone.rows, alone.columns,
    )  # fmt: skip
    with pytest.raises(InputError, match="axis 0 has 3"):
        arrange(shape, letters, item=3)
