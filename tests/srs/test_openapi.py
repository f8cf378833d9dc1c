"""The API's document is valid, and what a running scheduler answers is what the document says, status for status."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import jsonschema
import pytest
import running
from lending import CLIENT, demand, proved, proved_lines
from openapi_spec_validator import validate
from patience import PATIENCE_S

from bitfusion.errors import SchedulerError
from bitfusion.limits import (
    CLIENT_TEXT_MAX,
    DEVICES_MAX,
    GPUS_ASKED_MAX,
    LEASE_TTL_MAX_S,
    LEASE_TTL_MIN_S,
    MEMORY_ASKED_MIB_MAX,
    SRS_BODY_BYTES_MAX,
    SRS_LONG_POLL_S_MAX,
)
from bitfusion.srs.api import application, openapi

DOCUMENT = openapi()
NOBODY = "00000000-0000-4000-8000-000000000000"


def connector() -> aiohttp.TCPConnector:
    return aiohttp.TCPConnector(ssl=running.CONTEXT or True)


class Checked:
    """A client that holds every answer against the document."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self._port = port
        self._base = f"{running.WEB}:{port}"
        self.seen: set[tuple[str, str, int]] = set()

    async def __call__(self, method: str, path: str, status: int, body: Any = None, *, template: str = "") -> Any:
        data = body if isinstance(body, bytes | str) or body is None else json.dumps(body)
        sent = data.encode() if isinstance(data, str) else data or b""
        headers = proved(self._port, method, path, sent)
        async with self._session.request(method, self._base + path, data=data, headers=headers) as response:
            text = await response.text()
            assert response.status == status, text
            operation = DOCUMENT["paths"].get(template or path, {}).get(method.lower())
            if operation:
                self.seen.add((method, template or path, status))
                promised = operation["responses"].get(str(status)) or (
                    status >= 400 and operation["responses"]["default"]
                )
                assert promised, f"{method} {path} gave {status}, which the document does not promise"
            else:
                promised = DOCUMENT["components"]["responses"]["Error"]
            promised = resolve(promised)
            if "content" not in promised:
                assert text == ""
                return None
            ((content_type, content),) = promised["content"].items()
            assert response.content_type == content_type
            answer = json.loads(text) if content_type == "application/json" else text
            schema = {**content["schema"], "components": DOCUMENT["components"]}
            jsonschema.Draft202012Validator(schema).validate(answer)
            return answer


def resolve(part: dict) -> dict:
    if "$ref" not in part:
        return part
    found: Any = DOCUMENT
    for word in part["$ref"].removeprefix("#/").split("/"):
        found = found[word]
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running.scheduler(tmp_path_factory.mktemp("srs"), "--softgpu", "2", SOFTGPU_MEMORY=str(1 << 30)) as server:
        yield server


@pytest.fixture
async def api(server):
    async with aiohttp.ClientSession(connector=connector(), timeout=aiohttp.ClientTimeout(total=60)) as session:
        yield Checked(session, server.port)


def test_document_is_valid_and_has_every_route():
    validate(DOCUMENT)
    app = application(None, None)  # type: ignore[arg-type]
    routes = {
        (route.method.lower(), route.resource.canonical) for route in app.router.routes() if route.method != "HEAD"
    }
    described = {
        (method, path) for path, item in DOCUMENT["paths"].items() for method in item if method != "parameters"
    }
    assert routes == described


