"""Descriptors that CUDA Servers give each other: who gets them, and who notices what."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest
from patience import PATIENCE_S

from bitfusion.errors import CallFailed, Code
from bitfusion.worker.holders import Holders

TICKET, OTHER = bytes(range(64)), bytes(64)

OWNER = """
import os, sys
from bitfusion.worker.holders import Holders
holders = Holders()
holders.offer(bytes(range(64)), os.memfd_create("offered"))
print(holders.address().hex(), flush=True)
sys.stdin.read()
"""


def never() -> None:
    raise AssertionError("nobody is lost")


@pytest.fixture
def owner():
    made = Holders()
    descriptor = os.memfd_create("offered")
    os.write(descriptor, b"what is offered")
    made.offer(TICKET, descriptor)
    return made


def test_who_has_the_ticket_gets_the_descriptor(owner):
    descriptor, leave = Holders().take(owner.address(), TICKET, never)
    assert os.pread(descriptor, 99, 0) == b"what is offered"
    os.close(descriptor)
    leave()


@pytest.mark.parametrize("ticket", [OTHER, TICKET[:-1], TICKET + b"x", b"\0"])
def test_another_ticket_gets_nothing(owner, ticket):
    with pytest.raises(CallFailed) as refused:
        Holders().take(owner.address(), ticket, never)
    assert refused.value.code == Code.INVALID_VALUE


def test_nobody_at_that_address_is_an_invalid_value():
    with pytest.raises(CallFailed) as refused:
        Holders().take(b"\0nobody is here", TICKET, never)
    assert refused.value.code == Code.INVALID_VALUE


def test_it_is_gone_once_it_is_withdrawn_and_the_last_has_given_it_back(owner):
    gone = threading.Event()
    taken = [Holders().take(owner.address(), TICKET, never) for _ in range(3)]
    owner.withdraw(TICKET, gone.set)
    with pytest.raises(CallFailed):
        Holders().take(owner.address(), TICKET, never)
    for descriptor, leave in taken:
        assert not gone.is_set()
        os.close(descriptor)
        leave()
    assert gone.is_set()


def test_it_is_gone_at_once_where_nobody_has_it(owner):
    gone = threading.Event()
    descriptor, leave = Holders().take(owner.address(), TICKET, never)
    os.close(descriptor)
    leave()
    owner.withdraw(TICKET, gone.set)
    assert gone.is_set()


def test_a_holder_may_take_what_is_its_own(owner):
    gone = threading.Event()
    descriptor, leave = owner.take(owner.address(), TICKET, never)
    owner.withdraw(TICKET, gone.set)
    assert not gone.is_set()
    os.close(descriptor)
    leave()
    assert gone.is_set()


def test_the_end_of_the_owner_is_noticed():
    lost, again = threading.Event(), threading.Event()
    process = subprocess.Popen([sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = bytes.fromhex(process.stdout.readline())
    holders = Holders()
    descriptor, leave = holders.take(address, TICKET, lost.set)
    _, leave_again = holders.take(address, TICKET, again.set)
    leave_again()
    process.kill()
    process.wait(PATIENCE_S)
    assert lost.wait(PATIENCE_S)
    assert not again.is_set()
    os.close(descriptor)
    leave()
