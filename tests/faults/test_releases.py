"""Client and server that were made from different tables of calls: one line that names both, and no connection."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import running
from patience import PATIENCE_S
from sessions import Session, logged
from test_first_frames import BETWEEN, PROGRAM, first_frame

from bitfusion import __version__
from bitfusion.errors import Code, Refused
from bitfusion.net.client import ask_dispatcher
from bitfusion.wire.digest import CALLS
from bitfusion.wire.hello import Hello

OTHER = "0123456789abcdef"
REMEDY = "install the same release of bitfusion on both sides"
# How an end that is not ours says it: with a digest of its own or, before there was one, with none.
STRANGE = {OTHER: (CALLS, OTHER), "unknown": ("calls", "_____")}


def same(frame: bytes) -> bytes:
    return frame


@contextmanager
def between(server: running.Dispatcher, hello: Callable = same, answer: Callable = same) -> Iterator[int]:
    """A port before the Dispatcher's, which changes the first frames."""

    def run() -> None:
        client, _ = listener.accept()
        with client, socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as dispatcher:
            dispatcher.sendall(hello(first_frame(client)))
            client.sendall(answer(first_frame(dispatcher)))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(PATIENCE_S)


def change(named: str) -> Callable[[bytes], bytes]:
    old, new = (text.encode() for text in STRANGE[named])

    def changed(frame: bytes) -> bytes:
        assert frame.count(old) == 1
        return frame.replace(old, new)

    return changed


@BETWEEN
@pytest.mark.parametrize("named", STRANGE)
def test_client_with_other_calls_is_refused_in_one_line_that_names_both(steady, named):
    with between(steady, hello=change(named)) as port:
        outcome = running.run(PROGRAM, running.remote(port))
    assert (outcome.code, outcome.output) == (0, "805\n")
    assert outcome.errors == (
        f"bitfusion: the server 127.0.0.1:{port} refuses: the client (release {__version__}, calls {named}) and this"
        f" server (release {__version__}, calls {CALLS}) have different calls; {REMEDY}\n"
    )
    assert any(named in str(line) for line in logged(steady, "client.refused"))


@BETWEEN
@pytest.mark.parametrize("named", STRANGE)
def test_server_with_other_calls_is_given_up_in_one_line_that_names_both(steady, named):
    with between(steady, answer=change(named)) as port:
        outcome = running.run(PROGRAM, running.remote(port))
    assert (outcome.code, outcome.output) == (0, "805\n")
    assert outcome.errors == (
        f"bitfusion: this client (release {__version__}, calls {CALLS}) and the server 127.0.0.1:{port} (release"
        f" {__version__}, calls {named}) have different calls; {REMEDY}\n"
    )
    with Session(steady) as session:
        assert session.ask("ping").result == 0


@pytest.mark.parametrize("calls", [OTHER, ""])
def test_commands_are_refused_as_programs_are(steady, calls):
    with pytest.raises(Refused) as caught:
        ask_dispatcher("127.0.0.1", steady.port, Hello((1,), "9.9", calls=calls), running.TRUST)
    assert caught.value.code == Code.CONNECTION_FAILED and caught.value.hint == REMEDY
    assert "release 9.9" in caught.value.detail and CALLS in caught.value.detail
