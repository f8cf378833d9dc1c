"""What the client knows of its streams: finished work is known without asking, unfinished work is asked about once, and
no more is put into a stream than the driver takes."""

from __future__ import annotations

import threading
import time
from collections import Counter

from client_process import start
from patience import PATIENCE_S
from scripted_server import ScriptedDispatcher, reply
from simple_server import SimpleServer

from bitfusion.limits import LOOK_S, STREAM_CALLS_MAX
from bitfusion.wire.notices import Topic, pack_notice

WORLD = """
context = init()
memory, size = alloc(4096), ctypes.c_size_t(16)
def stream_of(flags=1):
    made = ctypes.c_void_p()
    assert cuda.cuStreamCreate(ctypes.byref(made), flags) == 0
    return made
def event_of():
    made = ctypes.c_void_p()
    assert cuda.cuEventCreate(ctypes.byref(made), 2) == 0
    return made
def fill(stream, times=1):
    for _ in range(times):
        assert cuda.cuMemsetD8Async(memory, 1, size, stream) == 0
def until(query, handle):
    looks = 1
    while (result := getattr(cuda, query)(handle)) == 600:
        looks += 1
    assert result == 0
    return looks
stream, event = stream_of(), event_of()
"""
ASKED = {"cuEventQuery", "cuStreamQuery", "cuEventSynchronize", "stream_wait", "watch_stream", "watch_event"}


class Held:
    """Keeps what is watched to itself until release(), or until a look at `when` comes true with the number of
    watches.
    """

    def __init__(self) -> None:
        self.watches: list[tuple[int, ...]] = []
        self.came = threading.Condition()
        self.open = False
        self.peer = None

    def stream(self, peer, number, arguments):
        self._keep(peer, tuple(arguments[1:4]), arguments[4])

    def event(self, peer, number, arguments):
        self._keep(peer, (*arguments[1:], 0), 1)

    def _keep(self, peer, watch, look):
        with self.came:
            self.peer = peer
            self.watches.append(watch)
            self.came.notify_all()
            if self.open:
                peer.send(pack_notice((Topic.PROGRESS, *watch)))
            elif look:
                peer.send(pack_notice((Topic.RUNNING, *watch[:2])))

    def wait(self, count: int) -> None:
        with self.came:
            assert self.came.wait_for(lambda: len(self.watches) >= count, PATIENCE_S)

    def release(self) -> None:
        with self.came:
            self.open = True
            if self.peer:
                self.peer.send(pack_notice(*((Topic.PROGRESS, *watch) for watch in self.watches)))


def serve(server: SimpleServer) -> ScriptedDispatcher:
    return ScriptedDispatcher(server.serve)


def outcome(started):
    ended = started.end()
    assert (ended.code, ended.output, ended.errors) == (0, "", "")
    return ended.results


def test_finished_work_is_known_without_asking_again():
    server = SimpleServer()
    dispatcher = serve(server)
    looks = (
        "for name, handle in (('cuEventQuery', event), ('cuStreamQuery', stream), ('cuEventSynchronize', event),"
        " ('cuStreamSynchronize', stream)):\n    for _ in range(1000):\n        assert getattr(cuda, name)(handle)"
        " == 0\n"
    )
    outcome(
        start(
            f"{WORLD}fill(stream)\ncuda.cuEventRecord(event, stream)\ncuda.cuStreamSynchronize(stream)\n{looks}",
            dispatcher.port,
        )
    )
    at = server.names().index("stream_wait")
    assert not ASKED & set(server.names()[at + 1 :])


