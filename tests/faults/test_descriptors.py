"""A server without a free descriptor lets in whoever waits as soon as there is one again."""

from __future__ import annotations

import subprocess
import sys

import running
from patience import PATIENCE_S

# A door with two files left, and clients in another process. Of those that come the first two talk and stay.
DOOR = """
import asyncio, os, resource, socket, subprocess, sys
from bitfusion.net.peers import Peers
from bitfusion.observe.log import configure, logger
from bitfusion.observe.muffled import Muffled
from bitfusion.server.door import Door

CLIENTS = '''
import socket, sys
peers = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(3)]
assert [peer.recv(1) for peer in peers[:2]] == [b"1", b"2"]
print("full", flush=True)
input()
peers[0].close()
print(peers[2].recv(1).decode(), flush=True)
'''

async def main():
    serving = []
    async def serve(reader, writer, visit):
        visit.heard()
        serving.append(visit)
        writer.write(str(len(serving)).encode())
        await reader.read()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
        port = str(listener.getsockname()[1])
        clients = await asyncio.create_subprocess_exec(sys.executable, "-c", CLIENTS, port, **pipes)
        door = Door(listener, Peers(100, 100), Muffled(logger))
        last = max(map(int, os.listdir("/proc/self/fd")))
        while (filler := os.dup(0)) < last:
            pass  # no number below is free
        resource.setrlimit(resource.RLIMIT_NOFILE, (filler + 3, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        door.open(serve)
        assert await clients.stdout.readline() == b"full\\n"
        clients.stdin.write(b"\\n")
        print((await clients.stdout.readline()).decode().strip(), flush=True)
        await clients.wait()
        door.close()

configure()
asyncio.run(main())
"""


def test_server_without_a_free_descriptor_lets_in_who_waits_when_there_is_one_again():
    done = subprocess.run(
        [sys.executable, "-c", DOOR],
        env=running.clean_environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.stdout == "3\n", done.stdout + done.stderr
    assert "no descriptor is free" in done.stderr and "Traceback" not in done.stderr
