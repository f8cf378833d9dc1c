"""Whose tickets and leases they are: what the token of a request allows, and what places in the line are believed.

Without tokens everybody may everything. Knows no HTTP.
"""

from __future__ import annotations

import hmac
import re
import time
from dataclasses import dataclass, replace

from ..access.tokens_file import ADMINISTER, Entry
from ..errors import Forbidden
from ..limits import SEAL_S
from ..scheduler.model import Client, Order
from ..scheduler.quota import Quota
from ..scheduler.state import State
from ..scheduler.view import Sees, everything

_SEAL = re.compile(r"([0-9]{1,12})\.([0-9a-f]{64})")


@dataclass(frozen=True)
class Caller:
    """Who asks: `entry` None where there are no tokens. `line_key` is that of the pool's servers."""

    entry: Entry | None = None
    line_key: bytes = b""

    @property
    def sees(self) -> Sees:
        """Whether what belongs to a user is to be seen."""
        return self.entry.sees if self.entry else everything

    @property
    def quota(self) -> Quota:
        """What the user may have."""
        entry = self.entry
        return Quota(entry.gpus, entry.memory_mib, entry.minutes) if entry else Quota()

    def named(self, client: Client) -> Client:
        """What a client says of itself, but for the user's name: the token says that. Who administers requests for the
        user that he names.
        """
        if self.entry is None or (ADMINISTER in self.entry.scopes and client.user):
            return client
        return replace(client, user=self.entry.user)

    def check_ticket(self, state: State, id: str) -> None:
        """Raise Forbidden for a ticket, or for the lease that it has become, of another user."""
        if id in state.tickets and not self.sees(state.tickets[id].ticket.owner):
            raise Forbidden(f"ticket {id}: belongs to another user", "")
        self.check_lease(state, id)

    def check_lease(self, state: State, id: str) -> None:
        """Raise Forbidden for a lease of another user."""
        if id in state.leases and not self.sees(state.leases[id].lease.owner):
            raise Forbidden(f"lease {id}: belongs to another user", "its user or an administrator may")

    def check_order(self, state: State, order: Order | None, moved: str, seal: str) -> None:
        """Raise Forbidden for a place in the line that this user has not been given: of another user, or of nobody.

        A later place than one has is believed. Any other must be sealed by a server of the pool, and not long ago: a
        server seals it as long as the ticket waits there, so nobody keeps an early place for later.
        """
        if self.entry is None:
            return
        if moved:
            self.check_ticket(state, moved)
        if order is None:
            return
        for waiting in state.tickets.values():
            ticket = waiting.ticket
            if ticket.order == order:
                if not self.sees(ticket.owner):
                    raise Forbidden(f"order {order.to_list()}: belongs to another user", "ask for one with null")
                return
        if moved in state.tickets and order > state.tickets[moved].ticket.order:
            return
        if not self._is_sealed(order, seal):
            raise Forbidden(
                f"order {order.to_list()}: no server of this pool has given it to {self.entry.user} of late",
                "let all servers of a pool have the same file of tokens, and look at their clocks",
            )

    def seal(self, order: Order) -> str:
        """What says to the other servers of the pool that this user waits with this order now; "" without tokens."""
        return self._sealed(order, int(time.time())) if self.entry else ""

    def _is_sealed(self, order: Order, seal: str) -> bool:
        found = _SEAL.fullmatch(seal)
        if found is None or not self.line_key:
            return False
        made_s = int(found[1])
        return abs(time.time() - made_s) <= SEAL_S and hmac.compare_digest(seal, self._sealed(order, made_s))

    def _sealed(self, order: Order, made_s: int) -> str:
        user = self.entry.user if self.entry else ""
        message = f"bitfusion order {order.time_us} {order.uuid} {user} {made_s}".encode()
        return f"{made_s}.{hmac.digest(self.line_key, message, 'sha256').hex()}"
