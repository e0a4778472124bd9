"""The garbage collector is as it was, whatever happens while it rests."""

from __future__ import annotations

import gc

import pytest

from cutaway.loaders.pausing import collector_paused


def test_it_rests_inside_and_works_after() -> None:
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_made_inside_is_set_aside() -> None:
    gc.unfreeze()
    with collector_paused(set_aside=True):
        made = [[number] for number in range(1000)]
    assert gc.get_freeze_count() >= len(made)


def test_an_error_inside_leaves_it_working() -> None:
    with pytest.raises(OSError, match="no file"), collector_paused():
        raise OSError("no file")
    assert gc.isenabled()


def test_where_it_is_off_it_stays_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
