"""Python reads this at its start, because the flag --ptx has put it on the path: cuda.bindings does not find nvJitLink,
which makes cubins only, so that numba and cuda.core link by the driver and hand it PTX.

What loads nvJitLink by itself, or needs it for a library, is not touched. A sitecustomize of the user's own is run
afterwards.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

_PATHFINDER = "cuda.pathfinder"
_HIDDEN = "nvJitLink"
_HERE = Path(__file__).resolve().parent


def _hide(pathfinder: ModuleType) -> None:
    load = pathfinder.load_nvidia_dynamic_lib

    def load_others(libname: str) -> Any:
        if libname == _HIDDEN:
            raise pathfinder.DynamicLibNotFoundError(f"{libname} is hidden by the flag --ptx of bitfusion")
        return load(libname)

    pathfinder.load_nvidia_dynamic_lib = load_others  # type: ignore[attr-defined]


class _Finder:
    """Of the finders of modules the first. It finds one module, by the others, to change it once it is there."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name != _PATHFINDER:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_and_hide(module: ModuleType) -> None:
                run(module)
                _hide(module)

            spec.loader.exec_module = run_and_hide  # type: ignore[method-assign]
        return spec


def _run_next() -> None:
    others = [place for place in sys.path if Path(place or ".").resolve() != _HERE]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


sys.meta_path.insert(0, _Finder())
_run_next()
