"""The nonces of an HTTP server: what it gives is not kept, what was used with it is, as long as it is good.

A nonce says when it was made, under a MAC with a key of this process. So a server remembers nothing of those who ask
for one. It remembers what clients have proved with it (only those who have a token), so that no request counts twice;
if that is too much, all nonces are good no more, and clients ask for new ones.
"""

from __future__ import annotations

import hmac
import secrets
import struct
import time
from collections.abc import Callable

from ..limits import HTTP_NONCE_S, HTTP_NONCES_USED_MAX

_TIME = struct.Struct("<Q")
_RANDOM_BYTES, _MAC_BYTES = 8, 16


class Nonces:
    """`clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._used: dict[bytes, float] = {}  # a client's nonce -> until when it is kept

    def new(self) -> bytes:
        """A nonce for anybody."""
        head = _TIME.pack(int(self._clock() * 1000)) + secrets.token_bytes(_RANDOM_BYTES)
        return head + self._mac(head)

    def is_good(self, nonce: bytes) -> bool:
        """Whether it is one of ours and not too old."""
        head = nonce[:-_MAC_BYTES]
        if len(head) != _TIME.size + _RANDOM_BYTES or not hmac.compare_digest(nonce[-_MAC_BYTES:], self._mac(head)):
            return False
        age_s = self._clock() - _TIME.unpack_from(head)[0] / 1000
        return -1 <= age_s <= HTTP_NONCE_S

    def use(self, nonce: bytes, own: bytes) -> bool:
        """Count a request that was proved with a good nonce and one of the client; False if it was seen before."""
        both, now_s = nonce + own, self._clock()
        if both in self._used:
            return False
        if len(self._used) >= HTTP_NONCES_USED_MAX:
            self._used = {key: until for key, until in self._used.items() if until > now_s}
        if len(self._used) >= HTTP_NONCES_USED_MAX:
            self._key = secrets.token_bytes(32)
            self._used.clear()
        self._used[both] = now_s + HTTP_NONCE_S + 1
        return True

    def _mac(self, head: bytes) -> bytes:
        return hmac.digest(self._key, head, "sha256")[:_MAC_BYTES]
