"""Which GPUs a demand gets: best fit. Pure arithmetic over GPUs and their free memory.

A GPU that is in use already is taken before an untouched one, and of each kind the one with the least free memory
that suffices; ties go by index. So whole GPUs stay whole as long as possible: no other choice of devices leaves more
of them untouched. The GPUs of one lease are different devices.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from ..errors import BadRequest, TooLarge
from .model import Demand, Gpu, Lease, Share


def free_mib(gpus: Iterable[Gpu], leases: Iterable[Lease]) -> dict[int, int]:
    """Index of each GPU -> MiB that no lease has. Leases are counted by the GPU's UUID: an index may change with a
    reboot.
    """
    taken: dict[str, int] = {}
    for lease in leases:
        for share in lease.shares:
            taken[share.uuid] = taken.get(share.uuid, 0) + share.memory_mib
    return {gpu.index: max(0, gpu.memory_mib - taken.get(gpu.uuid, 0)) for gpu in gpus}


def wanted_mib(demand: Demand, gpu: Gpu) -> int:
    """MiB of `gpu` that the demand asks for: a fraction is that of this GPU, rounded down. 0 if it is less than 1
    MiB.
    """
    if demand.memory_mib is not None:
        return demand.memory_mib
    if demand.fraction is None:
        return gpu.memory_mib
    # Exact for what the user wrote: 0.29 of 100 MiB is 29, where a product of floats gives 28.999….
    return math.floor(Fraction(repr(demand.fraction)) * gpu.memory_mib)


def place(demand: Demand, gpus: Sequence[Gpu], free: Mapping[int, int]) -> tuple[Share, ...]:
    """Shares for as much of the demand as fits now, best first: its first k are the placement of k GPUs.

    `free` has the MiB of each index. With `single`: for all of the demand, or empty.
    """
    fitting = [gpu for gpu in _allowed(demand, gpus) if 0 < wanted_mib(demand, gpu) <= free[gpu.index]]
    if demand.single and len(fitting) < demand.gpus:
        return ()
    fitting.sort(key=lambda gpu: (free[gpu.index] == gpu.memory_mib, free[gpu.index], gpu.index))
    return tuple(
        Share(gpu.index, gpu.uuid, gpu.name, wanted_mib(demand, gpu), gpu.memory_mib) for gpu in fitting[: demand.gpus]
    )


def most(demand: Demand, gpus: Sequence[Gpu]) -> int:
    """How many GPUs of the demand would fit if nothing were leased."""
    fitting = sum(0 < wanted_mib(demand, gpu) <= gpu.memory_mib for gpu in _allowed(demand, gpus))
    return min(fitting, demand.gpus)


def check(demand: Demand, gpus: Sequence[Gpu]) -> None:
    """Raise what is wrong with a demand that these GPUs can never satisfy, not even in part unless it is `single`.

    BadRequest names devices that do not exist and a share below 1 MiB, TooLarge the most that is possible.
    """
    here = ", ".join(str(gpu.index) for gpu in gpus) or "none"
    missing = [index for index in demand.devices or () if index not in {gpu.index for gpu in gpus}]
    if missing:
        raise BadRequest(f"devices {', '.join(map(str, missing))}: are not of this server", f"its devices: {here}")
    allowed = _allowed(demand, gpus)
    largest = max((gpu.memory_mib for gpu in allowed), default=0)
    if demand.fraction is not None and largest and not any(wanted_mib(demand, gpu) for gpu in allowed):
        raise BadRequest(f"fraction {demand.fraction:g}: is less than 1 MiB of {largest} MiB", "ask for more memory")
    fitting = most(demand, gpus)
    if fitting >= (demand.gpus if demand.single else 1):
        return
    if fitting:
        raise TooLarge(
            f"{demand.gpus} GPUs {size_text(demand)} are more than this server has", f"the most here: {fitting}"
        )
    if largest:
        raise TooLarge(f"a GPU {size_text(demand)} does not exist here", f"the largest has {largest} MiB")
    raise TooLarge("GPUs are asked for and this server has none", "use another server")


def size_text(demand: Demand) -> str:
    """The memory of each GPU of a demand, for people: follows a noun."""
    if demand.memory_mib is not None:
        return f"with {demand.memory_mib} MiB"
    whose = "its" if demand.gpus == 1 else "their"
    if demand.fraction is None or demand.fraction == 1:
        return f"with all {whose} memory"
    return f"with {demand.fraction:g} of {whose} memory"


def _allowed(demand: Demand, gpus: Sequence[Gpu]) -> list[Gpu]:
    return [gpu for gpu in gpus if demand.devices is None or gpu.index in demand.devices]
