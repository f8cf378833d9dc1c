"""Connections of the Python clients: an address that does not answer does not take the time of the next."""

from __future__ import annotations

import socket

import pytest
from silence import silent

from bitfusion.net.reach import reach, reach_any


def address(place: tuple[str, int]):
    return (socket.AF_INET, socket.SOCK_STREAM, 0, "", place)


def test_address_that_does_not_answer_does_not_take_the_time_of_the_next():
    with (
        silent() as dead,
        socket.create_server(("127.0.0.1", 0)) as there,
        reach_any([address(dead), address(dead), address(there.getsockname())], 60.0) as connection,
    ):
        assert connection.getpeername() == there.getsockname() and connection.gettimeout() is None


def test_first_address_is_preferred_if_it_answers():
    with (
        socket.create_server(("127.0.0.1", 0)) as first,
        socket.create_server(("127.0.0.1", 0)) as second,
        reach_any([address(first.getsockname()), address(second.getsockname())], 60.0) as connection,
    ):
        assert connection.getpeername() == first.getsockname()


def test_addresses_that_all_fail_fail_with_the_cause():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        place = closed.getsockname()
    with pytest.raises(ConnectionRefusedError):
        reach(*place, 60.0)
    with pytest.raises(OSError, match="assign"):
        reach_any([], 60.0)
    with silent() as dead, pytest.raises(TimeoutError):
        reach_any([address(place), address(dead)], 0.3)
