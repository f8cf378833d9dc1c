"""The tables of a session, one for each kind of objects. Written by bitfusion.api.generate, never edited."""

from __future__ import annotations

from typing import Any

from .objects import Context, Handle, Handles, Launchable, Link, Named, Physical, Pool


class Tables:
    """Number -> object. `tables` has all of them, written out: a look at vars(self) would make each later look at an
    attribute slower.
    """

    def __init__(self) -> None:
        self.contexts: Handles[Context] = Handles()
        self.modules: Handles[Handle] = Handles()
        self.functions: Handles[Launchable] = Handles()
        self.libraries: Handles[Handle] = Handles()
        self.kernels: Handles[Handle] = Handles()
        self.streams: Handles[Handle] = Handles()
        self.events: Handles[Handle] = Handles()
        self.pools: Handles[Pool] = Handles()
        self.links: Handles[Link] = Handles()
        self.memhandles: Handles[Physical] = Handles()
        self.greens: Handles[Handle] = Handles()
        self.resources: Handles[Handle] = Handles()
        self.arrays = Named()
        self.mipmaps = Named()
        self.textures: Handles[Handle] = Handles()
        self.surfaces: Handles[Handle] = Handles()
        self.texrefs: Handles[Handle] = Handles()
        self.surfrefs: Handles[Handle] = Handles()
        self.graphs = Named()
        self.nodes = Named()
        self.execs: Handles[Handle] = Handles()
        self.user_objects: Handles[Handle] = Handles()
        self.tables: tuple[Handles[Any], ...] = (
            self.contexts,
            self.modules,
            self.functions,
            self.libraries,
            self.kernels,
            self.streams,
            self.events,
            self.pools,
            self.links,
            self.memhandles,
            self.greens,
            self.resources,
            self.arrays,
            self.mipmaps,
            self.textures,
            self.surfaces,
            self.texrefs,
            self.surfrefs,
            self.graphs,
            self.nodes,
            self.execs,
            self.user_objects,
        )
