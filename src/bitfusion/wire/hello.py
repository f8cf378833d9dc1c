"""The first frames: HELLO, WELCOME, REFUSED <-> dataclasses, and the choice of the version.

Sans-IO. Keys that are not known are ignored, so that the first frame never has to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .. import __version__
from ..errors import Code, Refused, RemoteProtocolError
from ..limits import PROTOCOL_VERSIONS
from .auth import Auth, get_auth
from .digest import CALLS
from .fields import get, get_versions, pack_map, parse_map
from .frames import Kind

PROTOCOL = "bitfusion"
NVML = "nvml"  # what a client says that uses nothing else
LOOK = "look"  # what one says that only wants to know the devices
ANSWERS = "answers"  # of a second connection to a CUDA Server, for answers to what that asks
TOKEN_BYTES = 16
SAME_RELEASE = "install the same release of bitfusion on both sides"


@dataclass(frozen=True)
class Hello:
    """What a client says first. `use`: NVML, LOOK, ANSWERS or nothing. `lease`: that the GPUs were lent under, to a
    Dispatcher. `calls`: the digest of the table that it was made from. `addresses`: begin and end of those that the
    server's device memory should have. `user`: the number that its host gives the user; `user_name`: how that one is
    called there, which an older client does not say. `auth`: the token that the client has, to a Dispatcher. `resume`,
    to a CUDA Server: for how many seconds the client tries to resume a broken connection, None: it does not; `taken`:
    this is one that it resumes, having taken so many bytes.
    """

    versions: tuple[int, ...]
    release: str = ""
    token: bytes = b""
    host: str = ""
    program: str = ""
    pid: int = 0
    use: str = ""
    lease: str = ""
    calls: str = CALLS
    addresses: tuple[int, int] | None = None
    user: int = -1
    user_name: str = ""
    auth: Auth | None = None
    resume: int | None = None
    taken: int | None = None

    def frame(self) -> bytes:
        body = {
            "protocol": PROTOCOL,
            "versions": list(self.versions),
            "release": self.release,
            "host": self.host,
            "program": self.program,
            "pid": self.pid,
            "user": self.user,
        }
        optional = {
            "calls": self.calls,
            "token": self.token,
            "use": self.use,
            "lease": self.lease,
            "addresses": self.addresses,
            "user_name": self.user_name,
            "auth": self.auth and self.auth.to_map(),
            "resume": [part for part in (self.resume, self.taken) if part is not None],
        }
        return pack_map(Kind.HELLO, {**body, **{key: value for key, value in optional.items() if value}})


@dataclass(frozen=True)
class Welcome:
    """A Dispatcher's answer: where the CUDA Server is, what it wants to hear, and the `snapshot`, a map as
    protocol.md has it. Port 0: the client only looks, there is none for it. `images`: from how many bytes on code
    images are kept; 0: none are. `resume`: for how many seconds the session of a broken connection is kept."""

    version: int
    port: int
    token: bytes
    snapshot: Mapping[str, Any]
    release: str = ""
    images: int = 0
    calls: str = CALLS
    resume: int = 0

    def frame(self) -> bytes:
        place = {"port": self.port, "token": self.token} if self.port else {}
        kept = {name: value for name, value in (("images", self.images), ("resume", self.resume)) if value}
        body = {"version": self.version, **place, **_made_of(self), **kept, "snapshot": dict(self.snapshot)}
        return pack_map(Kind.WELCOME, body)


@dataclass(frozen=True)
class SessionWelcome:
    """A CUDA Server's answer: the session has begun, or goes on after the server has taken `resume` bytes."""

    version: int
    release: str = ""
    calls: str = CALLS
    resume: int | None = None

    def frame(self) -> bytes:
        resume = {} if self.resume is None else {"resume": self.resume}
        return pack_map(Kind.WELCOME, {"version": self.version, **_made_of(self), **resume})


def _made_of(end: Hello | Welcome | SessionWelcome) -> dict[str, str]:
    return {"release": end.release, **({"calls": end.calls} if end.calls else {})}


def admit(hello: Hello) -> int:
    """The version to speak with the client of `hello`. Raises Refused, whose text names what each end is, if there is
    none, or if the calls of the one are not those of the other.
    """
    version = negotiate(hello.versions)
    if hello.calls != CALLS:
        raise strangers("the client", hello, "this server", SessionWelcome(version, __version__))
    return version


