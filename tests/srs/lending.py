"""The smallest client of a resource scheduler: what it says of itself, what it asks for."""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Any

import running
from patience import PATIENCE_S

from bitfusion.access import http_proof
from bitfusion.net.proving import own
from bitfusion.srs.client import Srs

CLIENT = {"host": "here", "user": "tester", "program": "test", "pid": 1}


def demand(gpus: int = 1, **others: Any) -> dict[str, Any]:
    """For whole GPUs unless `others` says something else."""
    return {"gpus": gpus, "fraction": None, "memory_mib": None, "devices": None, "single": False, **others}


async def lease_of(srs: Srs, gpus: int = 1, ttl_s: float | None = None, **others: Any) -> dict[str, Any]:
    """A lease that is to be had at once."""
    ticket = await srs.submit(demand(gpus, **others), CLIENT)
    assert ticket["offer"] == gpus, ticket
    return await srs.confirm(ticket["ticket"], gpus, ttl_s)


def proved(port: int, method: str, path: str, body: bytes = b"") -> dict[str, str]:
    """The header that proves the token of the tests to a scheduler; none where none is wanted."""
    if not running.SECURE:
        return {}
    url = f"{running.WEB}:{port}/v1/nonce"
    with urllib.request.urlopen(url, timeout=PATIENCE_S, context=running.CONTEXT) as answer:
        nonce = bytes.fromhex(json.load(answer)["nonce"])
    token, own_nonce = own(), os.urandom(32)
    assert token is not None
    message = http_proof.of_request(method, path, body, nonce + own_nonce, running.BINDING)
    return {"Authorization": http_proof.authorization(token, nonce, own_nonce, message)}


def proved_lines(port: int, method: str, path: str, body: bytes = b"") -> list[str]:
    """The same as lines of a request."""
    return [f"{name}: {text}" for name, text in proved(port, method, path, body).items()]
