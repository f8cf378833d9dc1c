"""NVML through real servers: NVIDIA's own nvidia-smi and what people use beside it show the GPUs, the limit and the
clients.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import running
import toolkit
from patience import PATIENCE_S, until

from bitfusion import native
from bitfusion.api.nvml import SERVER
from bitfusion.api.table import NVML

MIB = 1 << 20
LIMIT = 1024 * MIB
PROBE = Path(__file__).parents[1] / "shim" / "nvmlprobe.py"

HOLDER = """
import ctypes, sys
cuda = ctypes.CDLL("libcuda.so.1")
context, address = ctypes.c_void_p(), ctypes.c_uint64()
assert cuda.cuInit(0) == 0 and cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), int(sys.argv[1])) == 0
assert cuda.cuCtxSetCurrent(context) == 0
assert cuda.cuMemAlloc_v2(ctypes.byref(address), ctypes.c_size_t(int(sys.argv[2]))) == 0
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[running.Dispatcher]:
    """Two software GPUs, of which clients may have 1 GiB each."""
    scratch = tmp_path_factory.mktemp("nvml")
    variables = {"BF_GPU_DEVICE_MEMORY_LIMIT": str(LIMIT), "SOFTGPU_REGISTRY": str(scratch / "registry")}
    with running.dispatcher(scratch, "--softgpu", "2", **variables) as started:
        yield started


@pytest.fixture(scope="module")
def smi(server):
    """A function: words -> what nvidia-smi prints."""
    program = toolkit.nvidia_smi()

    def call(*words: str, ports: tuple[int, ...] = (), **extra: str) -> str:
        done = running.run([program, *words], running.remote(*(ports or (server.port,)), **extra))
        assert done.code == 0 and done.errors == "", done.output + done.errors
        return done.output

    return call


