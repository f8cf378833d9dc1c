"""QUERY and ANSWER <-> dataclasses: what a Dispatcher is asked about itself instead of for a session. Sans-IO."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import RemoteProtocolError
from .auth import Auth, get_auth
from .fields import get, get_versions, pack_map, parse_map
from .frames import Kind
from .hello import PROTOCOL

TOPICS = ("stats", "smi", "health", "net_perf")


@dataclass(frozen=True)
class Query:
    """A question. `what` is one of TOPICS, unless a later release knows more."""

    versions: tuple[int, ...]
    what: str
    release: str = ""
    auth: Auth | None = None

    def frame(self) -> bytes:
        fields = {"protocol": PROTOCOL, "versions": list(self.versions), "release": self.release, "what": self.what}
        return pack_map(Kind.QUERY, {**fields, **({"auth": self.auth.to_map()} if self.auth else {})})


@dataclass(frozen=True)
class Answer:
    """The answer: a map as protocol.md has it for each topic."""

    version: int
    answer: Mapping[str, Any]
    release: str = ""

    def frame(self) -> bytes:
        return pack_map(Kind.ANSWER, {"version": self.version, "release": self.release, "answer": dict(self.answer)})


def parse_query(body: memoryview | bytes) -> Query:
    """Read a QUERY. Raises RemoteProtocolError if it is not one of this protocol."""
    fields = parse_map(body)
    if fields.get("protocol") != PROTOCOL:
        raise RemoteProtocolError(f"QUERY of another protocol: {str(fields.get('protocol'))[:40]!r}")
    return Query(get_versions(fields), get(fields, "what", str), get(fields, "release", str, ""), get_auth(fields))


def parse_answer(body: memoryview | bytes) -> Answer:
    """Read an ANSWER. Raises RemoteProtocolError."""
    fields = parse_map(body, nested=True)
    return Answer(get(fields, "version", int), get(fields, "answer", dict), get(fields, "release", str, ""))
