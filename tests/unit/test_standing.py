"""What is said of a client that waits: its places, who is before it, what can be expected of one server or of all."""

from __future__ import annotations

import pytest

from bitfusion.config.addresses import Address
from bitfusion.scheduler.model import Demand
from bitfusion.srs.standing import ServerStanding, Standing, client_text, others_of

ANNA = {"user": "anna", "host": "node7", "program": "train", "pid": 1, "address": "10.0.0.7"}


def place(number: int = 0, position: int | None = 0, others: tuple[str, ...] = (), **more) -> ServerStanding:
    said = {None: "does not answer", 0: "waits for 1 of 1 GPUs"}.get(position, f"behind {position} others")
    return ServerStanding(number, Address(f"host{number}", 56001), said, position, others, **more)


def standing(*places: ServerStanding, gpus: int = 2, single: bool = False) -> Standing:
    return Standing(Demand(gpus), single, places)


@pytest.mark.parametrize(
    ("client", "text"),
    [
        (ANNA, "anna@node7 train"),
        ({**ANNA, "host": ""}, "anna@10.0.0.7 train"),
        ({"user": "", "host": "", "program": "", "pid": 1}, "somebody"),
        ({**ANNA, "program": ""}, "anna@node7"),
    ],
)
def test_client_is_named_by_what_it_says_of_itself(client, text):
    assert client_text(client) == text


def test_those_ahead_are_named_or_else_those_who_hold_and_an_older_scheduler_names_nobody():
    ahead = {"ahead": [{"client": ANNA, "gpus": 1}], "holding": []}
    assert others_of(ahead) == others_of({"ahead": [], "holding": ahead["ahead"]}) == ("anna@node7 train",)
    assert others_of({"position": 1}) == ()


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (place(position=2, others=("a", "b")), "position 3, behind 2 others (a, b)"),
        (place(position=9, others=("a", "b", "c")), "position 10, behind 9 others (a, b, ...)"),
        (place(position=0, others=("a", "b")), "position 1, waits for 1 of 1 GPUs (held by a, b)"),
        (place(position=0), "position 1, waits for 1 of 1 GPUs"),
        (place(position=None), "does not answer"),
    ],
)
def test_place_is_told_with_the_names_of_a_few(shown, text):
    assert shown.text == text


def test_all_places_are_in_one_sentence_and_the_foremost_is_known():
    both = standing(place(0, None), place(1, 3), place(2, 1))
    assert both.text == (
        "Waiting for 2 GPUs with all their memory: server 0 [host0:56001]: does not answer; "
        "server 1 [host1:56001]: position 4, behind 3 others; server 2 [host2:56001]: position 2, behind 1 others"
    )
    assert both.foremost.number == 2
    assert standing(place(position=None)).foremost is None


@pytest.mark.parametrize(
    ("places", "single", "expected"),
    [
        ([(True, 50.0), (True, 20.0)], True, 20.0),
        ([(True, None), (True, 20.0)], True, 20.0),
        ([(False, 50.0), (False, 20.0)], False, 50.0),
        ([(False, 50.0), (False, None)], False, None),
        ([(True, 70.0), (False, 20.0)], False, 70.0),
        ([(True, None), (False, 20.0)], False, None),
        ([(True, None)], True, None),
    ],
)
def test_estimate_is_of_the_first_server_that_can_alone_or_of_the_last_of_all(places, single, expected):
    shown = [place(number, alone=alone, start_in_s=time_s) for number, (alone, time_s) in enumerate(places)]
    assert standing(*shown, single=single).start_in_s == expected
