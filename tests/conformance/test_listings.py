"""What is in modules and libraries of any size, directly and through the wire, and how many round trips it costs."""

from __future__ import annotations

from places import PROGRAMS
from test_programs import asks_of_sessions, compare

from bitfusion.limits import LISTED_AT_LOAD_MAX


def test_listing_of_a_module_and_a_library_costs_one_round_trip_each_however_large_it_is(compile_c, server):
    program = compile_c(PROGRAMS / "enumerate.c")
    for count in (1, LISTED_AT_LOAD_MAX, LISTED_AT_LOAD_MAX + 1, 3000):
        outcome = compare([program, str(count)], server)
        assert outcome.output.count(" 0 1 parameters ") == 2 * count
    one, few, more, many = asks_of_sessions(server, program.name, count=4)
    assert one == few and more == few + 3  # the last by its name, the functions, the kernels
    assert many == more + 1  # whether the server has the code, which is large


def test_list_of_access_is_one_round_trip_and_is_granted_or_refused_as_one(compile_c, server):
    program = compile_c(PROGRAMS / "pool_access.c")
    for count in (1, 64):
        compare([program, str(count)], server)
    one, many = asks_of_sessions(server, program.name, count=2)
    assert one == many
