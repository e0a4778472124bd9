from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from cutaway.session.waiting import after


def test_work_begins_only_when_all_is_there() -> None:
    first: Future[int] = Future()
    second: Future[int] = Future()
    with ThreadPoolExecutor(1) as pool:
        result = after([first, second], pool, lambda: first.result() + second.result())
        first.set_result(1)
        assert not result.done()
        second.set_result(2)
        assert result.result(5) == 3


def test_waiting_holds_no_thread() -> None:
    never: Future[int] = Future()
    with ThreadPoolExecutor(1) as pool:
        waiting = [after([never], pool, lambda: 0) for _ in range(50)]
        assert after([], pool, lambda: 7).result(5) == 7
        never.set_result(0)
        assert [one.result(5) for one in waiting] == [0] * 50


def test_what_failed_fails_what_waits_for_it_unless_it_is_not_heeded() -> None:
    broken: Future[int] = Future()
    broken.set_exception(ValueError("no"))
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(ValueError, match="no"):
            after([broken], pool, lambda: 1).result(5)
        assert after([broken], pool, lambda: 1, heed=False).result(5) == 1
