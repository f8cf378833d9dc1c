"""What Python reads of peers and of files, and strategies that make what nobody should have sent.

hypothesis makes the inputs, and not a fuzzer that follows the code: a mistake here is an exception that nobody expects,
not a wild pointer, and it hides behind fields that must be right, which strategies know and chance does not find.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fuzzing
import msgpack
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bitfusion.api.table import WIRES
from bitfusion.config import adaptor, addresses, durations, environment_file, leasefile, servers
from bitfusion.errors import BitfusionError, RemoteProtocolError
from bitfusion.limits import HELLO_BYTES_MAX
from bitfusion.scheduler.model import Client, Demand, Order
from bitfusion.wire import calls, hello, notices, query
from bitfusion.wire.arguments import what_is_wrong
from bitfusion.wire.frames import FrameBuffer

NUMBERS = st.integers(-(1 << 63), (1 << 64) - 1) | st.sampled_from([0, -1, 1 << 31, 1 << 32, 1 << 63])
TEXTS = st.text(max_size=20) | st.just("x" * 70_000) | st.just("\0\x1b[2J\ud7ff\n")
SCALARS = st.none() | st.booleans() | NUMBERS | st.floats() | TEXTS | st.binary(max_size=40)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5), max_leaves=12
)
NESTED = st.integers(1, 3000).map(lambda depth: b"\x91" * depth)


def packed(value: Any) -> bytes:
    return bytes(msgpack.packb(value, unicode_errors="surrogatepass"))


def of_keys(*keys: str, **right: Any) -> st.SearchStrategy[bytes]:
    """msgpack maps with these keys, whose values are anything or, for `right`, what lets a reader go on."""
    fields = dict.fromkeys(keys, VALUES) | {key: st.just(value) | VALUES for key, value in right.items()}
    whole = st.fixed_dictionaries({}, optional=fields).map(packed)
    return (
        whole | st.tuples(whole, st.integers(0, 60)).map(lambda cut: cut[0][: cut[1]]) | st.binary(max_size=80) | NESTED
    )


HELLO = of_keys(
    *"release host program pid user user_name token use lease calls images later auth resume".split(),
    protocol="bitfusion",
    versions=[1],
    addresses=[1 << 45, 1 << 46],
)
WELCOME = of_keys(
    "release", "calls", "snapshot", "images", "code", "reason", "hint", version=1, port=45201, token=bytes(32)
)
QUERY = of_keys("what", "release", "answer", "calls", protocol="bitfusion", versions=[1], version=1)
LETTERS = st.sampled_from(sorted({wire.letters for wire in WIRES if hasattr(wire, "letters")} or {"uizn", "fsb", ""}))
ADDRESS = st.text("aZ9.:-[]%;#@/ \t\n0123456789", max_size=40)
LINES = st.lists(ADDRESS | TEXTS | st.just("# lease 1b4e28ba-2fa1-11d2-883f-0016d3cca427"), max_size=8).map("\n".join)
JSON = VALUES.map(lambda value: json.loads(json.dumps(value, default=repr)))


def read_frames(data: bytes) -> None:
    """As a server does: what comes is put where there is room, and taken out frame by frame."""
    buffer = FrameBuffer(64, HELLO_BYTES_MAX)
    while data:
        space = buffer.space()
        count = min(len(space), len(data))
        space[:count], data = data[:count], data[count:]
        buffer.received(count)
        while buffer.next_frame():
            pass


def read_calls(data: bytes) -> None:
    unpacker = calls.call_unpacker()
    unpacker.feed(data)
    try:
        for call in unpacker:
            what_is_wrong("uiznfsb", call)
    except calls.DECODE_ERRORS as error:
        raise RemoteProtocolError("as the server says") from error


def read_body(value: Any) -> None:
    """What a resource scheduler takes from the body of a request."""
    for parse in (Demand.from_dict, Client.from_dict, Order.from_list):
        try:
            parse(value)
        except BitfusionError:
            pass


def of_file(read: Callable[[Path], Any]) -> Callable[[str], None]:
    """A reader of files, as one of texts."""

    def read_text(text: str) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            path.write_bytes(text.encode(errors="surrogatepass"))
            read(path)

    return read_text


@dataclass(frozen=True)
class Look:
    """What is made, and what reads it: it may refuse, with an error that is meant for a user or a peer."""

    inputs: st.SearchStrategy[Any]
    read: Callable[[Any], Any]

    def __call__(self, value: Any) -> None:
        try:
            self.read(value)
        except BitfusionError as error:
            assert str(error)


LOOKS = {
    "py-frames": Look(st.binary(max_size=200), read_frames),
    "py-hello": Look(HELLO, hello.parse_hello),
    "py-welcome": Look(WELCOME, hello.parse_welcome),
    "py-session-welcome": Look(WELCOME, hello.parse_session_welcome),
    "py-refused": Look(WELCOME, hello.parse_refused),
    "py-query": Look(QUERY, query.parse_query),
    "py-answer": Look(QUERY, query.parse_answer),
    "py-calls": Look(
        st.lists(st.lists(SCALARS, max_size=9)).map(lambda all_: b"".join(map(packed, all_))) | NESTED, read_calls
    ),
    "py-reply": Look(st.lists(VALUES, max_size=5).map(packed) | st.binary(max_size=60) | NESTED, calls.parse_reply),
    "py-notice": Look(st.lists(VALUES, max_size=5).map(packed) | st.binary(max_size=60) | NESTED, notices.parse_notice),
    "servers-list": Look(ADDRESS, servers.parse_list),
    "adaptor-list": Look(ADDRESS, adaptor.parse_list),
    "address": Look(ADDRESS | TEXTS, lambda text: addresses.parse_address(text, 1)),
    "duration": Look(st.text("0123456789.hms e-", max_size=20) | TEXTS, durations.parse_duration),
    "servers-file": Look(LINES | st.text("servaddr:-[]{}&*! \n#'\"|>%", max_size=80), of_file(servers.read_file)),
    "adaptor-file": Look(LINES, of_file(adaptor.read_file)),
    "lease-file": Look(
        st.tuples(ADDRESS, st.text("0123456789,", max_size=12), st.text("0123456789", max_size=5)).map(
            lambda line: f"{line[0]}# lease {'0' * 36} srs {line[0]} version 1 gpus {line[2]} memory_mib {line[1]}"
        )
        | LINES,
        of_file(leasefile.read),
    ),
    "environment": Look(
        LINES | st.lists(st.text("AB_=\"' #;\\\n", max_size=30)).map("\n".join), of_file(environment_file.read_file)
    ),
    "srs-body": Look(
        JSON
        | st.fixed_dictionaries(
            {}, optional=dict.fromkeys("gpus fraction memory_mib single devices host user program pid".split(), JSON)
        ),
        read_body,
    ),
}


def trial(look: Look, examples: int, first: int | None = None) -> Callable[[], None]:
    """A test that tries that many inputs; without `first` the same ones each time."""
    bounds = settings(
        max_examples=examples,
        deadline=None,
        derandomize=first is None,
        database=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    tried = bounds(given(look.inputs)(lambda value: look(value)))
    return tried if first is None else seed(first)(tried)


def run(look: Look, seconds: int, first: int) -> fuzzing.Outcome:
    """Look for as long, with other inputs each time."""
    end, tried = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        try:
            trial(look, 1000, first + tried)()
        except Exception as error:  # whatever a reader should not have raised
            notes = "\n".join(getattr(error, "__notes__", []))
            return fuzzing.Outcome(f"{error!r}\n{notes}", tried)
        tried += 1000
    return fuzzing.Outcome("", tried)
