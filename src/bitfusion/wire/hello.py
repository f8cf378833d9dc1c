"""The first frames: HELLO, WELCOME, REFUSED <-> dataclasses, and the choice of the version.

Sans-IO. Keys that are not known are ignored, so that the first frame never has to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import Code, Refused, RemoteProtocolError
from ..limits import PROTOCOL_VERSIONS
from .fields import get, get_versions, pack_map, parse_map
from .frames import Kind

PROTOCOL = "bitfusion"
NVML = "nvml"  # what a client says that uses nothing else
LOOK = "look"  # what one says that only wants to know the devices
ANSWERS = "answers"  # of a second connection to a CUDA Server, for answers to what that asks
TOKEN_BYTES = 16


@dataclass(frozen=True)
class Hello:
    """What a client says first. `use`: NVML, LOOK, ANSWERS or nothing. `lease`: that the GPUs were lent under, to a
    Dispatcher.
    """

    versions: tuple[int, ...]
    release: str = ""
    token: bytes = b""
    host: str = ""
    program: str = ""
    pid: int = 0
    use: str = ""
    lease: str = ""

    def frame(self) -> bytes:
        body = {
            "protocol": PROTOCOL,
            "versions": list(self.versions),
            "release": self.release,
            "host": self.host,
            "program": self.program,
            "pid": self.pid,
        }
        optional = {"token": self.token, "use": self.use, "lease": self.lease}
        return pack_map(Kind.HELLO, {**body, **{key: value for key, value in optional.items() if value}})


@dataclass(frozen=True)
class Welcome:
    """A Dispatcher's answer: where the CUDA Server is, what it wants to hear, and the `snapshot`, a map as
    protocol.md has it. Port 0: the client only looks, there is none for it. `images`: from how many bytes on code
    images are kept; 0: none are."""

    version: int
    port: int
    token: bytes
    snapshot: Mapping[str, Any]
    release: str = ""
    images: int = 0

    def frame(self) -> bytes:
        place = {"port": self.port, "token": self.token} if self.port else {}
        kept = {"images": self.images} if self.images else {}
        body = {"version": self.version, **place, "release": self.release, **kept, "snapshot": dict(self.snapshot)}
        return pack_map(Kind.WELCOME, body)


@dataclass(frozen=True)
class SessionWelcome:
    """A CUDA Server's answer: the session has begun."""

    version: int
    release: str = ""

    def frame(self) -> bytes:
        return pack_map(Kind.WELCOME, {"version": self.version, "release": self.release})


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
    return pack_map(
        Kind.REFUSED,
        {"code": int(refused.code), "reason": refused.detail, "hint": refused.hint, "versions": list(versions)},
    )


def parse_hello(body: memoryview | bytes) -> Hello:
    """Read a HELLO. Raises RemoteProtocolError if it is not one of this protocol."""
    fields = parse_map(body)
    if fields.get("protocol") != PROTOCOL:
        raise RemoteProtocolError(f"HELLO of another protocol: {str(fields.get('protocol'))[:40]!r}")
    return Hello(
        versions=get_versions(fields),
        release=get(fields, "release", str, ""),
        token=get(fields, "token", bytes, b""),
        host=get(fields, "host", str, ""),
        program=get(fields, "program", str, ""),
        pid=get(fields, "pid", int, 0),
        use=get(fields, "use", str, ""),
        lease=get(fields, "lease", str, ""),
    )


def parse_welcome(body: memoryview | bytes) -> Welcome:
    """Read a Dispatcher's WELCOME. Raises RemoteProtocolError."""
    fields = parse_map(body, nested=True)
    welcome = Welcome(
        get(fields, "version", int),
        get(fields, "port", int),
        get(fields, "token", bytes),
        get(fields, "snapshot", dict),
        get(fields, "release", str, ""),
        get(fields, "images", int, 0),
    )
    if not 1 <= welcome.port <= 65535 or len(welcome.token) != TOKEN_BYTES:
        raise RemoteProtocolError(f"WELCOME with port {welcome.port} and a token of {len(welcome.token)} bytes")
    return welcome


def parse_session_welcome(body: memoryview | bytes) -> SessionWelcome:
    """Read a CUDA Server's WELCOME. Raises RemoteProtocolError."""
    fields = parse_map(body)
    return SessionWelcome(get(fields, "version", int), get(fields, "release", str, ""))


def parse_refused(body: memoryview | bytes) -> Refused:
    """Read a REFUSED into the exception to raise. Raises RemoteProtocolError if it is none."""
    fields = parse_map(body)
    return Refused(
        get(fields, "code", int), get(fields, "reason", str), get(fields, "hint", str, ""), get_versions(fields)
    )


def _join(versions: Iterable[int]) -> str:
    return ", ".join(str(version) for version in versions) or "none"
