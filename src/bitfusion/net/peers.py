"""Who is connected to a port, and who of them has not said anything that counts: those go first if it is too many.

Theory of operation. Anybody can connect and be silent, and each connection takes a descriptor. So a port has a number
of connections that it takes, in all and from one address. When one more comes, a silent one goes: the oldest of the
same address if that has its share, otherwise the oldest of the address that has the most silent ones. Whoever means
to talk does so at once, and is not among the oldest; and a crowd from one address drives out its own. Connections that
talk are never ended here. If there is nobody to go, the newcomer does.

Addresses of IPv6 count by their network of 64 bits, which one machine has to itself. Pure: knows no socket, no clock.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Callable


class Visit:
    """One connection from `address`. `silent` until heard(), and again after quiet()."""

    def __init__(self, peers: Peers, address: str, dismiss: Callable[[], object]) -> None:
        self.address = address
        self.dismiss = dismiss
        self.silent = True
        self._peers = peers
        self._left = False

    def heard(self) -> None:
        """It has said something that counts, and nothing is held against it while it is served."""
        if self.silent and not self._left:
            self.silent = False
            self._peers.take_silent(self)

    def quiet(self) -> None:
        """It is served, and counts as one that came just now."""
        if not self.silent and not self._left:
            self.silent = True
            self._peers.add_silent(self)

    def leave(self) -> None:
        """The connection has ended. May be told more than once."""
        if not self._left:
            self._left = True
            self._peers.left(self)


class Peers:
    """At most `most` connections, and `most_of_one` of one address."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self.most = most
        self._most_of_one = most_of_one
        self._open: Counter[str] = Counter()
        self._count = 0
        self._silent: dict[str, dict[Visit, None]] = {}  # by address, the oldest first

    def __len__(self) -> int:
        return self._count

    def enter(self, address: str, dismiss: Callable[[], object]) -> Visit | None:
        """Somebody has connected; `dismiss` ends the connection, and is called if others need its place. None: there
        is no place for it.
        """
        key = group(address)
        if self._open[key] >= self._most_of_one:
            if not self._drop(key):
                return None
        elif self._count >= self.most and not self.drop_silent():
            return None
        visit = Visit(self, key, dismiss)
        self._open[key] += 1
        self._count += 1
        self.add_silent(visit)
        return visit

    def drop_silent(self) -> bool:
        """End the oldest silent connection of the address that has the most; False if nobody is silent."""
        crowd = max(self._silent, key=lambda key: len(self._silent[key]), default=None)
        return crowd is not None and self._drop(crowd)

    def _drop(self, key: str) -> bool:
        oldest = next(iter(self._silent.get(key, ())), None)
        if oldest is None:
            return False
        oldest.leave()
        oldest.dismiss()
        return True

    def add_silent(self, visit: Visit) -> None:
        """For Visit."""
        self._silent.setdefault(visit.address, {})[visit] = None

    def take_silent(self, visit: Visit) -> None:
        """For Visit."""
        of_address = self._silent[visit.address]
        del of_address[visit]
        if not of_address:
            del self._silent[visit.address]

    def left(self, visit: Visit) -> None:
        """For Visit."""
        if visit.silent:
            self.take_silent(visit)
        self._count -= 1
        self._open[visit.address] -= 1
        if not self._open[visit.address]:
            del self._open[visit.address]


def group(address: str) -> str:
    """What counts as one address: of IPv6 the network of 64 bits, and an IPv4 address however it is written."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