def test_what_was_running_is_asked_about_again_when_something_else_has_been_waited_for():
    """The server tells of each stream by itself: what had to be complete before may be told after it, and later than a
    first look waits.
    """
    asked = []

    def watched(peer, number, arguments):
        asked.append(number)
        if len(asked) == 1:
            peer.send(pack_notice((Topic.RUNNING, *arguments[1:])))
        else:
            threading.Event().wait(5 * LOOK_S)
            peer.send(pack_notice((Topic.PROGRESS, *arguments[1:], 0)))

    # On a busy machine the flusher asks about the whole stream before the program asks about the event.
    server = SimpleServer({"watch_event": watched, "watch_stream": Held().stream})
    dispatcher = serve(server)
    body = f"""{WORLD}
later = stream_of()
fill(stream)
cuda.cuEventRecord(event, stream)
results.append([cuda.cuEventQuery(event), cuda.cuEventQuery(event)])
cuda.cuStreamWaitEvent(later, event, 0)
results.append([cuda.cuStreamSynchronize(later), cuda.cuEventQuery(event)])
"""
    assert outcome(start(body, dispatcher.port)) == [[600, 600], [0, 0]]
    assert len(asked) == 2


def test_loop_that_polls_asks_once():
    held, looked = Held(), 2000
    server = SimpleServer({"watch_stream": held.stream, "watch_event": held.event})
    dispatcher = serve(server)
    body = f"""{WORLD}
fill(stream)
cuda.cuEventRecord(event, stream)
fill(stream)
results.append(sum(cuda.cuEventQuery(event) == 600 for _ in range({looked})))
results.append(sum(cuda.cuStreamQuery(stream) == 600 for _ in range({looked})))
tell = cuda.cuCtxGetLimit(ctypes.byref(ctypes.c_size_t()), 0)
until('cuEventQuery', event)
until('cuStreamQuery', stream)
"""
    server._on["cuCtxGetLimit"] = lambda peer, number, _: (held.release(), peer.send(reply(number, 0, 1024)))
    assert outcome(start(body, dispatcher.port)) == [looked, looked]
    asked = Counter(name for name in server.names() if name in ASKED)
    # The flusher of a busy machine asks after each piece of work, too.
    assert asked["watch_event"] == 1 and asked["watch_stream"] <= 4 and sum(asked.values()) <= 5


def test_program_that_works_between_its_looks_keeps_its_processor():
    held, looked = Held(), 1000
    server = SimpleServer({"watch_event": held.event, "watch_stream": held.stream})
    dispatcher = serve(server)
    beside = "import os\nparent = os.getppid()\nprint(flush=True)\nwhile os.getppid() == parent:\n    pass"
    body = f"""{WORLD}
import resource, subprocess
os.sched_setaffinity(0, {{min(os.sched_getaffinity(0))}})
beside = subprocess.Popen([sys.executable, '-c', {beside!r}], stdout=subprocess.PIPE)
beside.stdout.readline()
def taken_away():
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw
fill(stream)
cuda.cuEventRecord(event, stream)
def turns():
    before = taken_away()
    for _ in range({looked}):
        assert cuda.cuEventQuery(event) == 600
        until = time.perf_counter() + 0.0001
        while time.perf_counter() < until:
            pass
    return taken_away() - before
# Others on this machine may take the processor away as well: so not at every attempt.
results.append(any(turns() < {looked} // 4 for _ in range(20)))
beside.kill()
"""
    assert outcome(start(body, dispatcher.port)) == [True]


def test_what_nobody_waits_for_is_asked_about_with_it(tmp_path):
    held = Held()
    server = SimpleServer({"watch_stream": held.stream})
    dispatcher = serve(server)
    go_on = tmp_path / "go on"
    quiet = f"while not os.path.exists({str(go_on)!r}):\n    time.sleep(0.01)\n"
    started = start(f"{WORLD}fill(stream)\n{quiet}until('cuStreamQuery', stream)", dispatcher.port)
    held.wait(1)  # nothing has looked yet
    held.release()
    go_on.touch()
    outcome(started)


