"""aiohttp's connector, which proves the user's token in each request once it is known on which connection it goes.

What ties a proof to a connection is the certificate that the server shows there, so it cannot be made before. Imports
aiohttp, so it is imported where somebody is asked.
"""

from __future__ import annotations

import hashlib
import os
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import aiohttp

from ..access import http_proof, proof
from ..access.token import Token
from ..net.sockets import is_loopback

NONCE_PATH = "/v1/nonce"
_NONCE_BYTES = 32


@dataclass
class Exchange:
    """A request of one task: its `body`, and the `message` that was proved with it, empty if none was."""

    body: bytes
    message: bytes = b""


EXCHANGE: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


class ProvingConnector(aiohttp.TCPConnector):
    """`nonce` is that of the server; without one, or without a token, requests go as they are. `here`: the last
    connection leads to this machine.
    """

    def __init__(self, token: Token | None, **options: Any) -> None:
        super().__init__(**options)
        self.token = token
        self.nonce = b""
        self.here = False

    async def connect(self, req: aiohttp.ClientRequest, traces: Any, timeout: Any) -> Any:
        """As a connector's: the request is completed by it."""
        connection = await super().connect(req, traces, timeout)
        transport = connection.transport
        if self.token and transport is not None:
            peer = transport.get_extra_info("peername")
            self.here = peer is not None and is_loopback(str(peer[0]))
            tls = transport.get_extra_info("ssl_object")
            certificate = tls.getpeercert(binary_form=True) if tls else None
            self._prove(req, hashlib.sha256(certificate).digest() if certificate else b"")
        return connection

    def _prove(self, req: aiohttp.ClientRequest, binding: bytes) -> None:
        target = req.url.raw_path_qs
        exchange = EXCHANGE.get()
        if self.token is None or exchange is None or not self.nonce or not target.startswith("/v1/"):
            return
        own = os.urandom(_NONCE_BYTES)
        message = http_proof.of_request(req.method, target, exchange.body, self.nonce + own, binding)
        req.headers["Authorization"] = http_proof.authorization(self.token, self.nonce, own, message)
        exchange.message = message

    def is_proved(self, response: aiohttp.ClientResponse, body: bytes) -> bool:
        """Whether the server has proved this answer to what this task has asked."""
        text = response.headers.get(http_proof.ANSWER_HEADER, "")
        try:
            given = bytes.fromhex(text)
        except ValueError:
            return False
        exchange = EXCHANGE.get()
        wanted = http_proof.of_answer(exchange.message if exchange else b"", response.status, body)
        return self.token is not None and proof.is_of_server(self.token.secret, wanted, given)
