"""The table of nvidia-smi from the facts of an smi answer: plain text, 79 columns wide. What is not known is N/A."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .show import printable

_MIB = 1 << 20
_WIDE = 77
_LEFT, _MIDDLE, _RIGHT = 31, 22, 22
_RULE = f"+{'-' * _WIDE}+"
_HEAD = (
    "| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |",
    "| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |",
)
_PROCESSES = (
    "| Processes:                                                       GPU Memory |",
    "|  GPU       PID  Type  Process name                               Usage      |",
)


def render(answer: Mapping[str, Any], release: str) -> str:
    """The table of one server, without a newline at the end. `release` is ours: the first line says who made the
    table.
    """
    return "\n".join((*_top(answer, release), *_gpus(answer["gpus"]), "", *_processes(answer["gpus"])))


def _top(answer: Mapping[str, Any], release: str) -> Iterable[str]:
    driver, cuda = answer.get("driver_version") or "N/A", answer.get("cuda_version") or "N/A"
    yield _RULE
    yield (
        f"| {_cut(f'BITFUSION-SMI {release}', 28):<28} {_cut(f'Driver Version: {driver}', 27):<27}"
        f" {_cut(f'CUDA Version: {cuda}', 18):<18} |"
    )


def _gpus(gpus: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    rule = "+".join("-" * width for width in (_LEFT, _MIDDLE, _RIGHT))
    yield f"|{rule}+"
    yield from _HEAD
    yield f"|{rule.replace('-', '=')}|"
    for gpu in gpus:
        yield _row(_name(gpu), f" {_cut(gpu['bus_id'] or 'N/A', 16):<16} {'Off':>3} ", f"{'N/A':>21} ")
        yield _row(
            _state(gpu),
            _memory(gpu),
            f" {_percent(gpu['utilization']):>7} {_cut(gpu['compute_mode'] or 'N/A', 12):>12} ",
        )
        yield f"+{rule}+"


def _row(left: str, middle: str, right: str) -> str:
    return f"|{left[:_LEFT]:<{_LEFT}}|{middle[:_MIDDLE]:<{_MIDDLE}}|{right[:_RIGHT]:<{_RIGHT}}|"


def _name(gpu: Mapping[str, Any]) -> str:
    persistence = {True: "On", False: "Off", None: "N/A"}[gpu["persistence"]]
    return f" {gpu['index']:>3}  {_cut(gpu['name'], 18):<18}{persistence:>5}  "


def _state(gpu: Mapping[str, Any]) -> str:
    temperature = "N/A" if gpu["temperature"] is None else f"{gpu['temperature']}C"
    power = f"{_watts(gpu['power_w'])} / {_watts(gpu['power_limit_w'])}"
    return f" {_percent(gpu['fan']):<4} {temperature:>4}  {gpu['perf'] or 'N/A':>4} {power:>13} "


def _memory(gpu: Mapping[str, Any]) -> str:
    text = f"{_mib(gpu['memory_used'])} / {_mib(gpu['memory_total'])}"
    return f" {text:>19}  " if len(text) < 20 else f"{text:>{_MIDDLE}}"


def _processes(gpus: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    yield _RULE
    yield from _PROCESSES
    yield f"|{'=' * _WIDE}|"
    rows = [_process(gpu["index"], process) for gpu in gpus for process in gpu["processes"]]
    yield from rows or [f"|{'  No running processes found':<{_WIDE}}|"]
    yield _RULE


def _process(index: int, process: Mapping[str, Any]) -> str:
    """The name gets the space that numbers leave, which a client may have made up."""
    head, tail = f"|  {index:>3} {process['pid']:>9}   C    ", f"{_mib(process['memory']):>10}  |"
    width = _WIDE + 2 - len(head) - len(tail)
    return f"{head}{_cut(_who(process), width):<{width}}{tail}"


def _who(process: Mapping[str, Any]) -> str:
    """The program, and where it runs, because process ids mean nothing without the host; in the form that NVML gives on
    a client.
    """
    return f"{process['host']}:{process['name']}" if process.get("host") else process["name"]


def _cut(text: str, width: int) -> str:
    text = printable(text)
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _mib(count: int | None) -> str:
    return "N/A" if count is None else f"{count // _MIB}MiB"


def _percent(value: int | None) -> str:
    return "N/A" if value is None else f"{value}%"


def _watts(value: float | None) -> str:
    return "N/A" if value is None else f"{value:.0f}W"
