"""Tensors past the budget lie in files, whole."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Self

import ml_dtypes
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cutaway.trace import Array, Store, spill

arrays = hnp.arrays(
    st.sampled_from(["float32", "float64", "int8", "bool", "complex64"]),
    hnp.array_shapes(min_dims=0, max_dims=4, max_side=5),
)


def keep_under(
    tensors: dict[int, Array], budget: int, folder: Path
) -> tuple[dict[int, Array], dict[int, str], str | None]:
    """What becomes of tensors that come all at once."""
    store = Store(budget, folder)
    store.add(tensors)
    return store.tensors, store.lost, store.sentence()


def in_memory(tensors: dict) -> int:
    return sum(a.nbytes for a in tensors.values() if not is_mapped(a))


def is_mapped(array: np.ndarray) -> bool:
    return isinstance(array, np.memmap)


@given(st.lists(arrays, max_size=6), st.integers(0, 3000))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_is_lost_and_the_budget_is_held(tmp_path: Path, made: list, budget: int) -> None:
    tensors = dict(enumerate(made))
    kept, lost, said = keep_under(tensors, budget, tmp_path)
    assert lost == {}
    assert list(kept) == list(tensors)
    assert in_memory(kept) <= budget
    for value, array in tensors.items():
        assert kept[value].dtype == array.dtype
        assert kept[value].shape == array.shape
        np.testing.assert_array_equal(kept[value], array)
    assert (said is None) == (sum(a.nbytes for a in made) <= budget)


def test_the_largest_go_first_and_only_as_many_as_needed(tmp_path: Path) -> None:
    tensors = {
        number: np.full(size, number, np.float32) for number, size in enumerate([10, 90, 40])
    }
    kept, _, said = keep_under(tensors, 220, tmp_path)
    assert [is_mapped(kept[number]) for number in range(3)] == [False, True, False]
    assert said is not None
    assert "1 of 3 tensors" in said
    assert len(list(tmp_path.iterdir())) == 1


def test_moved_tensors_cannot_be_written_to(tmp_path: Path) -> None:
    kept, _, _ = keep_under({7: np.ones(5)}, 0, tmp_path)
    with pytest.raises(ValueError, match="read-only"):
        kept[7][0] = 2


def test_types_that_numpy_lacks_and_strided_views(tmp_path: Path) -> None:
    tensors = {
        0: np.arange(6).astype(ml_dtypes.bfloat16).reshape(2, 3),
        1: np.arange(24.0).reshape(4, 6)[::2, ::3].T,
    }
    kept, _, _ = keep_under(tensors, 0, tmp_path)
    for value, array in tensors.items():
        assert kept[value].dtype == array.dtype
        np.testing.assert_array_equal(kept[value], array)


def test_text_stays_in_memory(tmp_path: Path) -> None:
    words = np.array(["a", "b"], object)
    kept, _, said = keep_under({0: words}, 0, tmp_path)
    assert kept[0] is words
    assert said is None


def test_on_a_full_disk_the_sentence_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = spill.os.fdopen

    class Full:
        def __init__(self, handle: int, mode: str) -> None:
            self.file = opened(handle, mode)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def write(self, data: memoryview) -> None:
            if len(data) > 100:
                raise OSError(errno.ENOSPC, "No space left on device")
            self.file.write(data)

    monkeypatch.setattr(spill.os, "fdopen", Full)
    tensors = {0: np.ones(100, np.float32), 1: np.ones(10, np.float32)}
    kept, lost, said = keep_under(tensors, 0, tmp_path / "new")
    assert list(kept) == [1]
    assert list(lost) == [0]
    assert "No space left on device" in lost[0]
    np.testing.assert_array_equal(kept[1], tensors[1])
    assert said is not None
    assert "1 of 2 tensors (0.0 MB) are lost" in said
    assert len(list((tmp_path / "new").iterdir())) == 1


@given(st.lists(st.lists(arrays, max_size=4), max_size=5), st.integers(0, 2000))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_comes_in_parts_never_takes_more_than_the_budget(
    tmp_path: Path, parts: list[list[np.ndarray]], budget: int
) -> None:
    store, added = Store(budget, tmp_path), dict[int, np.ndarray]()
    for part in parts:
        tensors = {len(added) + at: array for at, array in enumerate(part)}
        store.add(tensors)
        added.update(tensors)
        assert in_memory(store.tensors) <= budget
    assert list(store.tensors) == list(added)
    for value, array in added.items():
        np.testing.assert_array_equal(store.tensors[value], array)
    moved = sum(is_mapped(array) for array in store.tensors.values())
    said = store.sentence()
    assert (said is None) == (moved == 0)
    assert said is None or said.startswith(f"{moved} of {len(added)} tensors")


def test_what_came_before_is_not_taken_again(tmp_path: Path) -> None:
    store = Store(200, tmp_path)
    store.add({0: np.ones(10), 1: np.zeros(2)})
    store.add({0: np.ones(10), 2: np.ones(8)})
    assert list(store.tensors) == [0, 1, 2]
    assert in_memory(store.tensors) == 160
    assert store.sentence() is None


def test_a_cleared_store_leaves_no_files(tmp_path: Path) -> None:
    store = Store(0, tmp_path / "run")
    store.add({0: np.ones(10)})
    held = store.tensors[0]
    store.clear()
    assert not (tmp_path / "run").exists()
    assert store.tensors == {}
    np.testing.assert_array_equal(held, np.ones(10))
