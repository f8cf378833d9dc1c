"""A lost context is told once, and before anything else that its loss makes complete, whoever finds it out."""

from __future__ import annotations

import threading

import pytest
from patience import PATIENCE_S

from bitfusion.driver import faults
from bitfusion.errors import STICKY_CODES
from bitfusion.session import Context

_CODE = min(STICKY_CODES)
_LOOKS_LONG_S = 0.1


class Slow:
    """A driver and a channel; the first thread that comes to `where` stays there until it is let go."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.there, self.go = threading.Event(), threading.Event()
        self.told: list[object] = []

    def _pass(self, where: str) -> None:
        if where == self.where and not self.there.is_set():
            self.there.set()
            assert self.go.wait(PATIENCE_S)

    def cuStreamQuery(self, _stream: int) -> tuple[int]:
        self._pass("query")
        return (_CODE,)

    def fault(self, context: int, code: int, lost: bool) -> None:
        self._pass("fault")
        self.told.append((context, code, lost))


@pytest.mark.parametrize("where", ["query", "fault"])
def test_a_loss_is_told_once_and_others_wait_for_it(monkeypatch, where):
    slow, context = Slow(where), Context(38, 0, 0)
    monkeypatch.setattr(faults, "cuda", slow)

    def find(name: str) -> None:
        faults.tell_if_lost(slow, context, _CODE)
        slow.told.append(name)

    threads = [threading.Thread(target=find, args=(name,)) for name in ("first", "second")]
    threads[0].start()
    assert slow.there.wait(PATIENCE_S)
    threads[1].start()
    threads[1].join(_LOOKS_LONG_S)
    early = list(slow.told)
    slow.go.set()
    for thread in threads:
        thread.join()
    assert early == []
    assert slow.told[0] == (38, _CODE, True)
    assert sorted(slow.told[1:]) == ["first", "second"]
