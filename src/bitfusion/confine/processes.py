"""Which process gives up what. To be called by it, before it hears from a client, and once it has what it needs."""

from __future__ import annotations

import os

from . import calls, reach, rights
from .reach import Needs
from .report import Report, wanted


def confine_cuda_servers(needs: Needs) -> Report:
    """In the process that they are forked from: a fork has what its parent has."""
    report = Report()
    if wanted(os.environ):
        rights.give_up(report)
        rights.limit(report)
        reach.restrict(needs, report)
        calls.forbid_for_good(report)
    return report


def keep_apart(driver: str) -> None:
    """In a CUDA Server, before it has a thread. With softgpu, which shares memory between processes by looking into the
    other, they are not apart.
    """
    if wanted(os.environ) and not driver:
        reach.keep_apart()


def confine_cuda_server() -> None:
    """In a CUDA Server that has started its driver and listens; it was forked from a process that is confined."""
    if wanted(os.environ):
        calls.forbid_once_started()


def confine_monitor(driver: str) -> None:
    """It hears nothing from clients, but lives for long with a driver."""
    confine_cuda_servers(Needs(driver))
    confine_cuda_server()


def confine_probe() -> None:
    """It ends before there is a client. It keeps its privileges: NVIDIA's driver starts nvidia-modprobe, which loads
    modules and makes device files.
    """
    if wanted(os.environ):
        rights.limit(Report())


def confine_measurement() -> None:
    """A process that only moves bytes between itself and one client, and listens."""
    confine_cuda_servers(Needs())
    confine_cuda_server()
