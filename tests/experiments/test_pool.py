"""Tasks on any number of workers, on any executor: in order, nothing lost, and what kills its worker is named."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flowsim.errors import EngineError, FlowsimError
from flowsim.experiments.pool import Lost, Pool


def square(number: int) -> int:
    return number * number


def refuse(number: int) -> int:
    if number == 3:
        raise EngineError("three is refused", code="FS701")
    return number


def die_once(task: tuple[int, str]) -> int:
    """Ends its worker the first time it sees a number whose file is not there yet."""
    number, folder = task
    mark = Path(folder) / str(number)
    if number in (1, 12) and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die(number: int) -> int:
    if number == 2:
        os._exit(1)
    return number


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_tasks(workers: int) -> None:
    with Pool(workers) as pool:
        assert list(pool.map(square, range(20))) == [n * n for n in range(20)]
        assert list(pool.map(square, [])) == []
        assert list(pool.map(square, [7])) == [49]  # the same workers go on


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_comes_through_after_the_results_before_it(workers: int) -> None:
    with Pool(workers) as pool:
        results = pool.map(refuse, range(6))
        assert [next(results) for _ in range(3)] == [0, 1, 2]
        with pytest.raises(EngineError, match="three is refused"):
            next(results)


def test_what_a_dead_worker_had_in_hand_is_done_again(tmp_path: Path) -> None:
    """Two of twenty tasks kill their worker once: no result is lost, doubled, or out of order."""
    with Pool(2) as pool:
        assert list(pool.map(die_once, [(n, str(tmp_path)) for n in range(20)])) == list(range(20))
    assert len(list(tmp_path.iterdir())) == 2


def test_what_always_kills_its_worker_is_set_aside_and_named() -> None:
    with Pool(2) as pool:
        found = list(pool.each(die, range(7)))
    assert [one for one in found if not isinstance(one, Lost)] == [0, 1, 3, 4, 5, 6]
    assert isinstance(found[2], Lost)
    error = found[2].error()
    assert (error.code, "three times" in str(error), "--jobs 1" in error.hint) == ("FS702", True, True)


class Broken(Executor):
    """An executor that takes nothing."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        raise BrokenExecutor("never")


def test_no_workers_at_all_is_said() -> None:
    with Pool(2, Broken) as pool, pytest.raises(FlowsimError, match="no worker process can be begun") as caught:
        list(pool.map(square, range(3)))
    assert caught.value.code == "FS702"


def test_never_more_out_than_twice_the_workers() -> None:
    """However many tasks there are, and however slow the first is: memory stays bounded."""
    taken: list[int] = []
    free = threading.Event()

    def tasks() -> Iterator[int]:
        for number in range(1_000):
            taken.append(number)
            yield number

    def wait(number: int) -> int:
        assert free.wait(30)
        return number

    threading.Timer(0.3, free.set).start()
    with Pool(3, lambda: ThreadPoolExecutor(3)) as pool, closing(pool.map(wait, tasks())) as results:
        assert next(results) == 0
        assert len(taken) == 6
        assert [next(results) for _ in range(20)] == list(range(1, 21))
        assert len(taken) == 26


class Fragile(Executor):
    """An executor that breaks at its third task."""

    made = 0

    def __init__(self) -> None:
        Fragile.made += 1
        self.left = 2

    def submit(self, function: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        if self.left == 0:
            raise BrokenExecutor("no more")
        self.left -= 1
        future: Future[Any] = Future()
        future.set_result(function(*args, **more))
        return future


def test_an_executor_that_breaks_is_made_again() -> None:
    Fragile.made = 0
    with Pool(2, Fragile) as pool:
        assert list(pool.map(square, range(9))) == [n * n for n in range(9)]
    assert Fragile.made == 5
