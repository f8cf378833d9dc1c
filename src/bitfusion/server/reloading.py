"""Settings that are read again while a server runs, after SIGHUP: some hold from then on, others from the next start.

No session ends and no client notices. Settings that cannot be used change nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from typing import Any, Generic, TypeVar

from ..errors import BitfusionError
from ..observe.log import logger
from ..observe.service_manager import ServiceManager

C = TypeVar("C")
# The settings as they are now, and the variables that they are of. Raises BitfusionError.
Reread = Callable[[], tuple[C, Mapping[str, str]]]


class Settings(Generic[C]):
    """`now` is what holds: a dataclass. Of it, the fields `live` may change while the server runs."""

    def __init__(self, config: C, live: Collection[str], reread: Reread[C] | None) -> None:
        self.now = config
        self._live = live
        self._reread = reread
        self._started = config

    def reload(self, manager: ServiceManager) -> Mapping[str, str] | None:
        """Read them again, and tell the manager and the log. Returns the variables, None if they are as before."""
        if self._reread is None:
            return None
        manager.reloading()
        try:
            config, environ = self._reread()
        except BitfusionError as error:
            logger().error("config.refused", reason=error.detail, hint=error.hint)
            return None
        finally:
            manager.ready()
        changes = _changes(self._started, config)
        after_restart = sorted(name for name in changes if name not in self._live)
        self.now = dataclasses.replace(
            self._started,  # type: ignore[type-var]
            **{name: value for name, value in changes.items() if name in self._live},
        )
        log = logger().warning if after_restart else logger().info
        log("config.reloaded", differs=sorted(changes.keys() - set(after_restart)), after_restart=after_restart)
        return environ


def _changes(before: Any, after: Any) -> dict[str, Any]:
    """Fields of two settings that differ; notes are sentences about them."""
    names = (field.name for field in dataclasses.fields(before) if field.name != "notes")
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}
