"""Tokens over HTTP: each request to the API proves one, and each answer proves the server. aiohttp's middleware.

Without tokens everything passes. /metrics, /healthz, /readyz and the description of the API are for everybody: they
name no user and no program.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from ..access import http_proof, proof
from ..access.http_proof import Proved
from ..access.tokens_file import REQUEST, Entry
from ..errors import Code, Forbidden, Refused, Unauthorized
from ..limits import SRS_BODY_TIMEOUT_S
from ..observe.log import logger
from ..observe.muffled import Muffled
from ..server.gate import HOW_TO_GET, NO_TOKEN, NOBODY, Gate, unknown
from ..server.http_port import Handler, error_response
from ..server.identity import Identity
from .nonces import Nonces

NONCE_PATH = "/v1/nonce"
_BINDINGS_MAX = 4  # certificates that open connections may have seen
_KEY = "bearer"


def bearer_of(request: web.Request) -> Entry | None:
    """Whose token the request was proved with; None where there are no tokens."""
    found: Entry | None = request.get(_KEY)
    return found


class Guard:
    """`gate` says who is let in; `identity` is that of a server that speaks TLS."""

    def __init__(self, gate: Gate, identity: Identity | None = None) -> None:
        self._gate = gate
        self._identity = identity
        self._nonces = Nonces()
        self._bindings: list[bytes] = []
        self._muffled = Muffled(logger)

    def middleware(self) -> object:
        """For the application, outside of what makes errors into answers."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self._gate.locked or not request.path.startswith("/v1/"):
                return await handler(request)
            if request.path == NONCE_PATH:
                return web.json_response({"nonce": self._nonces.new().hex()})
            return await self._guarded(request, handler)

        return guard

    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        proved = http_proof.parse_authorization(request.headers.get("Authorization", ""))
        if proved is None:
            return self._refuse(request, "", Refused(Code.CONNECTION_FAILED, NO_TOKEN, HOW_TO_GET), Unauthorized.kind)
        try:
            body = await asyncio.wait_for(request.read(), SRS_BODY_TIMEOUT_S)
        except asyncio.TimeoutError:
            return error_response(400, "bad_request", f"the body did not come within {SRS_BODY_TIMEOUT_S:g} s")
        entry, message = self._whose(request, proved, body)
        if entry is None:
            stale = not self._nonces.is_good(proved.nonce)
            return self._stale() if stale else self._refuse(request, proved.id, unknown(proved.id), Unauthorized.kind)
        if not self._nonces.use(proved.nonce, proved.own_nonce):
            return self._refuse(
                request,
                proved.id,
                Refused(Code.CONNECTION_FAILED, "this request was made before", ""),
                Unauthorized.kind,
            )
        try:
            self._gate.check(entry, _scope_of(request))
            request[_KEY] = entry
            answer = await handler(request)
        except Refused as refused:
            answer = self._refuse(request, proved.id, refused, Forbidden.kind, 403)
        return self._signed(answer, entry, message)

    def _whose(self, request: web.Request, proved: Proved, body: bytes) -> tuple[Entry | None, bytes]:
        """The token, if the proof is right; and what was proved."""
        entry = self._gate.find(proved.id)
        keys = entry.keys if entry else NOBODY
        nonces, good = proved.nonce + proved.own_nonce, self._nonces.is_good(proved.nonce)
        for binding in self._possible():
            message = http_proof.of_request(request.method, request.raw_path, body, nonces, binding)
            if proof.is_of_client(keys, message, proved.proof) and entry is not None and good:
                return entry, message
        return None, b""

    def _possible(self) -> list[bytes]:
        """What may tie a proof to its connection: that may have begun before the certificate was exchanged."""
        now = bytes.fromhex(self._identity.facts.fingerprint) if self._identity else b""
        if now not in self._bindings:
            self._bindings = [now, *self._bindings][:_BINDINGS_MAX]
        return self._bindings

    def _signed(self, answer: web.StreamResponse, entry: Entry, message: bytes) -> web.StreamResponse:
        body = answer.body if isinstance(answer, web.Response) else b""
        data = bytes(body) if isinstance(body, bytes | bytearray) else b""
        made = proof.of_server(entry.keys, http_proof.of_answer(message, answer.status, data))
        answer.headers[http_proof.ANSWER_HEADER] = made.hex()
        return answer

    def _stale(self) -> web.Response:
        answer = error_response(401, Unauthorized.kind, "the nonce is not good any more", "ask again with a new one")
        answer.headers["WWW-Authenticate"] = http_proof.challenge(self._nonces.new())
        return answer

    def _refuse(self, request: web.Request, id: str, refused: Refused, code: str, status: int = 401) -> web.Response:
        self.log(request, id, refused.detail)
        answer = error_response(status, code, refused.detail, refused.hint)
        if status == 401:
            answer.headers["WWW-Authenticate"] = http_proof.challenge(self._nonces.new())
        return answer

    def log(self, request: web.Request, id: str, reason: str) -> None:
        """Who was refused what, from where."""
        entry = self._gate.find(id) if id else None
        what = f"{request.method} {request.path[:80]}"
        user = entry.user if entry else ""
        self._muffled.warning("token.refused", request.remote or "", token=id, user=user, request=what, reason=reason)

    def log_forbidden(self, request: web.Request, reason: str) -> None:
        """The same of what the token itself does not allow."""
        bearer = bearer_of(request)
        self.log(request, bearer.id if bearer else "", reason)


def _scope_of(request: web.Request) -> str:
    """What a token must be for; "" for what every token may."""
    asks = request.path.startswith("/v1/tickets") or (request.path.startswith("/v1/leases/"))
    return REQUEST if asks else ""