def test_event_of_a_destroyed_stream_is_seen_complete():
    server = SimpleServer()
    dispatcher = serve(server)
    body = (
        f"{WORLD}fill(stream)\ncuda.cuEventRecord(event, stream)\nassert cuda.cuStreamDestroy_v2(stream) =="
        " 0\nuntil('cuEventQuery', event)\ncuda.cuCtxSynchronize()"
    )
    outcome(start(body, dispatcher.port))
    assert server.names().index("watch_stream") < server.names().index("cuStreamDestroy_v2")


def test_stream_used_again_after_another_does_not_make_an_older_event_complete():
    held = Held()
    server = SimpleServer({"watch_stream": held.stream, "watch_event": held.event})
    dispatcher = serve(server)
    body = f"""{WORLD}
fill(stream)
cuda.cuEventRecord(event, stream)
assert cuda.cuStreamDestroy_v2(stream) == 0
for _ in range(50):
    other = stream_of()
    fill(other)
    assert cuda.cuStreamSynchronize(other) == 0
    assert cuda.cuEventQuery(event) == 600
    assert cuda.cuStreamDestroy_v2(other) == 0
"""
    outcome(start(body, dispatcher.port))


def test_full_stream_holds_up_its_own_callers_alone():
    held = Held()
    server = SimpleServer({"watch_stream": held.stream})
    dispatcher = serve(server)
    body = f"""{WORLD}
other = stream_of()
def flood():
    assert cuda.cuCtxSetCurrent(context) == 0
    fill(stream, {3 * STREAM_CALLS_MAX})
    results.append('flooded')
thread = threading.Thread(target=flood)
thread.start()
cuda.cuCtxGetLimit(ctypes.byref(ctypes.c_size_t()), 0)
for _ in range(10):
    fill(other)
    assert cuda.cuStreamSynchronize(other) == 0
results.append('others')
cuda.cuCtxGetLimit(ctypes.byref(ctypes.c_size_t()), 0)
thread.join()
"""
    limits = []

    def limit(peer, number, _):
        if not limits:
            # The first time: when the stream is full. Its calls come from another thread, before this one is answered.
            limits.append(number)
            threading.Thread(target=answer_when_full, args=(peer, number)).start()
        else:
            held.release()
            peer.send(reply(number, 0, 1024))

    def answer_when_full(peer, number):
        deadline = time.monotonic() + PATIENCE_S
        while server.names().count("memset") < STREAM_CALLS_MAX and time.monotonic() < deadline:
            time.sleep(0.01)  # the server's thread tells nobody
        peer.send(reply(number, 0, 1024))

    server._on["cuCtxGetLimit"] = limit
    started = start(body, dispatcher.port)
    assert outcome(started) == ["others", "flooded"]
    before = server.names()[: server.names().index("stream_wait")]
    assert STREAM_CALLS_MAX <= before.count("memset") <= STREAM_CALLS_MAX + 2


def test_progress_that_nobody_watched_changes_nothing():
    server = SimpleServer(
        {
            "cuCtxGetLimit": lambda peer, number, _: peer.send(
                pack_notice((Topic.PROGRESS, 77, 5, 5), (Topic.PROGRESS, 2**40, 2**50, 1)), reply(number, 0, 1024)
            )
        }
    )
    dispatcher = serve(server)
    outcome(
        start(
            f"{WORLD}assert cuda.cuCtxGetLimit(ctypes.byref(ctypes.c_size_t()), 0) =="
            " 0\nfill(stream)\ncuda.cuStreamSynchronize(stream)",
            dispatcher.port,
        )
    )


def test_progress_that_is_not_of_the_protocol_loses_the_server():
    server = SimpleServer({"cuCtxGetLimit": lambda peer, number, _: peer.send(pack_notice((Topic.PROGRESS, 1, 2)))})
    dispatcher = serve(server)
    ended = start(
        f"{WORLD}results.append(cuda.cuCtxGetLimit(ctypes.byref(ctypes.c_size_t()), 0))", dispatcher.port
    ).end()
    assert ended.results == [806] and "not of the protocol" in ended.errors
