"""Axes where the user puts them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.errors import InputError
from cutaway.pictures import Axes, arrange, cell_of, element_at, ordered, sheet

PLACES = ["sliced", "grid", "rows", "columns"]


@st.composite
def assignments(draw):
    """A shape of rank 0 to 8, any assignment of its axes in any order, and indices."""
    shape = tuple(draw(st.lists(st.integers(1, 4), max_size=8)))
    order = draw(st.permutations(range(len(shape))))
    groups = {place: [] for place in [*PLACES, "planes"]}
    for axis in order:
        fits = ["planes"] if shape[axis] == 3 and not groups["planes"] else []
        groups[draw(st.sampled_from([*PLACES, *fits]))].append(axis)
    at = {axis: draw(st.integers(0, shape[axis] - 1)) for axis in groups.pop("sliced")}
    axes = Axes(**{place: tuple(group) for place, group in groups.items()})
    return shape, axes, at


def numbered(shape):
    """Every element its place in C order."""
    return np.arange(math.prod(shape)).reshape(shape)


def check(shape, found):
    """Every cell shows the element that it is said to show, and every element has its cell."""
    array = numbered(shape)
    cells = sheet(array + 1, found)
    down, across = found.grid
    assert cells.shape == (found.planes, down * found.rows, across * found.columns)
    for cell in np.ndindex(cells.shape):
        index = element_at(found, shape, cell)
        if index is None:
            assert cells[cell] == 0
        else:
            assert cells[cell] == array[index] + 1
            assert cell_of(found, shape, index) == cell
    shown = [index for index in np.ndindex(shape) if cell_of(found, shape, index)]
    assert len(shown) == found.cells == np.count_nonzero(cells)


@given(assignments())
def test_every_cell_is_the_element_that_it_is_said_to_be(case):
    shape, axes, at = case
    found = arrange(shape, given=axes, at=at)
    assert dict(zip(found.axes.sliced, found.at, strict=True)) == {
        axis: at[axis] for axis in found.axes.sliced
    }
    check(shape, found)


@given(assignments(), st.data())
def test_so_it_is_where_maps_are_sorted_and_left_out(case, data):
    shape, axes, at = case
    natural = arrange(shape, given=axes, at=at)
    order = data.draw(st.permutations(range(natural.maps)))
    kept = order[: data.draw(st.integers(1, max(1, natural.maps)))]
    found = ordered(natural, kept)
    assert (found.order is None) == (kept == list(range(natural.maps)))
    check(shape, found)


@given(st.lists(st.integers(1, 4), max_size=6).map(tuple), st.sampled_from(["NCHW", "OIHW", None]))
def test_so_it_is_in_the_default(shape, letters):
    check(shape, arrange(shape, letters))


def test_rows_and_columns_the_other_way_transpose_every_map():
    shape = (1, 6, 4, 5)
    upright = sheet(numbered(shape), arrange(shape, given=Axes(grid=(1,), rows=(2,), columns=(3,))))
    turned = arrange(shape, "NCHW", given=Axes(grid=(1,), rows=(3,), columns=(2,)))
    assert (turned.rows, turned.columns) == (5, 4)
    assert turned.letters.row == "W"
    np.testing.assert_array_equal(sheet(numbered(shape), turned)[0, :5, :4], upright[0, :4, :5].T)


def test_a_kernel_whose_maps_are_turned_keeps_outputs_by_inputs():
    shape = (8, 6, 3, 5)
    axes = Axes(grid=(0, 1), rows=(3,), columns=(2,))
    assert arrange(shape, "OIHW", given=axes).grid == (8, 6)
    axes = Axes(grid=(1, 0), rows=(3,), columns=(2,))
    assert arrange(shape, "OIHW", given=axes).grid == (6, 8)


def test_a_short_vector_lies_as_it_is_put_and_a_long_one_is_folded():
    across = arrange((1, 9), given=Axes(columns=(1,)))
    assert (across.rows, across.columns) == (1, 9)
    assert arrange((1, 9), given=Axes(rows=(1,))).rows == 9
    long = arrange((1, 900), given=Axes(columns=(1,)))
    assert long.strip
    assert long.at == (0,)


def test_the_sample_of_the_default_is_chosen_by_at():
    shape = (4, 3, 5, 6)
    found = arrange(shape, "NCHW", at={0: 2})
    assert (found.axes.sliced, found.at) == ((0,), (2,))
    np.testing.assert_array_equal(sheet(numbered(shape), found)[0, :5, :6], numbered(shape)[2, 0])


@pytest.mark.parametrize(
    ("shape", "axes", "at", "said"),
    [
        ((2, 3), Axes(grid=(0, 0)), {}, "an axis has one place; got grid=0,0: name axis 0 once"),
        ((2, 3), Axes(grid=(0,), rows=(0,)), {}, "got grid=0&rows=0: name axis 0 once"),
        ((2, 3), Axes(rows=(2,)), {}, "the tensor's axes are 0 to 1; got axis 2 in rows=2"),
        ((2, 3), Axes(rows=(-1,)), {}, "got axis -1 in rows=-1: use those"),
        ((), Axes(rows=(0,)), {}, "the tensor is one number and has no axes; got axis 0"),
        ((2, 3), Axes(planes=(0,)), {}, "red, green and blue; got planes=0 of 2: put them into"),
        ((0, 3), Axes(planes=(0,)), {}, "got planes=0 of 0"),
        ((2, 3), Axes(rows=(0,)), {1: 3}, "axis 1 has 3 elements, counted from 0; got at=1:3"),
        ((2, 3), Axes(rows=(0,)), {1: -1}, "got at=1:-1: choose one of those"),
        ((2, 3), Axes(rows=(0,)), {0: 0}, "sliced, axis 1; got at=0:0: take axis 0 out of"),
        ((2, 3), None, {0: 0}, "sliced, none here; got at=0:0"),
        ((2, 3), None, {5: 0}, "the tensor's axes are 0 to 1; got at=5:0"),
    ],
)
def test_what_does_not_fit_is_told_in_one_sentence(shape, axes, at, said):
    with pytest.raises(InputError) as told:
        arrange(shape, given=axes, at=at)
    assert said in str(told.value)


@pytest.mark.parametrize("shape", [(0,), (2, 0, 3), (0, 0, 0, 0, 0)])
def test_without_a_cell_any_axes_lie_anywhere(shape):
    found = arrange(shape, given=Axes(grid=(0,)))
    assert (found.maps, found.cells) == (0, 0)
    assert sheet(numbered(shape), found).size == 0
    assert element_at(found, shape, (0, 0, 0)) is None
    assert ordered(found, []) == found


def test_one_word_with_no_axis_is_a_sheet_of_one_cell():
    word = np.array("word", object)
    assert sheet(word, arrange(()))[0, 0, 0] == "word"
    words = np.array(["a", "b"], object)
    assert sheet(words, arrange((2,), given=Axes(), at={0: 1})).tolist() == [[["b"]]]