@contextmanager
def holding(port: int, device: int, count: int) -> Iterator[int]:
    """A client that has allocated `count` bytes; its process id."""
    command = [sys.executable, "-c", HOLDER, str(device), str(count)]
    with subprocess.Popen(
        command, env=running.remote(port), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        try:
            assert process.stdout.readline() == "ready\n"
            yield process.pid
        finally:
            process.stdin.close()
            process.wait(PATIENCE_S)


def nobody_runs(smi) -> None:
    """Wait until the server has ended the sessions of the clients that have gone."""
    until(lambda: "No running processes found" in smi(), "the end of all sessions")


def rows(text: str) -> list[list[str]]:
    return [line.split(", ") for line in text.splitlines()]


def query(smi, fields: str, *words: str, **extra) -> list[list[str]]:
    return rows(smi(f"--query-gpu={fields}", "--format=csv,noheader,nounits", *words, **extra))


def test_nvidia_smi_shows_all_gpus_and_the_limit_as_their_memory(smi):
    nobody_runs(smi)
    assert query(smi, "index,name,memory.total,memory.used") == [
        ["0", "bitfusion softgpu", "1024", "0"],
        ["1", "bitfusion softgpu", "1024", "0"],
    ]
    table = smi()
    assert table.count("0MiB /  1024MiB") == 2 and "No running processes found" in table and "ERR!" not in table
    assert smi("-L").count("(UUID: GPU-") == 2


def test_nvidia_smi_knows_one_gpu_by_index_uuid_and_bus_id(smi):
    for index, uuid, place in query(smi, "index,uuid,pci.bus_id"):
        for name in (index, uuid, place):
            assert query(smi, "index", "-i", name) == [[index]]


def test_nvidia_smi_describes_all_gpus_in_xml(smi):
    log = ElementTree.fromstring(smi("-q", "-x"))
    assert log.findtext("attached_gpus") == "2"
    assert [gpu.findtext("fb_memory_usage/total") for gpu in log.findall("gpu")] == ["1024 MiB", "1024 MiB"]
    texts = "".join(log.itertext())
    assert "Unknown Error" not in texts and "Invalid Argument" not in texts and "GPU is lost" not in texts


def test_clients_are_the_processes_with_what_they_have_allocated(smi, server):
    nobody_runs(smi)
    with holding(server.port, 1, 100 * MIB) as pid:
        apps = rows(smi("--query-compute-apps=pid,process_name,used_memory", "--format=csv,noheader,nounits"))
        assert apps == [[str(pid), Path(sys.executable).name, "100"]]
        assert query(smi, "memory.used,memory.free,memory.total") == [["0", "1024", "1024"], ["100", "924", "1024"]]
    nobody_runs(smi)


def test_a_client_without_cuda_is_no_process(smi, server):
    nobody_runs(smi)
    with holding(server.port, 0, 10 * MIB) as pid:
        # It asks something that only the server knows: until then it has no session.
        body = (
            "import pynvml, sys; pynvml.nvmlInit(); pynvml.nvmlSystemGetDriverVersion(); print('ready', flush=True);"
            " sys.stdin.read()"
        )
        watcher = subprocess.Popen(
            [sys.executable, "-c", body],
            env=running.remote(server.port),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with watcher:
            assert watcher.stdin and watcher.stdout and watcher.stdout.readline() == "ready\n"
            assert rows(smi("--query-compute-apps=pid", "--format=csv,noheader")) == [[str(pid)]]
            watcher.stdin.close()


def test_init_takes_no_process_of_the_server(server):
    def admitted() -> int:
        return server.log().count('"client.admitted"')

    before = admitted()
    body = """
import pynvml
for _ in range(20):
    pynvml.nvmlInit()
    print(pynvml.nvmlDeviceGetCount(), pynvml.nvmlDeviceGetUUID(pynvml.nvmlDeviceGetHandleByIndex(1))[:4])
    pynvml.nvmlShutdown()
pynvml.nvmlInit()
pynvml.nvmlSystemGetDriverVersion()
"""
    outcome = running.run([sys.executable, "-c", body], running.remote(server.port))
    assert (outcome.code, outcome.output) == (0, "2 GPU-\n" * 20), outcome.errors
    assert admitted() == before + 1


def test_cuda_visible_devices_hides_nothing_from_nvidia_smi(smi):
    assert len(query(smi, "index", CUDA_VISIBLE_DEVICES="")) == 2


def test_two_servers_that_share_a_gpu_show_it_under_two_names(smi, server, tmp_path):
    with running.dispatcher(tmp_path, "--softgpu", "1", SOFTGPU_REGISTRY=str(tmp_path / "registry")) as other:
        found = query(smi, "index,uuid,pci.bus_id", ports=(server.port, other.port))
        assert [index for index, *_ in found] == ["0", "1", "2"]
        assert len({uuid for _, uuid, _ in found}) == 3 and len({place for *_, place in found}) == 3
        assert found[:2] == query(smi, "index,uuid,pci.bus_id")
        # CUDA finds it by the name that NVML gave it.
        code = (
            "import ctypes; c = ctypes.CDLL('libcuda.so.1'); n = ctypes.c_int(); c.cuInit(0);"
            " c.cuDeviceGetCount(ctypes.byref(n)); print(n.value)"
        )
        environment = running.remote(server.port, other.port, CUDA_VISIBLE_DEVICES=f"{found[2][1]},{found[0][1]}")
        assert running.run([sys.executable, "-c", code], environment).output == "2\n"


def test_every_function_gives_through_the_wire_what_it_gives_beside_the_gpu(server, smi, tmp_path):
    nobody_runs(smi)
    package = os.pathsep.join(path for path in sys.path if path)
    variables = {"PYTHONPATH": package, "SOFTGPU_DEVICES": "2", "SOFTGPU_REGISTRY": str(tmp_path / "registry")}
    beside = running.run([sys.executable, PROBE], running.direct(**variables))
    wire = running.run([sys.executable, PROBE], running.remote(server.port, PYTHONPATH=package))
    assert beside.code == 0 and wire.code == 0, beside.errors + wire.errors
    one, other = json.loads(beside.output), json.loads(wire.output)
    # Samples of utilization have their time.
    by_hand = {
        "nvmlSystemGetProcessName",
        "nvmlDeviceGetSamples",
        *(function.name for function in NVML if function.how == SERVER),
    }
    compared = [name for name in one if name not in by_hand]
    assert len(compared) > 150 and sum(result == 0 for name in compared for result, _ in one[name]) > 20
    assert {name: (one[name], other[name]) for name in compared if one[name] != other[name]} == {}


def test_nothing_on_the_library_path_goes_before_the_clients_own_nvml(server):
    code = "import pynvml; pynvml.nvmlInit(); print(pynvml.nvmlDeviceGetCount())"
    other = str(native.link_directory(native.SOFTGPU))
    environment = running.remote(server.port, LD_LIBRARY_PATH=other, SOFTGPU_DEVICES="5")
    assert running.run([sys.executable, "-c", code], environment).output == "2\n"


def test_the_launcher_brings_nvml_with_it(cli, server):
    program = toolkit.nvidia_smi()
    done = cli("client", "-l", f"{running.HERE}:{server.port}", program, "-L")
    assert done.code == 0 and done.output.count("UUID: GPU-") == 2


def test_nvitop_and_gpustat_show_the_gpus(server):
    for module in ("nvitop", "gpustat"):
        if importlib.util.find_spec(module) is None:
            toolkit.missing(module, "install the test extra")
    nvitop = running.run([sys.executable, "-m", "nvitop", "-1", "--ascii"], running.remote(server.port, LANG="C.UTF-8"))
    assert nvitop.code == 0 and nvitop.output.count("1024MiB") == 2, nvitop.output + nvitop.errors
    gpustat = running.run([sys.executable, "-m", "gpustat", "--json"], running.remote(server.port))
    assert [gpu["memory.total"] for gpu in json.loads(gpustat.output)["gpus"]] == [1024, 1024]
