"""Lines that a peer can cause at will: a few of each address, then how many were left out."""

from __future__ import annotations

from typing import Any

from bitfusion.limits import LOGGED_OF_ADDRESS_MAX, LOGGED_OF_PEERS_MAX, LOGGED_PERIOD_S
from bitfusion.observe.muffled import Muffled


class Log:
    """What was logged."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, Any]]] = []
        self.now_s = 0.0
        self.muffled = Muffled(lambda: self, lambda: self.now_s)

    def warning(self, event: str, **values: Any) -> None:
        self.lines.append(("warning", event, values))

    def info(self, event: str, **values: Any) -> None:
        self.lines.append(("info", event, values))


def test_lines_of_one_address_are_few_and_the_others_are_counted():
    log = Log()
    for number in range(LOGGED_OF_ADDRESS_MAX + 30):
        log.muffled.warning("peer.dismissed", "192.0.2.1", reason=str(number))
    log.muffled.info("peer.gone", "192.0.2.2", reason="reset")
    assert len(log.lines) == LOGGED_OF_ADDRESS_MAX + 1
    assert log.lines[0] == ("warning", "peer.dismissed", {"peer": "192.0.2.1", "reason": "0"})
    assert log.lines[-1] == ("info", "peer.gone", {"peer": "192.0.2.2", "reason": "reset"})
    log.now_s += LOGGED_PERIOD_S
    log.muffled.flush()
    assert log.lines[-1] == ("warning", "lines.left_out", {"of": "peer.dismissed", "peer": "192.0.2.1", "lines": 30})
    log.muffled.warning("peer.dismissed", "192.0.2.1", reason="again")
    assert log.lines[-1][1] == "peer.dismissed"


def test_lines_of_any_number_of_addresses_are_bounded_and_none_is_lost_count_of():
    log, count = Log(), 5 * LOGGED_OF_PEERS_MAX
    for number in range(count):
        log.muffled.warning("peer.dismissed", f"2001:db8:{number:x}::/64", reason="silent")
    assert len(log.lines) == LOGGED_OF_PEERS_MAX
    log.muffled.tell()
    told = [values["lines"] for _, event, values in log.lines if event == "lines.left_out"]
    assert sum(told) == count - LOGGED_OF_PEERS_MAX and len(told) <= LOGGED_OF_ADDRESS_MAX + 1
    log.muffled.tell()
    assert len(log.lines) == LOGGED_OF_PEERS_MAX + len(told)
