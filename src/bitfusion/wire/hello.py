"""The first frames: HELLO, WELCOME, REFUSED <-> dataclasses, and the choice of the version.

Sans-IO. Keys that are not known are ignored, so that the first frame never has to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgpack

from ..errors import Code, Refused, RemoteProtocolError
from ..limits import PROTOCOL_VERSIONS
from .frames import Kind, pack_frame

PROTOCOL = "bitfusion"
TOKEN_BYTES = 16
_TEXT_MAX = 1024


@dataclass(frozen=True)
class Hello:
    """What a client says first."""

    versions: tuple[int, ...]
    release: str = ""
    token: bytes = b""
    host: str = ""
    program: str = ""
    pid: int = 0

    def frame(self) -> bytes:
        body = {"protocol": PROTOCOL, "versions": list(self.versions), "release": self.release, "host": self.host,
                "program": self.program, "pid": self.pid}
        return _frame(Kind.HELLO, {**body, "token": self.token} if self.token else body)


@dataclass(frozen=True)
class Welcome:
    """A Dispatcher's answer: where the CUDA Server is and what it wants to hear."""

    version: int
    port: int
    token: bytes
    release: str = ""

    def frame(self) -> bytes:
        return _frame(
            Kind.WELCOME, {"version": self.version, "port": self.port, "token": self.token, "release": self.release}
        )


@dataclass(frozen=True)
class SessionWelcome:
    """A CUDA Server's answer. `snapshot` is a map as docs/protocol.md has it."""

    version: int
    snapshot: Mapping[str, Any]
    release: str = ""

    def frame(self) -> bytes:
        return _frame(Kind.WELCOME, {"version": self.version, "release": self.release, "snapshot": dict(self.snapshot)})


def negotiate(versions: Iterable[int]) -> int:
    """The highest version that both ends speak. Raises Refused, whose text names what each speaks."""
    asked = tuple(versions)
    common = set(asked) & set(PROTOCOL_VERSIONS)
    if not common:
        raise Refused(
            Code.CONNECTION_FAILED,
            f"the client speaks protocol version {_join(asked)}, this server {_join(PROTOCOL_VERSIONS)}",
            "install the same release of bitfusion on both sides",
            PROTOCOL_VERSIONS,
        )
    return max(common)


def refused_frame(refused: Refused) -> bytes:
    """The REFUSED frame for `refused`."""
    versions = refused.versions or PROTOCOL_VERSIONS
    return _frame(
        Kind.REFUSED,
        {"code": int(refused.code), "reason": refused.detail, "hint": refused.hint, "versions": list(versions)},
    )


def parse_hello(body: memoryview | bytes) -> Hello:
    """Read a HELLO. Raises RemoteProtocolError if it is not one of this protocol."""
    fields = _map(body)
    if fields.get("protocol") != PROTOCOL:
        raise RemoteProtocolError(f"HELLO of another protocol: {str(fields.get('protocol'))[:40]!r}")
    return Hello(
        versions=_versions(fields),
        release=_get(fields, "release", str, ""),
        token=_get(fields, "token", bytes, b""),
        host=_get(fields, "host", str, ""),
        program=_get(fields, "program", str, ""),
        pid=_get(fields, "pid", int, 0),
    )


def parse_welcome(body: memoryview | bytes) -> Welcome:
    """Read a Dispatcher's WELCOME. Raises RemoteProtocolError."""
    fields = _map(body)
    welcome = Welcome(
        _get(fields, "version", int), _get(fields, "port", int), _get(fields, "token", bytes), _get(fields, "release", str, "")
    )
    if not 1 <= welcome.port <= 65535 or len(welcome.token) != TOKEN_BYTES:
        raise RemoteProtocolError(f"WELCOME with port {welcome.port} and a token of {len(welcome.token)} bytes")
    return welcome


def parse_session_welcome(body: memoryview | bytes) -> SessionWelcome:
    """Read a CUDA Server's WELCOME. Raises RemoteProtocolError."""
    fields = _map(body, nested=True)
    return SessionWelcome(
        _get(fields, "version", int), _get(fields, "snapshot", dict), _get(fields, "release", str, "")
    )


def parse_refused(body: memoryview | bytes) -> Refused:
    """Read a REFUSED into the exception to raise. Raises RemoteProtocolError if it is none."""
    fields = _map(body)
    return Refused(
        _get(fields, "code", int), _get(fields, "reason", str), _get(fields, "hint", str, ""), _versions(fields)
    )


def _frame(kind: Kind, fields: Mapping[str, Any]) -> bytes:
    return pack_frame(kind, msgpack.packb(fields))


def _map(body: memoryview | bytes, nested: bool = False) -> dict[str, Any]:
    limits = {} if nested else {"max_array_len": 64, "max_map_len": 64, "max_str_len": _TEXT_MAX, "max_bin_len": _TEXT_MAX}
    try:
        fields = msgpack.unpackb(body, raw=False, **limits)
    except (ValueError, msgpack.UnpackException, UnicodeDecodeError) as error:
        raise RemoteProtocolError("the body is not msgpack of the expected size") from error
    if not isinstance(fields, dict):
        raise RemoteProtocolError(f"the body is not a map but {type(fields).__name__}")
    return fields


def _get(fields: Mapping[str, Any], key: str, kind: type, default: Any = None) -> Any:
    """The value of `key`. Raises RemoteProtocolError if it is missing without a default, or of another type."""
    value = fields.get(key, default)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise RemoteProtocolError(f"{key} is not {kind.__name__} but {type(value).__name__}")
    return value


def _versions(fields: Mapping[str, Any]) -> tuple[int, ...]:
    versions = _get(fields, "versions", list)
    if not all(isinstance(version, int) for version in versions):
        raise RemoteProtocolError("versions are not integers")
    return tuple(versions)


def _join(versions: Iterable[int]) -> str:
    return ", ".join(str(version) for version in versions) or "none"