def strangers(client: str, of_client: Hello, server: str, of_server: Welcome | SessionWelcome) -> Refused:
    """The two ends, called so, were made from different tables."""
    return Refused(
        Code.CONNECTION_FAILED,
        f"{client} ({_described(of_client)}) and {server} ({_described(of_server)}) have different calls",
        SAME_RELEASE,
        PROTOCOL_VERSIONS,
    )


def _described(end: Hello | Welcome | SessionWelcome) -> str:
    return f"release {end.release[:40] or 'unknown'}, calls {end.calls[:16] or 'unknown'}"


def negotiate(versions: Iterable[int]) -> int:
    """The highest version that both ends speak. Raises Refused, whose text names what each speaks."""
    asked = tuple(versions)
    common = set(asked) & set(PROTOCOL_VERSIONS)
    if not common:
        raise Refused(
            Code.CONNECTION_FAILED,
            f"the client speaks protocol version {_join(asked)}, this server {_join(PROTOCOL_VERSIONS)}",
            SAME_RELEASE,
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


def only_tls() -> Refused:
    """What a client is told in plain that does not speak TLS to a server that speaks nothing else."""
    return Refused(
        Code.CONNECTION_FAILED,
        "this server speaks TLS, and the client does not",
        "name it tls://HOST:PORT, or tls://FINGERPRINT@HOST:PORT with the SHA-256 of its certificate",
    )


def parse_hello(body: memoryview | bytes) -> Hello:
    """Read a HELLO. Raises RemoteProtocolError if it is not one of this protocol."""
    fields = parse_map(body)
    if fields.get("protocol") != PROTOCOL:
        raise RemoteProtocolError(f"HELLO of another protocol: {str(fields.get('protocol'))[:40]!r}")
    resume = _get_resume(fields)
    return Hello(
        versions=get_versions(fields),
        release=get(fields, "release", str, ""),
        token=get(fields, "token", bytes, b""),
        host=get(fields, "host", str, ""),
        program=get(fields, "program", str, ""),
        pid=get(fields, "pid", int, 0),
        user=get(fields, "user", int, -1),
        user_name=get(fields, "user_name", str, ""),
        use=get(fields, "use", str, ""),
        lease=get(fields, "lease", str, ""),
        calls=get(fields, "calls", str, ""),
        addresses=_get_addresses(fields),
        auth=get_auth(fields),
        resume=resume[0],
        taken=resume[1],
    )


def _get_resume(fields: Mapping[str, Any]) -> tuple[int | None, int | None]:
    if "resume" not in fields:
        return None, None
    values = get(fields, "resume", list)
    if not 1 <= len(values) <= 2 or not all(type(value) is int and 0 <= value < 1 << 64 for value in values):
        raise RemoteProtocolError("resume is not one or two counts")
    return values[0], values[1] if len(values) == 2 else None


def _get_addresses(fields: Mapping[str, Any]) -> tuple[int, int] | None:
    if "addresses" not in fields:
        return None
    match get(fields, "addresses", list):
        case [int(begin), int(end)] if 0 < begin < end:
            return begin, end
    raise RemoteProtocolError("addresses are not a range")


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
        get(fields, "calls", str, ""),
        get(fields, "resume", int, 0),
    )
    if not 1 <= welcome.port <= 65535 or len(welcome.token) != TOKEN_BYTES:
        raise RemoteProtocolError(f"WELCOME with port {welcome.port} and a token of {len(welcome.token)} bytes")
    return welcome


def parse_session_welcome(body: memoryview | bytes) -> SessionWelcome:
    """Read a CUDA Server's WELCOME. Raises RemoteProtocolError."""
    fields = parse_map(body)
    return SessionWelcome(get(fields, "version", int), get(fields, "release", str, ""), get(fields, "calls", str, ""))


def parse_refused(body: memoryview | bytes) -> Refused:
    """Read a REFUSED into the exception to raise. Raises RemoteProtocolError if it is none."""
    fields = parse_map(body)
    return Refused(
        get(fields, "code", int), get(fields, "reason", str), get(fields, "hint", str, ""), get_versions(fields)
    )


def _join(versions: Iterable[int]) -> str:
    return ", ".join(str(version) for version in versions) or "none"
