"""Images that a server keeps: which, for whom, and what a client can make of that."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import msgpack
import pytest
import running
from kernels import COUNT
from patience import until
from sessions import IDS, Session, logged

from bitfusion.errors import ConnectionLost
from bitfusion.limits import IMAGE_KEPT_BYTES_MIN, LISTED_IMAGE_BYTES_MAX
from bitfusion.net.client import ask_dispatcher
from bitfusion.wire.hello import Hello

OPTIONS = b""  # of the JIT: none
INVALID_PTX = 218
LARGE = COUNT + b"//" + b"x" * IMAGE_KEPT_BYTES_MIN
SMALL = COUNT + b"//" + b"x" * (IMAGE_KEPT_BYTES_MIN - len(COUNT) - 3)


def digest(image: bytes) -> bytes:
    return hashlib.sha256(image).digest()


def ask_kept(session: Session, what: bytes) -> tuple[int, int]:
    """The result of a load by digest, and whether it was one."""
    if not session.contexts:
        session.use_device()
    reply = session.ask("module_load_kept", session.new(), OPTIONS, 0, what)
    return reply.result, reply.values[4]


def send(session: Session, image: bytes) -> int:
    if not session.contexts:
        session.use_device()
    return session.ask("module_load", session.new(), OPTIONS, 0, bulk=image).result


def files(server: running.Dispatcher, scratch: Path) -> list[Path]:
    return sorted((scratch / f"images-{server.port}").iterdir())


def test_what_one_client_has_sent_another_loads_by_its_digest_as_module_and_as_library(server):
    with Session(server) as first, Session(server) as second:
        assert ask_kept(first, digest(LARGE)) == (0, 0)
        assert send(first, LARGE) == 0
        assert ask_kept(first, digest(LARGE)) == ask_kept(second, digest(LARGE)) == (0, 1)
        library, kernel = second.new(), second.new()
        reply = second.ask("library_load_kept", library, OPTIONS, 0, 0, digest(LARGE))
        assert (reply.result, reply.values[4]) == (0, 1)
        assert second.ask("library_get_kernel", kernel, library, "count", 0).result == 0


def test_small_image_is_not_kept_and_server_says_from_which_size_on_it_does(server, tmp_path):
    with Session(server) as session:
        assert send(session, SMALL) == 0 and not files(server, tmp_path)
        assert send(session, LARGE) == 0 and len(files(server, tmp_path)) == 1
    assert ask_dispatcher("127.0.0.1", server.port, Hello((1,), "test"), running.TRUST).images == IMAGE_KEPT_BYTES_MIN


def test_nothing_that_a_client_says_gives_an_image_another_name(server, tmp_path):
    with Session(server) as session:
        session.ask("module_load_kept", session.new(), OPTIONS, 0, digest(b"another image"))
        assert send(session, LARGE) == 0
        assert [path.name for path in files(server, tmp_path)] == [digest(LARGE).hex()]
        assert ask_kept(session, digest(b"another image")) == (0, 0)


def test_image_that_was_changed_on_the_disk_is_not_loaded_and_can_be_sent_again(server, tmp_path):
    with Session(server) as session:
        assert send(session, LARGE) == 0
        (file,) = files(server, tmp_path)
        file.write_bytes(LARGE.replace(b"30000000", b"30000001"))
        assert ask_kept(session, digest(LARGE)) == (0, 0) and not files(server, tmp_path)
        assert send(session, LARGE) == 0
        assert ask_kept(session, digest(LARGE)) == (0, 1)


def test_kept_image_is_checked_by_the_driver_as_one_that_is_sent(server):
    wrong = LARGE.replace(b"add.u32", b"add.u99")
    with Session(server) as session:
        assert send(session, wrong) == INVALID_PTX
        assert ask_kept(session, digest(wrong))[0] == INVALID_PTX


def test_client_that_is_gone_within_an_image_leaves_nothing(server, tmp_path):
    with Session(server) as session:
        session.use_device()
        session.flush()
        call = msgpack.packb([IDS["module_load"], session.new(), OPTIONS, 0])
        session.connection.socket.sendall(struct.pack("<IHHQ", len(call), 4, 0, len(LARGE)) + call + LARGE[:-1])
    until(lambda: logged(server, "session.ended"), "the session's end")
    assert not files(server, tmp_path)


@pytest.mark.parametrize("what", [b"", digest(LARGE)[:-1], b"../" + digest(LARGE), digest(LARGE).hex().encode()])
def test_digest_that_is_none_ends_the_session(what, server):
    with Session(server) as session, pytest.raises(ConnectionLost):
        ask_kept(session, what)


@pytest.mark.parametrize(("more", "described"), [(0, True), (LISTED_IMAGE_BYTES_MAX, False)])
def test_functions_of_a_large_image_are_counted_and_described_when_they_are_asked_for(more, described, server):
    with Session(server) as session:
        session.use_device()
        module = session.new()
        reply = session.ask("module_load", module, OPTIONS, 100, bulk=COUNT + b"//" + b"x" * more)
        listing = reply.values[-1]
        assert reply.result == 0 and listing[:4] == struct.pack("<I", 1) and (len(listing) > 4) == described
        description = session.ask("module_get_function", session.new(), module, "count").values[0]
        assert len(description) > 64 and (not described or listing.endswith(description))


def test_server_without_a_store_is_never_asked_and_has_nothing(tmp_path):
    with running.dispatcher(tmp_path, "--softgpu", "1", BF_IMAGE_STORE_BYTES="0") as server, Session(server) as session:
        assert send(session, LARGE) == 0 and ask_kept(session, digest(LARGE)) == (0, 0)
        assert ask_dispatcher("127.0.0.1", server.port, Hello((1,), "test"), running.TRUST).images == 0


def test_server_whose_directory_is_of_no_use_says_so_and_serves(tmp_path):
    (tmp_path / "file").touch()
    store = str(tmp_path / "file" / "images")
    with running.dispatcher(tmp_path, "--softgpu", "1", BF_IMAGE_STORE=store) as server, Session(server) as session:
        assert send(session, LARGE) == 0
        (line,) = logged(server, "image_store.unusable")
        assert store in line["reason"]
