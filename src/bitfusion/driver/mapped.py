"""What a session has made of physical memory, and where it is mapped."""

from __future__ import annotations


class Physical:
    """Memory that the client has made. `key` is what the quota knows it by: no pointer."""

    __slots__ = ("key", "mappings", "released")

    def __init__(self, key: int) -> None:
        self.key = key
        self.mappings = 0
        self.released = False


class Mapped:
    """What a session has made and mapped."""

    def __init__(self) -> None:
        self.made: dict[int, Physical] = {}  # by the client's number
        self.at: dict[int, tuple[int, Physical]] = {}  # address -> bytes, of what
        self.last_key = -(1 << 64)
