"""A client of one resource scheduler: its HTTP API as methods. Knows nothing of other schedulers, and decides nothing.

Answers are the JSON maps of scheduler.md, as they come. Every failure names host:port. aiohttp is imported when
somebody is asked: an installation may be without it.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote

from .. import extras
from ..access import http_proof
from ..config.addresses import Address
from ..errors import Refused, SrsError, SrsUnreachable
from ..limits import CONNECT_TIMEOUT_S, SRS_ANSWER_TIMEOUT_S, SRS_DISPATCHER_TIMEOUT_S, SRS_LOOK_S
from ..net.proving import FindToken, own, unasked, unproved
from ..net.trust import Trust, trust_of

if TYPE_CHECKING:
    import aiohttp

    from .connector import ProvingConnector

Order = Sequence[Any]  # [time in µs, uuid]: what all tickets of one request share


class _Stale(Exception):
    """The server wants another nonce."""

    def __init__(self, nonce: bytes) -> None:
        super().__init__()
        self.nonce = nonce


class Srs:
    """`async with Srs(address) as srs: ...`; usable by several tasks of one event loop at once.

    Entering raises MissingExtra. Every method raises SrsUnreachable if there is no answer, SrsError if it is an error;
    both leave the object usable. A request that was sent and not answered may have been carried out: repeat only what
    does no harm twice.

    What takes long has its time only as long as the scheduler answers others: one that is stopped, or whose host loses
    every byte, is given up after SRS_ANSWER_TIMEOUT_S.
    """

    def __init__(self, address: Address, find_token: FindToken = own) -> None:
        """`find_token`: gives the token to prove, if the server wants one."""
        self.address = address
        self._find_token = find_token
        self._connector: ProvingConnector | None = None
        self._trust: Trust | None = None
        self._distrust: SrsUnreachable | None = None
        self._unasked = False  # it wants no token
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Srs:
        extras.require(extras.POOL)
        import aiohttp

        from .connector import ProvingConnector
        from .resolver import Resolver

        # limit=0: a poll that waits must not hold up a renewal.
        self._connector = ProvingConnector(self._find_token(), limit=0, resolver=Resolver(), ssl=self._ssl())
        self._session = aiohttp.ClientSession(connector=self._connector)
        return self

    def _ssl(self) -> Any:
        """What the connector of a scheduler that is named with tls:// is to check; True, aiohttp's own choice, for
        another.
        """
        import aiohttp

        try:
            self._trust = trust_of(self.address)
            if self._trust is None:
                return True
            # With a fingerprint aiohttp looks at nothing else.
            return aiohttp.Fingerprint(bytes.fromhex(self._trust.pin)) if self._trust.pin else self._trust.context()
        except Refused as refused:
            # Told when it is asked, like all else that is wrong with one of several schedulers.
            self._distrust = SrsUnreachable(refused.detail, refused.hint)
            return True

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()
        self._session = None

    async def gpus(self, patience_s: float = SRS_ANSWER_TIMEOUT_S) -> dict[str, Any]:
        """The server, its GPUs with what is free of each, and how many leases and waiting tickets there are."""
        return await self._request("GET", "/v1/gpus", timeout_s=patience_s)

    async def submit(
        self,
        demand: Mapping[str, Any],
        client: Mapping[str, Any],
        order: Order | None = None,
        ticket: str | None = None,
        seal: str | None = None,
    ) -> dict[str, Any]:
        """Put a ticket into the queue. `order` None: the scheduler issues one. `ticket`: one that is in the queue
        already moves to the place of `order`, which is a later one. `seal`: what a server of the pool has said last of
        the order.
        """
        body = {
            "order": list(order) if order is not None else None,
            "demand": dict(demand),
            "client": dict(client),
            "ticket": ticket,
            **({"seal": seal} if seal else {}),
        }
        return await self._ask("POST", "/v1/tickets", body)

    async def poll(self, ticket: str, wait_s: float = 0.0) -> dict[str, Any]:
        """The ticket, at once if it changed since the last look, otherwise when it does or after `wait_s` seconds."""
        path = f"/v1/tickets/{_word(ticket)}?wait_s={wait_s:g}"
        return await self._request("GET", path, timeout_s=wait_s + SRS_ANSWER_TIMEOUT_S)

    async def confirm(self, ticket: str, gpus: int, ttl_s: float | None = None) -> dict[str, Any]:
        """Turn `gpus` of the ticket's offer into a lease whose Dispatcher listens. SrsError "not_offered" if they are
        gone.
        """
        body = {"gpus": gpus, "ttl_s": ttl_s}
        return await self._ask("POST", f"/v1/tickets/{_word(ticket)}/confirm", body, SRS_DISPATCHER_TIMEOUT_S)

    async def cancel(self, ticket: str) -> None:
        """Take the ticket out of the queue; one that is not there any more is no error."""
        try:
            await self._ask("DELETE", f"/v1/tickets/{_word(ticket)}")
        except SrsError as error:
            if error.code not in ("not_found", "gone"):
                raise

    async def leases(self) -> list[dict[str, Any]]:
        """Every lease, with its client."""
        answer = await self._ask("GET", "/v1/leases")
        return answer["leases"]

    async def renew(self, lease: str) -> float | None:
        """Begin the lease's time anew; the seconds that are left now, None if it does not expire. SrsError "gone"."""
        answer = await self._ask("POST", f"/v1/leases/{_word(lease)}/renew", {})
        return answer["expires_in_s"]

    async def release(self, lease: str) -> dict[str, Any]:
        """End the lease; returns when its Dispatcher has ended. SrsError "gone" if it had ended before."""
        return await self._ask("DELETE", f"/v1/leases/{_word(lease)}", wait_s=SRS_DISPATCHER_TIMEOUT_S)

    async def health(self) -> dict[str, Any]:
        """The scheduler's checks of its host."""
        return await self._ask("GET", "/v1/health", wait_s=SRS_DISPATCHER_TIMEOUT_S)

    async def stats(self) -> dict[str, Any]:
        """The scheduler and each of its Dispatchers in numbers."""
        return await self._ask("GET", "/v1/stats", wait_s=SRS_ANSWER_TIMEOUT_S)

    async def smi(self) -> dict[str, Any]:
        """The GPUs as nvidia-smi shows them."""
        return await self._ask("GET", "/v1/smi", wait_s=SRS_ANSWER_TIMEOUT_S)

    async def net_perf(self) -> dict[str, Any]:
        """Port and token of a process that measures the network with this client."""
        return await self._ask("POST", "/v1/net_perf", {}, SRS_ANSWER_TIMEOUT_S)

    async def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, wait_s: float = 0.0
    ) -> dict[str, Any]:
        """The answer, for which this waits so much longer while the scheduler answers others."""
        request = self._request(method, path, body, wait_s + SRS_ANSWER_TIMEOUT_S)
        if not wait_s:
            return await request
        asking, looking = asyncio.ensure_future(request), asyncio.ensure_future(self._look_on())
        try:
            await asyncio.wait((asking, looking), return_when=asyncio.FIRST_COMPLETED)
            return asking.result() if asking.done() else looking.result()
        finally:
            asking.cancel()
            looking.cancel()
            await asyncio.gather(asking, looking, return_exceptions=True)

    async def _look_on(self) -> NoReturn:
        """Raises SrsUnreachable once the scheduler does not answer any more."""
        while True:
            await asyncio.sleep(SRS_LOOK_S)
            try:
                await self._request("GET", "/healthz", timeout_s=SRS_ANSWER_TIMEOUT_S - SRS_LOOK_S)
            except SrsError:
                pass  # an older one: it has answered

    async def _request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        timeout_s: float = SRS_ANSWER_TIMEOUT_S,
    ) -> dict[str, Any]:
        """The answer; proved by both ends if this user has a token and the server wants one."""
        assert self._connector is not None, "use it as a context manager"
        proves = self._connector.token is not None and path.startswith("/v1/")
        if proves and not self._connector.nonce and not self._unasked:
            await self._take_nonce(timeout_s)
        try:
            return await self._exchange(method, path, body, timeout_s)
        except _Stale as stale:
            self._connector.nonce = stale.nonce
        try:
            return await self._exchange(method, path, body, timeout_s)
        except _Stale as stale:
            raise self._stranger("takes no nonce of its own") from stale

    async def _take_nonce(self, timeout_s: float) -> None:
        """Of a server that wants tokens. Raises SrsUnreachable for one that does not, unless it is on this machine:
        whoever is there may be another than is meant.
        """
        assert self._connector is not None and self._connector.token is not None
        try:
            answer = await self._exchange("GET", "/v1/nonce", None, timeout_s)
            self._connector.nonce = bytes.fromhex(str(answer["nonce"]))
        except SrsError as error:
            if error.code != "not_found":
                raise
            self._unasked = True
            if not self._connector.here:
                refused = unasked(str(self.address), self._connector.token)
                self._distrust = SrsUnreachable(refused.detail, refused.hint)
                raise self._distrust from error
        except (KeyError, ValueError) as error:
            raise self._stranger("answers with another nonce") from error

    async def _exchange(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        timeout_s: float = SRS_ANSWER_TIMEOUT_S,
    ) -> dict[str, Any]:
        import aiohttp
        from yarl import URL

        from .connector import EXCHANGE, Exchange

        assert self._session is not None, "use it as a context manager"
        timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=CONNECT_TIMEOUT_S)
        if self._distrust:
            raise self._distrust
        data = None if body is None else json.dumps(body).encode()
        headers = {} if data is None else {"Content-Type": "application/json"}
        EXCHANGE.set(Exchange(data or b""))
        base = URL.build(scheme="https" if self.address.tls else "http", host=self.address.host, port=self.address.port)
        url = base.join(URL(path, encoded=True))
        try:
            async with self._session.request(
                method, url, data=data, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return await self._answer(response)
        except aiohttp.ServerFingerprintMismatch as error:
            raise self._unreachable(
                f"its certificate has the fingerprint {error.got.hex()}, and {self.address.pin} is expected"
            ) from error
        except aiohttp.ClientConnectorCertificateError as error:
            raise self._untrusted(error.certificate_error) from error
        except aiohttp.ClientConnectorSSLError as error:
            raise self._untrusted(error.os_error) from error
        except aiohttp.ClientResponseError as error:
            raise self._stranger("speaks no HTTP") from error
        except aiohttp.ClientConnectorError as error:
            raise self._unreachable(_cause(error.os_error)) from error
        except asyncio.TimeoutError as error:
            waited_s = CONNECT_TIMEOUT_S if isinstance(error, aiohttp.ServerTimeoutError) else timeout_s
            raise self._unreachable(f"no answer within {waited_s:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise self._unreachable(f"the connection broke ({error or type(error).__name__})") from error

    async def _answer(self, response: aiohttp.ClientResponse) -> dict[str, Any]:
        data = await response.read()
        self._check_proof(response, data)
        if response.status == 204:
            return {}
        try:
            answer = json.loads(data)
        except ValueError:
            answer = None
        if response.status < 300 and isinstance(answer, dict):
            return answer
        error = answer.get("error") if isinstance(answer, dict) else None
        if not isinstance(error, dict) or not isinstance(error.get("code"), str):
            raise self._stranger(f"answers with HTTP {response.status}")
        raise SrsError(error["code"], f"{self.address}: {error.get('detail', '')}", str(error.get("hint", "")))

    def _check_proof(self, response: aiohttp.ClientResponse, data: bytes) -> None:
        """Raise SrsUnreachable for an answer that the server has not proved, if this client has proved its token;
        _Stale if it wants another nonce.
        """
        from .connector import EXCHANGE

        connector, exchange = self._connector, EXCHANGE.get()
        if connector is None or connector.token is None or exchange is None or not exchange.message:
            return
        if connector.is_proved(response, data):
            return
        nonce = http_proof.parse_challenge(response.headers.get("WWW-Authenticate", ""))
        if response.status == 401 and nonce is not None and b"nonce" in data:
            raise _Stale(nonce)
        refused = unproved(str(self.address), connector.token)
        raise SrsUnreachable(refused.detail, refused.hint)

    def _untrusted(self, error: Exception) -> SrsUnreachable:
        why, hint = (self._trust or Trust()).explain(error if isinstance(error, OSError) else OSError(0, str(error)))
        return SrsUnreachable(f"cannot reach the resource scheduler at {self.address}: {why}", hint)

    def _stranger(self, what: str) -> SrsError:
        return SrsError(
            "failed",
            f"{self.address} is no resource scheduler: it {what}",
            "name the port of `flexdirect resource_scheduler`, its --srs_port",
        )

    def _unreachable(self, reason: str) -> SrsUnreachable:
        return SrsUnreachable(
            f"cannot reach the resource scheduler at {self.address}: {reason}",
            "check that `flexdirect resource_scheduler` runs there on this port, and that the network lets it through",
        )


def _word(text: str) -> str:
    """One part of a path, whatever a file or user had there."""
    return quote(text, safe="") or "-"


def _cause(error: OSError) -> str:
    """What went wrong, without the address. A host with several addresses has a number for each in the text of one
    error.
    """
    numbers = dict.fromkeys(re.findall(r"\[Errno ([0-9]+)\]", str(error))) if not error.errno else {}
    if numbers:
        return ", ".join(os.strerror(int(number)) for number in numbers)
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror or error)
