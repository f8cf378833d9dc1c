"""The smi table: nvidia-smi's columns to the character, whatever is in the answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bitfusion.cli import smi_table

K80 = {
    "index": 0, "name": "Tesla K80", "uuid": "GPU-0", "bus_id": "0000:01:00.0",
    "memory_total": 11439 << 20, "memory_used": 0, "utilization": 0,
    "temperature": 53, "fan": None, "perf": "P8", "power_w": 29.2, "power_limit_w": 149.0,
    "compute_mode": "Default", "persistence": False, "processes": [],
}  # fmt: skip


def answer(*gpus):
    return {"hostname": "node7", "driver_version": "375.26", "cuda_version": "8.0", "gpus": list(gpus)}


def test_it_is_the_papers_table():
    lines = smi_table.render(answer(K80), "0.1.0").splitlines()
    for line in (
        "| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |",
        "| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |",
        "|   0  Tesla K80           Off  | 0000:01:00.0     Off |                  N/A |",
        "| Processes:                                                       GPU Memory |",
        "|  GPU       PID  Type  Process name                               Usage      |",
        "|  No running processes found                                                 |",
    ):
        assert line in lines, "\n".join(lines)
    second = lines[lines.index("|   0  Tesla K80           Off  | 0000:01:00.0     Off |                  N/A |") + 1]
    assert second.split() == "| N/A 53C P8 29W / 149W | 0MiB / 11439MiB | 0% Default |".split()
    assert "Driver Version: 375.26" in lines[1]


def test_process_is_shown_with_its_host():
    gpu = {**K80, "processes": [{"pid": 4711, "name": "python3", "host": "node9", "memory": 100 << 20}]}
    assert "|    0      4711   C    node9:python3                                 100MiB  |" in smi_table.render(
        answer(gpu), "0.1.0"
    )


number = st.none() | st.integers(0, 1 << 48)
small = st.none() | st.integers(0, 100)
text = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80)
process = st.fixed_dictionaries({"pid": st.integers(0, 1 << 31), "name": text, "host": text, "memory": number})
gpu = st.fixed_dictionaries(
    {
        "index": st.integers(0, 63), "name": text, "uuid": text, "bus_id": st.none() | text,
        "memory_total": number, "memory_used": number,
        "utilization": small, "temperature": small, "fan": small, "perf": st.none() | st.just("P12"),
        "power_w": st.none() | st.floats(0, 2000), "power_limit_w": st.none() | st.floats(0, 2000),
        "compute_mode": st.none() | st.sampled_from(("Default", "E. Thread", "Prohibited", "E. Process")),
        "persistence": st.none() | st.booleans(), "processes": st.lists(process, max_size=3),
    }
)  # fmt: skip


@given(st.lists(gpu, max_size=3))
def test_every_line_is_79_columns_wide(gpus):
    lines = smi_table.render(answer(*gpus), "0.1.0").splitlines()
    assert {len(line) for line in lines if line} == {79}