def test_document_has_every_error_code_and_the_limits():
    kinds = {"failed"} | {kind.kind for kind in SchedulerError.__subclasses__()}
    assert kinds == set(DOCUMENT["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["code"]["enum"])
    (wait,) = DOCUMENT["paths"]["/v1/tickets/{id}"]["get"]["parameters"]
    assert wait["schema"]["maximum"] == SRS_LONG_POLL_S_MAX
    schemas = {name: schema.get("properties", {}) for name, schema in DOCUMENT["components"]["schemas"].items()}
    ttl_s = schemas["Confirmation"]["ttl_s"]
    assert (ttl_s["minimum"], ttl_s["maximum"]) == (LEASE_TTL_MIN_S, LEASE_TTL_MAX_S)
    assert schemas["Demand"]["gpus"]["maximum"] == schemas["Confirmation"]["gpus"]["maximum"] == GPUS_ASKED_MAX
    assert schemas["Demand"]["memory_mib"]["maximum"] == MEMORY_ASKED_MIB_MAX
    assert schemas["Demand"]["devices"]["items"]["maximum"] == DEVICES_MAX - 1
    assert {schemas["Client"][key]["maxLength"] for key in ("host", "user", "program")} == {CLIENT_TEXT_MAX}


async def test_every_answer_is_what_the_document_says(api):
    one, two = "/v1/tickets/{id}", "/v1/leases/{id}"
    await api("GET", "/v1/gpus", 200)
    served = await api("GET", "/openapi.json", 200)
    assert served == DOCUMENT
    ticket = await api("POST", "/v1/tickets", 201, {"order": None, "demand": demand(2, fraction=0.5), "client": CLIENT})
    path = f"/v1/tickets/{ticket['ticket']}"
    await api("GET", f"{path}?wait_s=0.01", 200, template=one)
    await api("POST", f"{path}/confirm", 409, {"gpus": 3}, template=f"{one}/confirm")
    lease = await api("POST", f"{path}/confirm", 201, {"gpus": 2, "ttl_s": 60}, template=f"{one}/confirm")
    await api("GET", path, 410, template=one)
    await api("GET", "/v1/leases", 200)
    await api("GET", "/v1/gpus", 200)
    stats = await api("GET", "/v1/stats", 200)
    assert [dispatcher["lease"] for dispatcher in stats["dispatchers"]] == [lease["lease"]] and stats["tasks"] == 1
    smi = await api("GET", "/v1/smi", 200)
    assert [gpu["index"] for gpu in smi["gpus"]] == [0, 1] and smi["gpus"][0]["memory_total"] == 1 << 30
    health = await api("GET", "/v1/health", 200)
    assert "driver" in {check["name"] for check in health["checks"]}
    await api("POST", "/v1/net_perf", 200)
    assert "\nbitfusion_leases_granted_total 1.0\n" in await api("GET", "/metrics", 200)
    await api("GET", "/healthz", 200)
    await api("GET", "/readyz", 200)
    await api("POST", f"/v1/leases/{lease['lease']}/renew", 200, template=f"{two}/renew")
    await api("DELETE", f"/v1/leases/{lease['lease']}", 200, template=two)
    await api("DELETE", f"/v1/leases/{lease['lease']}", 410, template=two)
    await api("POST", f"/v1/leases/{lease['lease']}/renew", 410, template=f"{two}/renew")
    sealed = {key: ticket[key] for key in ("order", "seal") if key in ticket}
    other = await api("POST", "/v1/tickets", 201, {**sealed, "demand": demand(), "client": CLIENT})
    await api("DELETE", f"/v1/tickets/{other['ticket']}", 204, template=one)
    for method, missing, template in (
        ("GET", f"/v1/tickets/{NOBODY}", one),
        ("DELETE", f"/v1/tickets/{NOBODY}", one),
        ("DELETE", f"/v1/leases/{NOBODY}", two),
        ("POST", f"/v1/leases/{NOBODY}/renew", f"{two}/renew"),
    ):
        await api(method, missing, 404, template=template)
    await api("POST", f"/v1/tickets/{NOBODY}/confirm", 404, {"gpus": 1}, template=f"{one}/confirm")
    succeeded = {(method, path) for method, path, status in api.seen if status < 300}
    described = {
        (method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item if method != "parameters"
    }
    assert succeeded == described, "not every operation was tried"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"", "not JSON"),
        (b"\x00\xff", "not JSON"),
        ("[1]", "not a JSON map"),
        ("[" * 20000, "not JSON"),
        ('{"demand": NaN}', "NaN"),
        ({}, "demand None"),
        ({"demand": {"gpus": 0}, "client": CLIENT}, "gpus 0"),
        ({"demand": {"gpus": 1e9}, "client": CLIENT}, "gpus 1000000000.0"),
        ({"demand": {"gpus": 1, "fraction": 1.5}, "client": CLIENT}, "fraction 1.5"),
        ({"demand": {"gpus": 1, "fraction": 0.5, "memory_mib": 1}, "client": CLIENT}, "exclude"),
        ({"demand": {"gpus": 1, "devices": [5]}, "client": CLIENT}, "devices 5"),
        ({"demand": {"gpus": 1}, "client": {**CLIENT, "program": 7}}, "program 7"),
        ({"order": [1], "demand": {"gpus": 1}, "client": CLIENT}, "order [1]"),
    ],
)
async def test_bad_body_is_400_and_named(api, body, named):
    answer = await api("POST", "/v1/tickets", 400, body)
    assert answer["error"]["code"] == "bad_request" and named in answer["error"]["detail"]


