"""PTX for tests that need a GPU which is busy for as long as they say."""

from __future__ import annotations

import struct
from typing import Any

from sessions import Session

# Spins until the word at `flag` is not zero, then adds 1 to the word after it.
WAIT = b"""
.version 6.4
.target sm_50
.address_size 64
.visible .entry wait(.param .u64 flag)
{
  .reg .u64 %a;
  .reg .u32 %v;
  .reg .pred %p;
  ld.param.u64 %a, [flag];
again:
  ld.volatile.global.u32 %v, [%a];
  setp.eq.u32 %p, %v, 0;
  @%p bra again;
  ld.global.u32 %v, [%a+4];
  add.u32 %v, %v, 1;
  st.global.u32 [%a+4], %v;
  ret;
}
"""

# Counts for some tenths of a second.
COUNT = b"""
.version 6.4
.target sm_50
.address_size 64
.visible .entry count()
{
  .reg .u32 %i;
  .reg .pred %p;
  mov.u32 %i, 0;
again:
  add.u32 %i, %i, 1;
  setp.lt.u32 %p, %i, 30000000;
  @%p bra again;
  ret;
}
"""

# Writes where nothing is.
FAIL = b"""
.version 6.4
.target sm_50
.address_size 64
.visible .entry fail()
{
  .reg .u64 %a;
  mov.u64 %a, 16;
  st.global.u32 [%a], 1;
  ret;
}
"""


def count_up(session: Session, stream: int) -> None:
    """Give a stream work that takes a while, and then ends by itself."""
    _launch(session, stream, COUNT, "count")


def fail_behind(session: Session, stream: int) -> None:
    """Give a stream work that loses its context when it comes to that."""
    _launch(session, stream, FAIL, "fail")


def _launch(session: Session, stream: int, ptx: bytes, name: str) -> None:
    module, function = session.new(), session.new()
    assert session.ask("module_load", module, b"", 0, bulk=ptx).result == 0
    assert session.ask("module_get_function", function, module, name).result == 0
    session.tell("launch", function, 1, 1, 1, 1, 1, 1, 0, stream, b"")
    session.flush()


class Busy:
    """A stream on which a kernel runs until release() is called through the same session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.stream = session.new()
        self.other = session.new()
        for stream in (self.stream, self.other):
            session.tell("cuStreamCreateWithPriority", stream, 1, 0)
        self.flag = session.ask("cuMemAlloc_v2", 8).values[0]
        session.tell("memset", self.flag, 0, 0, 4, 2, 1, self.other)
        assert session.ask("cuStreamSynchronize", self.other).result == 0
        module, function = session.new(), session.new()
        loaded = session.ask("module_load", module, b"", 0, bulk=WAIT)
        assert loaded.result == 0, loaded.values
        assert session.ask("module_get_function", function, module, "wait").result == 0
        session.tell("launch", function, 1, 1, 1, 1, 1, 1, 0, self.stream, struct.pack("<Q", self.flag))

    def release(self) -> None:
        """Let the kernel end; sent at once."""
        self._session.tell("memset", self.flag, 0, 1, 4, 1, 1, self.other)
        self._session.flush()

    def runs(self) -> Any:
        """600 (not ready) while the kernel runs."""
        return self._session.ask("cuStreamQuery", self.stream).result
