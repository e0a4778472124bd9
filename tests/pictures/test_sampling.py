import numpy as np
import pytest

from cutaway.pictures import arrange, element_at, levels, map_order, ordered, sample

SHAPES = [
    ((), None),
    ((5,), "O"),
    ((3000,), "O"),
    ((1, 9, 30, 20), "NCHW"),
    ((1, 30, 20, 9), "NHWC"),
    ((2, 3, 4, 5, 6), "NCDHW"),
    ((7, 5, 3, 3), "OIHW"),
    ((40, 60), "IO"),
]


@pytest.mark.parametrize(("shape", "letters"), SHAPES, ids=str)
def test_every_cell_is_one_element_beneath_it(shape, letters):
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    a = arrange(shape, letters)
    for number, level in enumerate(levels(a)):
        taken = sample(array, a, level, number)
        assert taken.sheet.shape == (a.planes, level.height, level.width)
        assert taken.elements.size >= 1
        for plane, y, x in np.ndindex(taken.sheet.shape):
            (down, row), (across, column) = divmod(y, level.rows), divmod(x, level.columns)
            if down * a.grid[1] + across >= a.maps:
                assert taken.sheet[plane, y, x] == 0
                continue
            top, left = down * a.rows, across * a.columns
            beneath = {
                array[index]
                for r in range(row * 2**number, min(a.rows, (row + 1) * 2**number))
                for c in range(column * 2**number, min(a.columns, (column + 1) * 2**number))
                if (index := element_at(a, shape, (plane, top + r, left + c))) is not None
            }
            # The last cells of a strip may hold nothing: then its last element stands there.
            assert taken.sheet[plane, y, x] in (beneath or {array.size - 1} if a.strip else beneath)


def test_sorted_maps_stay_sorted():
    array = np.arange(6.0).reshape(1, 6, 1, 1) * np.ones((1, 6, 4, 4))
    a = arrange(array.shape, "NCHW")
    best = ordered(a, map_order(array, a, "mean")[:4].tolist())
    taken = sample(array, best, levels(best)[-1], len(levels(best)) - 1)
    assert sorted(taken.elements.tolist(), reverse=True) == taken.elements.tolist() == [5, 4, 3, 2]


def test_only_what_is_shown_is_touched(tmp_path):
    """A file of 128 GB that was never written: reading it all would take minutes."""
    path = tmp_path / "huge"
    shape = (1, 2**9, 2**14, 2**12)
    with path.open("wb") as file:
        try:
            file.truncate(4 * np.prod(shape, dtype=np.int64).item())
        except OSError:
            pytest.skip("this file system holds no sparse file of 128 GB")
    array = np.memmap(path, np.float32, "r", shape=shape)
    a = arrange(shape, "NCHW")
    found = levels(a)
    assert sample(array, a, found[-1], len(found) - 1).elements.size == 2**9


def test_nothing_of_nothing():
    a = arrange((1, 0, 3, 3), "NCHW")
    taken = sample(np.zeros((1, 0, 3, 3)), a, levels(a)[0], 0)
    assert taken.sheet.shape == (1, 0, 0)
    assert taken.elements.size == 0
