"""What PyTorch does without kernels of its own: its allocator, also with expandable segments, pinned memory, copies
between host and devices, graphs of copies, and tensors that two processes share.
"""

import hashlib

import pytest
import torch
import torch.multiprocessing

ANSWER_S = 100
SHAPE = (200, 300)


@pytest.fixture(params=[False, True], ids=["segments", "expandable segments"], autouse=True)
def allocator(request):
    torch.cuda.memory._set_allocator_settings(f"expandable_segments:{request.param}")
    yield
    torch.cuda.synchronize()
    torch.cuda.empty_cache()


def counted(factor=1):
    return torch.arange(SHAPE[0] * SHAPE[1], dtype=torch.float32).reshape(SHAPE) * factor


def random_bytes(count=8_000_001):
    return torch.randint(0, 255, (count,), dtype=torch.uint8, generator=torch.Generator().manual_seed(3))


def test_allocator_gives_back_what_it_took():
    before = torch.cuda.mem_get_info()[0]
    kept = [torch.empty((i + 1) * 100_003, device="cuda", dtype=torch.uint8) for i in range(40)]
    del kept[::2]
    kept += [torch.empty(5_000_000, device="cuda", dtype=torch.uint8) for _ in range(10)]
    assert torch.cuda.memory_allocated() >= sum(each.numel() for each in kept)
    assert torch.cuda.mem_get_info()[0] <= before - torch.cuda.memory_allocated()
    kept.clear()
    torch.cuda.empty_cache()
    assert torch.cuda.memory_reserved() == 0
    assert torch.cuda.mem_get_info()[0] == before


def test_more_memory_than_there_is():
    with pytest.raises(torch.OutOfMemoryError):
        torch.empty(1 << 40, device="cuda", dtype=torch.uint8)
    assert torch.empty(1 << 20, device="cuda", dtype=torch.uint8).numel() == 1 << 20


def test_copies_from_and_to_pinned_memory():
    host = random_bytes()
    pinned = host.pin_memory()
    assert pinned.is_pinned() and not host.is_pinned() and torch.equal(pinned, host)
    there = pinned.to("cuda", non_blocking=True)
    again = torch.empty_like(there)
    again.copy_(there)
    back = torch.empty_like(host).pin_memory()
    back.copy_(again, non_blocking=True)
    torch.cuda.synchronize()
    assert torch.equal(back, host) and torch.equal(again.cpu(), host)


def test_copies_between_devices():
    host = random_bytes()
    assert torch.equal(host.to("cuda:0").to("cuda:1").to("cuda:0").cpu(), host)


def test_a_stream_and_an_event():
    host = random_bytes()
    there = torch.empty(host.shape, dtype=host.dtype, device="cuda")
    event = torch.cuda.Event()
    with torch.cuda.stream(torch.cuda.Stream()):
        there.copy_(host.pin_memory(), non_blocking=True)
        event.record()
    event.synchronize()
    assert torch.equal(there.cpu(), host)


def test_a_graph_copies_at_each_replay():
    one, two, three = (torch.empty(SHAPE, device="cuda") for _ in range(3))
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        two.copy_(one)
        three.copy_(two)
    for factor in (1.5, -2.0):
        one.copy_(counted(factor))
        graph.replay()
        torch.cuda.synchronize()
        assert torch.equal(three.cpu(), counted(factor))


def play(orders, answers):
    """The other process: what it reads, and what it writes."""
    tensor = orders.get()
    answers.put(hashlib.sha256(tensor.cpu().numpy().tobytes()).hexdigest())
    tensor.copy_(counted(3))
    torch.cuda.synchronize()
    del tensor
    answers.put("written")
    orders.get()


def test_two_processes_share_a_tensor():
    processes = torch.multiprocessing.get_context("spawn")
    orders, answers = processes.Queue(), processes.Queue()
    other = processes.Process(target=play, args=(orders, answers))
    other.start()
    shared = counted().cuda()
    orders.put(shared)
    assert answers.get(timeout=ANSWER_S) == hashlib.sha256(counted().numpy().tobytes()).hexdigest()
    assert answers.get(timeout=ANSWER_S) == "written"
    assert torch.equal(shared.cpu(), counted(3))
    orders.put(None)
    other.join(ANSWER_S)
    assert other.exitcode == 0
