"""NVIDIA's nvidia-smi and other people's tools, unmodified, above softgpu's NVML."""

from __future__ import annotations

import csv
import io
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

import nvmlview
import pytest
import running
import toolkit
from hold import Holder

MIB = 1 << 20
UUID = "GPU-736f6674-6770-8000-80"  # of every device of softgpu


@pytest.fixture
def settings(tmp_path) -> dict[str, str]:
    return {
        "SOFTGPU_REGISTRY": str(tmp_path / "registry"),
        "SOFTGPU_DEVICES": "2",
        "SOFTGPU_MEMORY": str(4096 * MIB),
        "SOFTGPU_THREADS": "1",
    }


@pytest.fixture
def holder(settings):
    """A process with 300 MiB of device 1 and a kernel that runs."""
    with Holder(running.clean_environment(**settings)) as process:
        process.tell("context", 1)
        process.tell("alloc", 300 * MIB)
        process.tell("gate")
        yield process


@pytest.fixture
def smi(settings):
    """A function: the words of an nvidia-smi command line -> what it printed."""
    program = toolkit.nvidia_smi()

    def call(*words: str) -> str:
        outcome = running.run([program, *words], nvmlview.environment(**settings))
        assert outcome.code == 0, outcome.output + outcome.errors
        return outcome.output

    return call


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), skipinitialspace=True))


def test_the_table_shows_devices_memory_and_processes(smi, holder):
    table = smi()
    assert "CUDA Version: 13.9" in table
    assert table.count("bitfusion softgpu") == 2
    assert "0MiB /  4096MiB" in table and "300MiB /  4096MiB" in table
    [row] = [line for line in table.splitlines() if f" {holder.pid} " in line]
    assert row.split()[1] == "1" and "300MiB" in row and "python" in row


def test_devices_are_listed(smi):
    first, second = smi("-L").splitlines()
    assert first.startswith(f"GPU 0: bitfusion softgpu (UUID: {UUID}")
    assert second.startswith(f"GPU 1: bitfusion softgpu (UUID: {UUID}")
    assert first != second


def test_queries_in_csv(smi, holder):
    fields = "index,name,pci.bus_id,memory.total,memory.used,temperature.gpu,power.draw,compute_cap,pstate,compute_mode"
    found = rows(smi(f"--query-gpu={fields}", "--format=csv,noheader,nounits"))
    common = ["[N/A]", "[N/A]", "7.5", "P0", "Default"]
    assert found == [
        ["0", "bitfusion softgpu", "00000000:10:00.0", "4096", "0", *common],
        ["1", "bitfusion softgpu", "00000000:11:00.0", "4096", "300", *common],
    ]
    [process] = rows(smi("--query-compute-apps=pid,process_name,used_memory,gpu_uuid", "--format=csv,noheader,nounits"))
    assert process[0] == str(holder.pid) and "python" in process[1]
    assert process[2] == "300" and process[3].startswith(UUID)


@pytest.mark.parametrize("name", ["1", "00000000:11:00.0", "uuid"])
def test_a_device_is_picked_by_index_address_and_uuid(smi, name):
    if name == "uuid":
        [[name]] = rows(smi("-i", "1", "--query-gpu=uuid", "--format=csv,noheader"))
    assert rows(smi("-i", name, "--query-gpu=index", "--format=csv,noheader")) == [["1"]]


def test_the_whole_log_as_text_and_xml(smi, holder):
    text = smi("-q")
    assert "Attached GPUs                             : 2" in text
    assert f"Process ID                        : {holder.pid}" in text
    log = ElementTree.fromstring(smi("-q", "-x"))
    assert [gpu.get("id") for gpu in log.iter("gpu")] == ["00000000:10:00.0", "00000000:11:00.0"]
    second = log.findall("gpu")[1]
    assert second.findtext("fb_memory_usage/used") == "300 MiB"
    assert second.findtext("temperature/gpu_temp") == "N/A"
    assert second.findtext("processes/process_info/pid") == str(holder.pid)


def test_preloading_the_driver_is_enough_to_find_its_nvml(settings):
    outcome = running.run([toolkit.nvidia_smi(), "-L"], running.direct(**settings))
    assert outcome.output.count(UUID) == 2, outcome.errors


def test_the_launcher_runs_it(settings):
    command = [sys.executable, "-m", "bitfusion.cli.main", "local", "--softgpu", "3", "--", toolkit.nvidia_smi(), "-L"]
    assert running.run(command, running.clean_environment(**settings)).output.count(UUID) == 3


def tool(name: str) -> Path:
    found = Path(sys.executable).with_name(name)
    return found if found.is_file() else Path(shutil.which(name) or toolkit.missing(name, "install the test extra"))


@pytest.mark.parametrize(
    "words", [["nvitop", "--once"], ["gpustat", "--no-color", "--show-pid"]], ids=lambda words: words[0]
)
def test_tools_of_others_show_the_process(settings, holder, words):
    environment = nvmlview.environment(**settings, LANG="C.UTF-8", TERM="dumb")
    outcome = running.run([tool(words[0]), *words[1:]], environment)
    assert outcome.code == 0, outcome.errors
    assert outcome.output.count("bitfusion softgpu") == 2
    assert str(holder.pid) in outcome.output and "300" in outcome.output
