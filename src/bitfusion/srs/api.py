"""The scheduler's HTTP API: requests -> Service -> JSON. What it promises is written down in openapi.yaml, which it
serves too.

Every answer is a JSON map; every error {"error": {"code", "detail", "hint"}}, also for what no route takes. Bodies are
checked by the core's model, which trusts nothing. /metrics, /healthz and /readyz are those of every server
(server/web.py).
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

import yaml
from aiohttp import web

from ..access.tokens_file import ADMINISTER
from ..errors import BadRequest, BitfusionError, Draining, SchedulerError
from ..limits import SRS_BODY_BYTES_MAX, SRS_BODY_TIMEOUT_S, SRS_LONG_POLL_S_MAX
from ..observe.log import logger
from ..observe.metrics import Samples
from ..scheduler.model import Client, Demand, Order
from ..server.gate import Gate
from ..server.http_port import Handler as _Handler
from ..server.http_port import error_response
from ..server.identity import Identity
from ..server.web import Looks
from .guard import Guard, bearer_of
from .observer import Observer
from .rights import Caller
from .service import Service

_STATUS = {
    "bad_request": 400,
    "forbidden": 403,
    "over_quota": 403,
    "not_found": 404,
    "not_offered": 409,
    "gone": 410,
    "too_large": 422,
    "failed": 500,
}


def application(
    service: Service, observer: Observer, gate: Gate | None = None, identity: Identity | None = None
) -> web.Application:
    """The API of one scheduler. `gate`: who is let in; `identity`: of one that speaks TLS."""
    guard = Guard(gate or Gate(None), identity)
    api = _Api(service, observer, guard, gate or Gate(None))
    # The outer ones answer what the reading of a body within the guard raises; the inner ones are proved by it.
    middlewares: Any = [_errors, guard.middleware(), api.refusals(), _errors]
    app = web.Application(client_max_size=SRS_BODY_BYTES_MAX, middlewares=middlewares)
    app.add_routes(
        [
            web.get("/v1/gpus", api.gpus),
            web.post("/v1/tickets", api.submit),
            web.get("/v1/tickets/{id}", api.poll),
            web.delete("/v1/tickets/{id}", api.cancel),
            web.post("/v1/tickets/{id}/confirm", api.confirm),
            web.get("/v1/leases", api.leases),
            web.delete("/v1/leases/{id}", api.release),
            web.post("/v1/leases/{id}/renew", api.renew),
            web.get("/v1/stats", api.stats),
            web.get("/v1/smi", api.smi),
            web.get("/v1/health", api.health),
            web.post("/v1/net_perf", api.net_perf),
            web.get("/openapi.json", api.openapi),
            *Looks(api.samples, lambda: service.problem()).routes(),
        ]
    )
    return app


@cache  # parsing takes a fifth of a second, in which nobody else would be answered
def openapi() -> dict[str, Any]:
    """The document that describes this API."""
    return yaml.safe_load(resources.files(__package__).joinpath("openapi.yaml").read_text())


class _Api:
    """The handlers."""

    def __init__(self, service: Service, observer: Observer, guard: Guard, gate: Gate) -> None:
        self._service = service
        self._observer = observer
        self._guard = guard
        self._gate = gate

    def _caller(self, request: web.Request) -> Caller:
        return Caller(bearer_of(request), self._gate.line_key)

    def refusals(self) -> object:
        """Middleware that has the log say who was refused what it asked for."""

        @web.middleware
        async def refusals(request: web.Request, handler: _Handler) -> web.StreamResponse:
            answer = await handler(request)
            if answer.status == 403 and isinstance(answer, web.Response) and isinstance(answer.body, bytes):
                self._guard.log_forbidden(request, json.loads(answer.body)["error"]["detail"])
            return answer

        return refusals

    async def gpus(self, request: web.Request) -> web.Response:
        return web.json_response(await self._observer.gpus(self._service.state, self._caller(request).sees))

    async def submit(self, request: web.Request) -> web.Response:
        body = await _body(request)
        order = body.get("order")
        demand, client = Demand.from_dict(body.get("demand")), Client.from_dict(body.get("client"))
        client = replace(client, address=request.remote or "")
        moved = body.get("ticket") or ""
        if not isinstance(moved, str):
            raise BadRequest(f"ticket {moved!r}: is not the id of a ticket, or null for a new one")
        seal, caller = body.get("seal"), self._caller(request)
        asked = None if order is None else Order.from_list(order)
        answer = self._service.submit(demand, client, asked, moved, caller, seal if isinstance(seal, str) else "")
        return web.json_response(answer, status=201)

    async def poll(self, request: web.Request) -> web.Response:
        text = request.query.get("wait_s", "0")
        try:
            wait_s = float(text)
        except ValueError:
            wait_s = math.nan
        if not 0 <= wait_s <= SRS_LONG_POLL_S_MAX:
            raise BadRequest(f"wait_s {text!r}: is not a number of seconds from 0 to {SRS_LONG_POLL_S_MAX:g}")
        return web.json_response(await self._service.poll(request.match_info["id"], wait_s, self._caller(request)))

    async def cancel(self, request: web.Request) -> web.Response:
        self._service.cancel(request.match_info["id"], self._caller(request))
        return web.Response(status=204)

    async def confirm(self, request: web.Request) -> web.Response:
        body = await _body(request)
        ticket, caller = request.match_info["id"], self._caller(request)
        lease = await self._service.confirm(ticket, body.get("gpus"), body.get("ttl_s"), caller)
        return web.json_response(lease | {"release": self._observer.release}, status=201)

    async def leases(self, request: web.Request) -> web.Response:
        return web.json_response({"leases": self._service.leases(self._caller(request))})

    async def renew(self, request: web.Request) -> web.Response:
        return web.json_response({"expires_in_s": self._service.renew(request.match_info["id"], self._caller(request))})

    async def release(self, request: web.Request) -> web.Response:
        lease = request.match_info["id"]
        # Shielded: the release goes on when the client hangs up.
        await asyncio.shield(self._service.release(lease, self._caller(request)))
        return web.json_response({"lease": lease, "state": "gone"})

    async def stats(self, request: web.Request) -> web.Response:
        sees = self._caller(request).sees
        return web.json_response(await self._observer.stats(self._service.state, self._service.dispatchers(), sees))

    async def smi(self, request: web.Request) -> web.Response:
        bearer = bearer_of(request)
        return web.json_response(await self._observer.smi(bearer is None or bearer.may(ADMINISTER)))

    async def health(self, _: web.Request) -> web.Response:
        return web.json_response(await self._observer.health())

    async def net_perf(self, _: web.Request) -> web.Response:
        return web.json_response(await self._observer.net_perf())

    async def samples(self) -> Samples:
        return await self._observer.samples(self._service.state, self._service.counts)

    async def openapi(self, _: web.Request) -> web.Response:
        return web.json_response(openapi())


async def _body(request: web.Request) -> Mapping[str, Any]:
    """The body as a map. Raises BadRequest; HTTPRequestEntityTooLarge for one that is too long."""
    try:
        data = await asyncio.wait_for(request.read(), SRS_BODY_TIMEOUT_S)
        body = json.loads(data, parse_constant=_refuse_constant)
    except asyncio.TimeoutError:
        raise BadRequest(f"the body did not come within {SRS_BODY_TIMEOUT_S:g} s") from None
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"the body is not JSON: {error}", "see /openapi.json") from error
    if not isinstance(body, dict):
        raise BadRequest("the body is not a JSON map", "see /openapi.json")
    return body


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


@web.middleware
async def _errors(request: web.Request, handler: _Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except SchedulerError as error:
        status = 503 if isinstance(error, Draining) else _STATUS[error.kind]
        return error_response(status, error.kind, error.detail, error.hint)
    except BitfusionError as error:
        logger().error("request.failed", path=request.path, reason=str(error))
        return error_response(500, "failed", error.detail, error.hint)
    except web.HTTPRequestEntityTooLarge:
        return error_response(413, "bad_request", f"the body is longer than {SRS_BODY_BYTES_MAX} bytes")
    except web.HTTPNotFound:
        return error_response(404, "not_found", f"{request.path}: is no path of this API", "see /openapi.json")
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        answer = error_response(
            405, "bad_request", f"{request.method} {request.path}: is not a method of this path", f"it takes {allowed}"
        )
        answer.headers["Allow"] = allowed
        return answer
    except web.HTTPException as error:
        return error_response(error.status, "bad_request" if error.status < 500 else "failed", error.reason)
    except ConnectionError:
        raise
    except Exception:  # whatever it is, it is a bug, and of one request
        logger().critical("request.crashed", method=request.method, path=request.path, exc_info=True)
        return error_response(500, "failed", "a bug in the resource scheduler", "see its log")