async def test_other_bad_requests(api):
    assert (await api("POST", "/v1/tickets", 413, b"x" * (SRS_BODY_BYTES_MAX + 1)))["error"]["code"] == "bad_request"
    assert (await api("POST", "/v1/tickets", 422, {"demand": demand(1, memory_mib=2000), "client": CLIENT}))["error"][
        "code"
    ] == "too_large"
    assert "PUT" in (await api("PUT", "/v1/tickets", 405))["error"]["detail"]
    assert "/v2/gpus" in (await api("GET", "/v2/gpus", 404))["error"]["detail"]
    for text in ("x", "-1", "nan", "21", "inf"):
        answer = await api("GET", f"/v1/tickets/{NOBODY}?wait_s={text}", 400, template="/v1/tickets/{id}")
        assert repr(text) in answer["error"]["detail"]
    ticket = await api("POST", "/v1/tickets", 201, {"demand": demand(), "client": CLIENT})
    for body in ({}, {"gpus": "1"}, {"gpus": 1, "ttl_s": 0}, {"gpus": 1, "ttl_s": "1m"}):
        await api("POST", f"/v1/tickets/{ticket['ticket']}/confirm", 400, body, template="/v1/tickets/{id}/confirm")
    await api("DELETE", f"/v1/tickets/{ticket['ticket']}", 204, template="/v1/tickets/{id}")


def head(port: int, method: str, path: str, *lines: str) -> bytes:
    return "\r\n".join(
        [f"{method} {path} HTTP/1.1", "Host: x", *lines, *proved_lines(port, method, path), "", ""]
    ).encode()


async def test_body_that_does_not_come_is_answered_and_holds_up_nobody(server):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=running.CONTEXT)
    writer.write(head(server.port, "POST", "/v1/tickets", "Content-Length: 100") + b"{")
    async with (
        aiohttp.ClientSession(connector=connector()) as session,
        session.get(f"{running.WEB}:{server.port}/v1/gpus", headers=proved(server.port, "GET", "/v1/gpus")) as response,
    ):
        assert response.status == 200
    answer = await asyncio.wait_for(reader.read(4096), PATIENCE_S)
    assert answer.startswith(b"HTTP/1.1 400") and b"bad_request" in answer
    writer.close()


@pytest.mark.parametrize("said", [b"", b"GET /v1/gpus HTTP/1.1\r\nHost: "])
async def test_connection_without_a_request_ends_and_one_that_had_some_stays(server, said):
    quick, asking = await asyncio.open_connection("127.0.0.1", server.port, ssl=running.CONTEXT)
    slow, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=running.CONTEXT)
    writer.write(said)
    for _ in range(2):  # before and after the other one has ended
        asking.write(head(server.port, "GET", "/v1/leases"))
        assert b'{"leases": []}' in await asyncio.wait_for(quick.readuntil(b"}"), PATIENCE_S)
        assert await asyncio.wait_for(slow.read(), PATIENCE_S) == b""
    for each in (asking, writer):
        each.close()
