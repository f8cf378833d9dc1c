"""Those that wait for the same call of a stream are told together, in whatever lines they stand."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from patience import PATIENCE_S

from bitfusion.driver import waits
from bitfusion.driver.binding import NOT_READY, SUCCESS
from bitfusion.session import Context

_STREAM, _CALL = 5, 7
_LOOKS_LONG_S = 0.1


class Still:
    """A driver whose stream stands still until `go` is set."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def cuStreamQuery(self, _stream: int) -> tuple[object]:
        return (NOT_READY,)

    cuEventQuery = cuStreamQuery

    def cuEventSynchronize(self, _event: int) -> tuple[object]:
        assert self.go.wait(PATIENCE_S)
        return (SUCCESS,)


@pytest.fixture
def still(monkeypatch) -> Still:
    driver = Still()
    monkeypatch.setattr(waits, "cuda", driver)
    monkeypatch.setattr(waits, "take_event", lambda _context, _stream: 99)
    return driver


def test_the_second_is_told_with_the_first_also_from_another_line(still):
    jobs = []
    session = SimpleNamespace(
        channel=SimpleNamespace(defer=lambda _number, _line, _context, job: jobs.append(job)),
        current=Context(1, 0, 0),
        number=0,
        outgoing=SimpleNamespace(busy=False, settle=lambda: None),
        reservoirs={},
        streams={0: 0, 1: 0},
        waited={},
    )
    assert [waits.stream_wait(session, _STREAM, _CALL) for _ in range(2)] == [None, None]
    told: list[object] = []
    threads = [threading.Thread(target=lambda job=job: told.append(job())) for job in jobs]
    for thread in reversed(threads):
        thread.start()
    threads[1].join(_LOOKS_LONG_S)
    early = list(told)
    still.go.set()
    for thread in threads:
        thread.join()
    assert early == []
    assert told == [(SUCCESS,)] * 2
