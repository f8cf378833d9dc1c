"""A server that is to end: sessions that run may go on for a while, and who comes is told why there is no new one."""

from __future__ import annotations

import signal
import socket

import pytest
import running
from patience import PATIENCE_S, until

from bitfusion.errors import Refused
from bitfusion.net.client import Client, ask_dispatcher
from bitfusion.wire.hello import LOOK, Hello


def test_server_that_drains_refuses_with_807_and_the_reason_and_running_sessions_go_on(tmp_path, gpus):
    with running.dispatcher(tmp_path, "--softgpu", "1", "--grace", str(PATIENCE_S)) as server:
        with Client("127.0.0.1", server.port, trust=running.TRUST) as session:
            server.process.send_signal(signal.SIGTERM)
            until(lambda: "dispatcher.draining" in server.log(), "it drains")
            for use in ("", LOOK):
                with pytest.raises(Refused, match="this server is shutting down") as caught:
                    ask_dispatcher("127.0.0.1", server.port, Hello((1,), "test", use=use), running.TRUST)
                assert caught.value.code == 807 and caught.value.hint
            outcome = running.run([gpus], running.remote(server.port))
            assert outcome.output == "cuInit(0): 807\n" and "is shutting down" in outcome.errors
            assert session.ask(1).result == 0
        assert server.process.wait(PATIENCE_S) == 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))
