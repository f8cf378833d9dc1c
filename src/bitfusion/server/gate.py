"""Who is let in: whether a peer has a token that is good for what it asks.

An ID that nobody has is answered in the same way, in the same time, as a secret that is wrong. Knows no socket.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..access import proof
from ..access.keeper import Keeper
from ..access.proof import Keys
from ..access.tokens_file import ADMINISTER, Entry
from ..errors import Code, Refused, RemoteProtocolError
from ..observe.log import logger
from ..observe.muffled import Muffled
from ..wire.auth import Auth, Challenge

# Sends a CHALLENGE frame, and gives the proof that comes.
Ask = Callable[[bytes], Awaitable[bytes]]
ASK_OPERATOR = "ask the server's operator for one"
NO_TOKEN = "this server wants a token, and this client has none"
HOW_TO_GET = "ask its operator for one, and keep it in ~/.bitfusionio/token with mode 0600, or name it in BF_TOKEN_FILE"
# Of nobody: what a wrong ID is compared with.
NOBODY = Keys(secrets.token_bytes(proof.PROOF_BYTES), secrets.token_bytes(proof.PROOF_BYTES))


@dataclass(frozen=True)
class Asking:
    """A peer that has said `first`, the body of its first frame, with `auth`, on a channel with this `binding`."""

    first: bytes
    auth: Auth | None
    binding: bytes
    ask: Ask


class Gate:
    """`keeper` has the tokens, None if everybody is let in. Of a lease's Dispatcher `owner` is the user that the lease
    belongs to, and `inner` the token of its scheduler.
    """

    def __init__(self, keeper: Keeper | None, owner: str = "", inner: Entry | None = None) -> None:
        self._keeper = keeper
        self._owner = owner
        self._inner = inner

    @classmethod
    def from_map(cls, access: Mapping[str, Any]) -> Gate:
        """What the starter of a Dispatcher hands over: see access_map()."""
        keys = Keys(access["stored_key"], access["server_key"])
        inner = Entry(access["inner"], access["inner"], (ADMINISTER,), keys, 0)
        return cls(Keeper(Path(access["tokens"])), access["owner"], inner)

    def access_map(self, owner: str) -> dict[str, Any] | None:
        """What the Dispatcher of a lease of `owner` is handed over; None if everybody is let in."""
        if self._keeper is None or self._inner is None:
            return None
        keys = {"stored_key": self._inner.keys.stored, "server_key": self._inner.keys.server}
        return {"tokens": str(self._keeper.path.absolute()), "owner": owner, "inner": self._inner.id, **keys}

    @property
    def locked(self) -> bool:
        """Whether a token is wanted."""
        return self._keeper is not None

    @property
    def line_key(self) -> bytes:
        """The key of the places in the line of a pool."""
        return self._keeper.tokens.line_key if self._keeper else b""

    def look(self) -> None:
        """Read the tokens again if they have changed."""
        if self._keeper and self._keeper.look() and self._keeper.problem:
            logger().error("tokens.unreadable", reason=self._keeper.problem)

    def find(self, id: str) -> Entry | None:
        """The entry of a token, also of one that has ended."""
        if self._inner and id == self._inner.id:
            return self._inner
        return self._keeper.find(id) if self._keeper else None

    def why_ended(self, entry: Entry) -> str:
        """Why a token that was good is good no more, "" if it still is."""
        now = self.find(entry.id)
        return "removed" if now is None else now.ended(time.time())

    async def let_in(self, peer: Asking, scope: str, say: Muffled, address: str, **what: str) -> Entry | None:
        """The token of a peer that may do what it asks, None if none is wanted. Raises Refused, or RemoteProtocolError
        for a peer that does not answer; the log then has who wanted what, from where.
        """
        if not self.locked:
            return None
        entry = None
        try:
            entry = await self._prove(peer)
            self.check(entry, scope)
        except (Refused, RemoteProtocolError, asyncio.TimeoutError) as error:
            id = peer.auth.id if peer.auth else ""
            entry = entry or self.find(id)
            reason = error.detail if isinstance(error, Refused | RemoteProtocolError) else "it did not answer in time"
            say.warning("token.refused", address, token=id, user=entry.user if entry else "", **what, reason=reason)
            raise
        return entry

    async def _prove(self, peer: Asking) -> Entry:
        """Whose token it is, once both ends have proved that they know it. Raises Refused."""
        if peer.auth is None:
            raise Refused(Code.CONNECTION_FAILED, NO_TOKEN, HOW_TO_GET)
        entry = self.find(peer.auth.id)
        keys = entry.keys if entry else NOBODY
        nonce = secrets.token_bytes(proof.NONCE_BYTES)
        message = proof.opening(peer.first, nonce, peer.binding)
        given = await peer.ask(Challenge(nonce, proof.of_server(keys, message)).frame())
        if not proof.is_of_client(keys, message, given) or entry is None:
            raise unknown(peer.auth.id)
        return entry

    def check(self, entry: Entry, scope: str) -> None:
        """Raise Refused unless the token is good, and good for `scope` here; any token is good for none."""
        if why := self.why_ended(entry):
            raise Refused(Code.CONNECTION_FAILED, f"the token {entry.id} of {entry.user} is {why}", ASK_OPERATOR)
        if scope and not entry.may(scope):
            raise Refused(
                Code.CONNECTION_FAILED,
                f"the token {entry.id} of {entry.user} is not for {scope!r}, but for {', '.join(entry.scopes)}",
                ASK_OPERATOR,
            )
        if self._owner and not entry.sees(self._owner):
            raise Refused(
                Code.CONNECTION_FAILED,
                "the GPUs of this server are lent to another user",
                "request GPUs of your own (run, request_gpus)",
            )


def unknown(id: str) -> Refused:
    """There is no such token here, or its secret is another."""
    return Refused(Code.CONNECTION_FAILED, f"the token {id[:16]} is not known here", ASK_OPERATOR)
