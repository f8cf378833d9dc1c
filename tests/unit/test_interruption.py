"""Ctrl-C of a command that waits in asyncio: between two callbacks of the loop, and once only."""

from __future__ import annotations

import asyncio
import signal

import pytest

from bitfusion.cli.signals import run_async


@pytest.fixture(autouse=True)
def _python_s_own_handler():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_result_is_given_back():
    async def work() -> int:
        return 7

    assert run_async(work()) == 7
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_within_a_callback_lets_the_callback_finish():
    told = []

    async def work() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(context))
        future = loop.create_future()

        def answer() -> None:
            assert not future.done()
            signal.raise_signal(signal.SIGINT)
            future.set_result(None)

        loop.call_soon(answer)
        await future
        await loop.create_future()

    with pytest.raises(KeyboardInterrupt):
        run_async(work())
    assert told == []


def test_the_work_may_end_what_it_began():
    ended = []

    async def work() -> None:
        signal.raise_signal(signal.SIGINT)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    with pytest.raises(KeyboardInterrupt):
        run_async(work())
    assert ended == [True]


def test_a_second_ctrl_c_ends_at_once():
    async def work() -> None:
        signal.raise_signal(signal.SIGINT)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            signal.raise_signal(signal.SIGINT)
            pytest.fail("it went on")

    with pytest.raises(KeyboardInterrupt):
        run_async(work())


def test_an_ignored_ctrl_c_stays_ignored():
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    async def work() -> str:
        signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(0)
        return "done"

    assert run_async(work()) == "done"
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_cancellation_that_nobody_asked_for_is_no_ctrl_c():
    async def work() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    with pytest.raises(asyncio.CancelledError):
        run_async(work())
